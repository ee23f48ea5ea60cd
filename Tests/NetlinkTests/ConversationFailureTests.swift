import Kernel
import Netlink
import NetlinkTestKit
import Testing

/// Every awkward reply, and the error that it becomes.
@Suite struct ConversationFailureTests {
  @Test func `an error as the first reply is the kernel's word`() {
    let outcome = talk { [.datagram([$0.error(.noEntry)])] }
    #expect(outcome == Outcome(datagrams: 1, error: .kernel(.noEntry, words: nil)))
  }

  @Test func `an error inside the end of a dump is not lost`() {
    let outcome = talk { [.datagram([$0.row()]), .datagram([$0.done(.noBufferSpace)])] }
    #expect(
      outcome
        == Outcome(
          data: 1, datagrams: 2, hasYielded: true, error: .kernel(.noBufferSpace, words: nil)))
  }

  @Test func `a positive errno is an error too`() {
    #expect(talk { [.datagram([$0.error(code: 22)])] }.error == .kernel(.invalid, words: nil))
  }

  @Test func `the errno that has no opposite does not trap`() {
    let greatest = Errno(rawValue: .max)
    #expect(talk { [.datagram([$0.error(code: .min)])] }.error == .kernel(greatest, words: nil))
    let done: [UInt8] = [0, 0, 0, 0x80]
    #expect(
      talk { [.datagram([$0.message(3, payload: done)])] }.error == .kernel(greatest, words: nil))
  }

  @Test func `an error too short for its errno is a bad frame`() {
    #expect(
      talk { [.datagram([$0.message(2, payload: [1, 2, 3])])] }.error
        == .frame(.shortPayload(offset: 16, needed: 4, available: 3)))
  }

  @Test func `a reply for another socket is refused`() {
    #expect(
      talk { [.datagram([$0.row().with { $0.portID = 1 }])] }.error
        == .foreignPort(expected: 4711, got: 1))
  }

  @Test func `a reply to another request is refused`() {
    #expect(
      talk { [.datagram([$0.row().with { $0.sequence = 99 }])] }.error
        == .foreignSequence(expected: 1, got: 99))
  }

  @Test func `lost data is a lack of buffer space`() {
    #expect(
      talk { [.datagram([$0.overrun()])] }.error == .kernel(.noBufferSpace, words: nil))
  }

  @Test(arguments: [0, 5, 15, 16, 18, 21, .max] as [UInt16])
  func `a type that does not belong here is refused`(_ type: UInt16) {
    #expect(talk { [.datagram([$0.message(type)])] }.error == .unexpectedType(type))
  }

  @Test func `a batch cut short within a message is a bad frame`() {
    let outcome = talk { request in
      [.bytes(Array((request.row().bytes + request.row().bytes).dropLast(8)))]
    }
    #expect(outcome.data == 1)
    #expect(
      outcome.error == .frame(FrameError(.pastEnd, offset: 88, claimed: 88, available: 80)))
  }

  @Test func `a datagram longer than the buffer is truncated`() {
    let outcome = talk(capacity: 64) { [.datagram([$0.row()])] }
    #expect(outcome == Outcome(error: .truncated(capacity: 64)))
  }

  @Test func `a kernel that falls silent times out`() {
    let outcome = talk { [.datagram([$0.row()])] }
    #expect(
      outcome
        == Outcome(data: 1, datagrams: 1, hasYielded: true, error: .timedOut(seconds: 10)))
  }

  @Test func `a receive that fails is a failed system call`() {
    let outcome = talk { _ in [.failure(.system(.noBufferSpace))] }
    #expect(outcome == Outcome(error: .system(.noBufferSpace)))
  }
}
