import Netlink
import NetlinkTestKit
import Testing

/// Whoever takes the plain messages first sees what the cursor alone would have seen.
@Suite struct PlainRepliesTests {
  private static let kinds: [FakeMessage] = [
    FakeMessage(type: 20, payload: [1, 2, 3, 4, 5, 6, 7, 8]),
    FakeMessage(type: 20, payload: [9, 8, 7, 6, 5, 4, 3, 2, 1]),
    FakeMessage(type: 20, payload: [1, 2, 3, 4]),
    FakeMessage(
      type: 20, flags: FakeMessage.dumpInterrupted, payload: [UInt8](repeating: 7, count: 8)),
    FakeMessage(type: 20, sequence: 2, payload: [UInt8](repeating: 6, count: 8)),
    FakeMessage(type: 20, portID: 1, payload: [UInt8](repeating: 5, count: 8)),
    FakeMessage(type: 20, payload: [UInt8](repeating: 4, count: 8)).with { $0.claimedLength = 15 },
    FakeMessage(type: 20, payload: [UInt8](repeating: 3, count: 8)).with { $0.claimedLength = 99 },
    FakeMessage(type: 1), FakeMessage(type: 3, payload: [0, 0, 0, 0]), FakeMessage(type: 99),
  ]

  private struct Seen: Equatable {
    var payloads: [[UInt8]] = []
    var error: NetlinkError?
    var isDone = false
    var wasInterrupted = false
    var hasYielded = false
  }

  @Test func `plain messages and the cursor in turn see what the cursor sees`() {
    for first in Self.kinds {
      for second in Self.kinds {
        for third in Self.kinds {
          let bytes = first.bytes + second.bytes + third.bytes
          for cut in [0, 1, 4, 9] {
            let datagram = Array(bytes.dropLast(cut))
            #expect(walk(datagram, plainFirst: true) == walk(datagram, plainFirst: false))
          }
        }
      }
    }
  }

  @Test func `a datagram without a byte has no plain message`() {
    #expect(walk([], plainFirst: true) == Seen())
  }

  private func walk(_ datagram: [UInt8], plainFirst: Bool) -> Seen {
    let expectation = ReplyExpectation(
      operation: "test", portID: FakeKernel.usualPortID, sequence: 1,
      type: MessageType(rawValue: 20))
    let buffer = ReceiveBuffer(holding: datagram)
    var cursor = ReplyCursor(buffer.bytes(), expectation)
    var seen = Seen()
    do throws(NetlinkError) {
      while true {
        if plainFirst {
          var plain = cursor.plain
          while let payload = plain.peek(8) {
            seen.payloads.append(bytes(payload, 8))
            plain.skip()
          }
          cursor.resume(plain)
        }
        guard let message = try cursor.next() else { break }
        seen.payloads.append(bytes(message.payload, 8))
      }
    } catch {
      seen.error = error
    }
    (seen.isDone, seen.wasInterrupted) = (cursor.isDone, cursor.wasInterrupted)
    seen.hasYielded = cursor.hasYielded
    return seen
  }

  /// The first `count` bytes, or as many as there are.
  private func bytes(_ span: RawSpan, _ count: Int) -> [UInt8] {
    (0..<min(count, span.byteCount)).map { span.load(fromByteOffset: $0, as: UInt8.self) }
  }
}
