import FrameRing
import Frames
import FramesTestKit
import Kernel
import Pools
import PropertyTestKit
import Ring
import Testing

/// A writer that dies and comes again against one that never stopped.
@Suite struct FrameRingWriterTests {
  /// Everything in a ring's coarse tiers and the open steps, as a reader shows it.
  private func tiers(_ path: String) throws -> [[Frame]] {
    let reader = try FrameRingReader(path: path)
    return [100_000, 110, 20].map { limit in
      (try? reader.frames(from: 0, through: .max, limit: limit)) ?? []
    }
  }

  @Test func `restarts leave the coarse steps as if there had been none`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(3) {
      var clocks = TestRing.seconds(400)
      if generator.oneIn(2) {
        for index in 150..<400 { clocks[index].takenAtNanoseconds -= 1000 * TestRing.second }
      }
      if generator.oneIn(2) {
        for index in 300..<400 {
          clocks[index].boot.low += 1
          clocks[index].monotonicNanoseconds -= 1250 * TestRing.second
        }
      }
      let frames = generator.rawFrames(at: clocks)
      try TestRing.withDirectory { directory in
        let path = "\(directory)/a.ring"
        var whole = try TestRing.at("\(directory)/b.ring")
        var next = 0
        while next < frames.count {
          // Dropped without being closed: it died.
          var writer = try TestRing.at(path)
          for frame in frames[next..<min(frames.count, next + 1 + generator.small(40))] {
            try writer.publish(frame)
            try whole.publish(frame)
            next += 1
          }
        }
        let restarted = try tiers(path), uninterrupted = try tiers("\(directory)/b.ring")
        for (left, right) in zip(restarted, uninterrupted) {
          try #require(left == right, "\(generator.replay)")
        }
        #expect(uninterrupted[2].map(\.sampleCount).reduce(0, +) == 400)
      }
    }
  }

  @Test func `where raw frames do not reach back, the finer steps make the coarse ones`() throws {
    try TestRing.withDirectory { directory in
      let path = "\(directory)/a.ring"
      let geometry = TestRing.shape(raw: 15)
      var scenario = Scenario.idle(seconds: 1)
      for second in 0..<300 { scenario.append(inUse: second * 10) }
      for (index, frame) in scenario.frames.enumerated() {
        var writer = try TestRing.at(path, geometry)
        try writer.publish(frame)
        guard index % 37 == 0 else { continue }
        let reader = try FrameRingReader(path: path)
        let minutes = try reader.frames(from: 0, through: .max, limit: 8)
        try #require(minutes.map(\.sampleCount).reduce(0, +) == index + 1, "frame \(index)")
        let opens = minutes.compactMap { $0.counters[.activeOpens] }.reduce(0, +)
        try #require(opens == UInt64(455 * (index + 1)))
      }
    }
  }

  @Test func `what the alarms remember survives a restart, and damage to the newest`() throws {
    var generator = SeededGenerator.fresh()
    try TestRing.withDirectory { directory in
      let path = "\(directory)/a.ring"
      var writer = try TestRing.at(path)
      #expect(try writer.alarmState() == nil)
      var states: [AlarmState] = []
      for count in [3, 0, 100, 200] {
        let alarms = (0..<count).map { _ in generator.alarmRecord() }
        states.append(
          AlarmState(
            boot: BootID(high: 1, low: 2), namespaceCookie: nil, atNanoseconds: UInt64(count),
            monotonicNanoseconds: 0, alarms: alarms))
        try writer.publish(states[states.count - 1])
      }
      try writer.close()
      var next = try TestRing.at(path)
      var newest = try next.alarmState()
      #expect(newest?.alarms == Array(states[3].alarms.prefix(137)))
      let offset = next.ring.geometry.fileOffset(ofTier: 4)
      try TestRing.damage(path, at: offset + 14_336 + 200)
      newest = try next.alarmState()
      #expect(newest == states[2])
      try next.close()
    }
  }

  @Test func `a frame with more pools than a slot holds is published with its remainder`() throws {
    var generator = SeededGenerator.fresh()
    var writer = try TestRing.inMemory()
    var frame = generator.frame(poolCount: 80)
    frame.other = Remainder(pools: 0, inUseMaximum: 0, isExact: true)
    try writer.publish(frame)
    let read = try FrameRingReader(path: writer.ring.path).newest()
    #expect(read?.pools.count == 24)
    let connects = frame.pools.count { $0.key.kind == .connect }
    let shown = read?.pools.count { $0.key.kind == .connect } ?? 0
    #expect(read?.other.pools == connects - shown)
  }
}
