import Netlink
import Testing

@Suite struct RequestTests {
  @Test func `a request is header, payload and padded attributes with the right length`() {
    var request = Request(
      type: MessageType(rawValue: 18), flags: [.request, .dump], sequence: 0x0102_0304,
      payload: [9, 8, 7, 6])
    #expect(request.bytes == [20, 0, 0, 0, 18, 0, 1, 3, 4, 3, 2, 1, 0, 0, 0, 0, 9, 8, 7, 6])
    request.appendAttribute(3, [17])
    #expect(request.bytes.count == 28)
    #expect(Array(request.bytes[..<4]) == [28, 0, 0, 0])
    #expect(Array(request.bytes[20...]) == [5, 0, 3, 0, 17, 0, 0, 0])
  }

  @Test func `an odd payload is padded before the first attribute`() {
    var request = Request(
      type: MessageType(rawValue: 18), flags: .request, sequence: 1, payload: [1])
    request.appendAttribute(1, [])
    #expect(Array(request.bytes[16...]) == [1, 0, 0, 0, 4, 0, 1, 0])
    #expect(request.bytes[0] == 24)
  }

  @Test func `the flags are the kernel's numbers`() {
    #expect(MessageFlags([.request, .dump]).rawValue == 0x301)
    #expect(MessageFlags.multi.rawValue == 2)
    #expect(MessageFlags.dumpInterrupted.rawValue == 0x10)
    #expect(MessageFlags.capped.rawValue == 0x100)
    #expect(MessageFlags.acknowledgementAttributes.rawValue == 0x200)
  }
}
