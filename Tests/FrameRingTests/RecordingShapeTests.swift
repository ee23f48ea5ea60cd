import FrameRing
import Frames
import FramesTestKit
import Ring
import Testing

@Suite struct RecordingShapeTests {
  @Test func `ten minutes at 20 ms are at most 60 MiB, at any interval`() {
    for milliseconds in [1, 5, 10, 15, 20, 50, 100, 250, 1000, 5000, 60_000] as [UInt64] {
      let geometry = RecordingShape(intervalNanoseconds: milliseconds * 1_000_000).geometry
      #expect(geometry.fault == nil, "\(milliseconds) ms")
      #expect(geometry.isRecording)
      guard milliseconds >= 20 else { continue }
      // Of every tier as many slots as ten minutes have, and a hundred events.
      let frames = 600_000 / milliseconds
      let steps = 600_000_000_000 / geometry.tiers[1].stepNanoseconds
      let bytes =
        frames * UInt64(geometry.tiers[0].slotByteCount)
        + steps * UInt64(geometry.tiers[1].slotByteCount)
        + 100 * UInt64(geometry.tiers[2].slotByteCount)
      #expect(bytes <= 60 << 20, "\(milliseconds) ms: \(bytes)")
    }
  }

  @Test(arguments: [10, 20, 100, 1000] as [UInt64])
  func `what was recorded is read again, raw and folded`(_ milliseconds: UInt64) throws {
    try TestRing.withDirectory { directory in
      let shape = RecordingShape(intervalNanoseconds: milliseconds * 1_000_000)
      let scenario = Scenario.proxy(
        seconds: Int(30 * milliseconds / 1000) + 1, intervalNanoseconds: milliseconds * 1_000_000
      ) { Int($0 * 500) }
      let path = "\(directory)/run"
      var writer = try FrameRingWriter(
        RingWriter(recording: path, geometry: shape.geometry, identity: TestRing.identity()))
      for frame in scenario.frames { try writer.publish(frame) }
      try writer.publish(
        Event(
          .mark, boot: scenario.frames[0].boot, atNanoseconds: 5, monotonicNanoseconds: 5, tick: 0,
          text: "phase 2"))
      try writer.close()
      let reader = try FrameRingReader(path: path)
      var read: [Frame] = []
      let next = try reader.readRaw { read.append($0) }
      #expect(next == UInt64(scenario.frames.count))
      #expect(read.map(\.tick) == scenario.frames.map(\.tick))
      for (frame, original) in zip(read, scenario.frames) {
        #expect(frame.counters == original.counters)
        let pools = [frame, original].map { $0.pools.first { $0.key == Scenario.key } }
        #expect(pools[0]?.inUse == pools[1]?.inUse)
      }
      #expect(try reader.readRaw(from: next) { _ in Issue.record("there is no more") } == next)
      #expect(try reader.events(from: 0, through: .max, limit: 9).map(\.text) == ["phase 2"])
      // Frames that have no room for everything say so.
      #expect(read.allSatisfy { $0.flags.contains(.brief) } == (milliseconds < 100))
    }
  }
}
