import Netlink
import NetlinkTestKit
import Testing

@Suite struct MessageCursorTests {
  @Test func `messages come in order with their fields and payloads`() throws {
    let bytes =
      FakeMessage(type: 20, flags: 2, sequence: 7, portID: 9, payload: [1, 2, 3]).bytes
      + FakeMessage(type: 3, flags: 0x12, sequence: 8, portID: 10).bytes
    let buffer = ReceiveBuffer(holding: bytes)
    var cursor = MessageCursor(buffer.bytes())
    var seen: [String] = []
    while let message = try cursor.next() {
      var payload: [UInt8] = []
      for index in 0..<message.payload.byteCount {
        payload.append(message.payload.load(fromByteOffset: index, as: UInt8.self))
      }
      seen.append(
        "\(message.type.rawValue) \(message.flags.rawValue) \(message.sequence) "
          + "\(message.portID) @\(message.payloadOffset) \(payload)")
    }
    #expect(seen == ["20 2 7 9 @16 [1, 2, 3]", "3 18 8 10 @36 []"])
  }

  @Test func `a step back makes the last message come again`() throws {
    let buffer = ReceiveBuffer(
      holding: FakeMessage(type: 20, payload: [1]).bytes + FakeMessage(type: 21).bytes)
    var cursor = MessageCursor(buffer.bytes())
    var types: [UInt16] = []
    while let message = try cursor.next() {
      types.append(message.type.rawValue)
      if types.count < 3 { cursor.stepBack() }
    }
    #expect(types == [20, 20, 20, 21])
  }

  @Test func `an empty datagram has no message`() throws {
    #expect(try messageCount([]) == 0)
  }

  @Test func `the last message may lack its padding`() throws {
    let padded = FakeMessage(type: 20, payload: [1, 2, 3, 4, 5]).bytes
    #expect(try messageCount(padded) == 1)
    #expect(try messageCount(Array(padded.dropLast(3))) == 1)
  }

  @Test func `a header cut short is told with what there was`() {
    let whole = FakeMessage(type: 20).bytes
    #expect(throws: FrameError(.shortHeader, offset: 16, claimed: 16, available: 15)) {
      try messageCount(whole + whole.dropLast())
    }
    #expect(throws: FrameError(.shortHeader, offset: 0, claimed: 16, available: 1)) {
      try messageCount([16])
    }
  }

  @Test(arguments: [0, 1, 15])
  func `a length below the header's is impossible`(_ length: UInt32) {
    #expect(throws: FrameError(.impossibleLength, offset: 0, claimed: Int(length), available: 16)) {
      try messageCount(FakeMessage(type: 20).with { $0.claimedLength = length }.bytes)
    }
  }

  @Test(arguments: [17, 0x7fff_ffff, 0x8000_0000, .max] as [UInt32])
  func `a length past the end is told with both lengths`(_ length: UInt32) {
    #expect(throws: FrameError(.pastEnd, offset: 0, claimed: Int(length), available: 16)) {
      try messageCount(FakeMessage(type: 20).with { $0.claimedLength = length }.bytes)
    }
  }

  @Test func `a cursor that failed fails again`() {
    let buffer = ReceiveBuffer(holding: [1, 2, 3])
    var cursor = MessageCursor(buffer.bytes())
    var failures = 0
    for _ in 0..<2 {
      do throws(FrameError) { _ = try cursor.next() } catch { failures += 1 }
    }
    #expect(failures == 2)
  }
}

/// Walks all messages of `bytes`.
func messageCount(_ bytes: [UInt8]) throws(FrameError) -> Int {
  let buffer = ReceiveBuffer(holding: bytes)
  var cursor = MessageCursor(buffer.bytes())
  var count = 0
  while try cursor.next() != nil { count += 1 }
  return count
}
