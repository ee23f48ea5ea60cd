import Kernel
import Netlink
import NetlinkTestKit
import Testing

/// One datagram and what the cursor makes of it: libmnl's checks in libmnl's order.
@Suite struct ReplyCursorTests {
  private static let foreignPort = NetlinkError(
    "dump tcp sockets", .foreignPort(expected: 4711, got: 1))
  private static let foreignSequence = NetlinkError(
    "dump tcp sockets", .foreignSequence(expected: 1, got: 2))

  @Test func `the frame is checked before the port id`() {
    let message = FakeMessage(type: 20, portID: 1).with { $0.claimedLength = 20 }
    let error = NetlinkError(
      "dump tcp sockets", .frame(FrameError(.pastEnd, offset: 0, claimed: 20, available: 16)))
    #expect(throws: error) { try walk([message]) }
  }

  @Test func `the port id is checked before the sequence`() {
    #expect(throws: Self.foreignPort) { try walk([FakeMessage(type: 20, sequence: 2, portID: 1)]) }
  }

  @Test func `the sequence is checked before the interruption`() {
    let message = FakeMessage(type: 20, flags: FakeMessage.dumpInterrupted, sequence: 2)
    #expect(throws: Self.foreignSequence) { try walk([message]) }
  }

  @Test func `the interruption is noted before the type is judged`() {
    let message = FakeMessage(type: 99, flags: FakeMessage.dumpInterrupted)
    let buffer = ReceiveBuffer(holding: message.bytes)
    var cursor = ReplyCursor(buffer.bytes(), expectation)
    var failure: NetlinkError?
    do throws(NetlinkError) { _ = try cursor.next() } catch { failure = error }
    #expect(failure == NetlinkError("dump tcp sockets", .unexpectedType(99)))
    let wasInterrupted = cursor.wasInterrupted
    #expect(wasInterrupted)
  }

  @Test func `even the end of a dump must be addressed to us`() {
    #expect(throws: Self.foreignPort) { try walk([FakeMessage(type: 3, portID: 1)]) }
    #expect(throws: Self.foreignSequence) { try walk([FakeMessage(type: 2, sequence: 2)]) }
    #expect(throws: Self.foreignSequence) { try walk([FakeMessage(type: 1, sequence: 2)]) }
  }

  @Test func `nothing behind the end of a dump is looked at`() throws {
    let outcome = try walk([
      FakeMessage(type: 20), FakeMessage(type: 3, payload: [0, 0, 0, 0]),
      FakeMessage(type: 99, sequence: 5, portID: 6),
    ])
    #expect(outcome.data == 1)
    #expect(outcome.isDone)
  }

  @Test func `data before a failure is yielded and noted`() {
    let buffer = ReceiveBuffer(holding: FakeMessage(type: 20).bytes + FakeMessage(type: 4).bytes)
    var cursor = ReplyCursor(buffer.bytes(), expectation)
    let hadYielded = cursor.hasYielded
    var data = 0
    var failure: NetlinkError?
    do throws(NetlinkError) {
      while try cursor.next() != nil { data += 1 }
    } catch {
      failure = error
    }
    #expect(data == 1)
    let hasYielded = cursor.hasYielded
    #expect(!hadYielded && hasYielded)
    #expect(failure == NetlinkError("dump tcp sockets", .kernel(.noBufferSpace, words: nil)))
  }

  private let expectation = ReplyExpectation(
    operation: "dump tcp sockets", portID: FakeKernel.usualPortID, sequence: 1,
    type: MessageType(rawValue: 20))

  private func walk(
    _ messages: [FakeMessage]
  ) throws(NetlinkError) -> (data: Int, isDone: Bool) {
    let bytes = messages.flatMap(\.bytes)
    let buffer = ReceiveBuffer(holding: bytes)
    var cursor = ReplyCursor(buffer.bytes(), expectation)
    var data = 0
    while try cursor.next() != nil { data += 1 }
    return (data, cursor.isDone)
  }
}
