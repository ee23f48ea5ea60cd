import FrameRing
import Frames
import FramesTestKit
import HostFacts
import Kernel
import Ring
import Testing

@testable import ullage

/// Which of a ring's frames a snapshot's memory is made from.
@Suite struct SnapshotMemoryTests {
  /// A ring with 70 s of frames, a tenth of a second apart, of which it keeps `rawCount` raw: one connect
  /// failed in each second, the last one 12 s before the end.
  private static func ring(rawCount: Int) throws -> FrameRingWriter {
    var shape = FrameRingShape()
    shape.rawCount = rawCount
    let identity = RingIdentity(
      bootID: BootID(high: 2, low: 1), namespaceCookie: 1, namespaceInode: 1,
      namespaceName: "host", hostName: "h", writerPID: 1,
      writerStartRealtimeNanoseconds: Scenario.start, intervalNanoseconds: 100_000_000)
    var writer = try FrameRingWriter(RingWriter(inMemory: shape.geometry, identity: identity))
    var scenario = Scenario(intervalNanoseconds: 100_000_000)
    for index in 0..<700 {
      scenario.append(inUse: 1000)
      guard var frame = scenario.frames.last else { continue }
      frame.counters[.connectFailures] = index % 10 == 9 && index <= 579 ? 1 : 0
      try writer.publish(frame)
    }
    return writer
  }

  @Test(arguments: [1000, 600, 550, 120])
  func `the last failure is as old as it is, and each is counted once`(rawCount: Int) throws {
    let writer = try Self.ring(rawCount: rawCount)
    let reader = try FrameRingReader(path: writer.ring.path)
    let end = try #require(try reader.newest()).takenAtNanoseconds
    let past = try SnapshotMemory.past(of: reader, atNanoseconds: end)
    // In order, and no moment twice: what a frame covers begins where the one before it ends.
    for (one, next) in zip(past, past.dropFirst()) {
      #expect(next.takenAtNanoseconds - next.spanNanoseconds == one.takenAtNanoseconds)
    }
    #expect(past.last?.takenAtNanoseconds == end)
    let began = try #require(past.first.map { $0.takenAtNanoseconds - $0.spanNanoseconds })
    let failed = past.reduce(0) { $0 + ($1.counters[.connectFailures] ?? 0) }
    let secondsBeforeFirst = Int(began + 100_000_000 - Scenario.start) / 1_000_000_000
    #expect(failed == 58 - UInt64(secondsBeforeFirst))
    // 120 raw frames hold 12 s, of which the newest end of a coarse frame leaves some.
    if rawCount >= 550 {
      let last = past.last { $0.counters[.connectFailures] ?? 0 > 0 }
      #expect(last?.sampleCount == 1 && last?.takenAtNanoseconds == end - 12_000_000_000)
    }
  }
}
