import CAllocationCounter
import Ring
import Testing

/// A frame that is published or read asks malloc for nothing once buffers have grown; scripts/test
/// runs this in the release build, which is the one that keeps the promise.
@Suite struct RingAllocationTests {
  @Test func `publishing and reading allocate nothing`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    var writer = try RingWriter(inMemory: SmallRing.large, identity: SmallRing.identity)
    var reader = try RingReader(path: writer.path)
    var cursor = RingCursor(tier: 0, from: 0)
    let payload = SmallRing.words(1, count: 600)
    var words: [UInt64] = []
    var calls: UInt64 = 0
    for round in 0..<1000 {
      if round == 10 { calls = CAllocationCounter_calls() }
      try writer.publish(tier: 0, payload.span)
      guard case .slot = try cursor.next(from: &reader, into: &words) else {
        Issue.record("nothing to read in round \(round)")
        return
      }
    }
    let made = CAllocationCounter_calls() - calls
    #if DEBUG
      _ = made
    #else
      #expect(made == 0)
    #endif
  }
}
