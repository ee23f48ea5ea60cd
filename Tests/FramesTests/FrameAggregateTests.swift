import Frames
import FramesTestKit
import Inet
import Kernel
import Pools
import PropertyTestKit
import Testing

/// Steps folded frame by frame against steps computed from all their frames at once.
@Suite struct FrameAggregateTests {
  /// Moments with pauses, clocks that are set and boots that change.
  private func clocks(_ count: Int, _ generator: inout SeededGenerator) -> [FrameStamp] {
    var frame = Scenario.idle(seconds: 1).frames[0]
    return (0..<count).map { _ in
      let pause = UInt64(
        generator.pick([50_000_000, 1_000_000_000, 1_000_000_000, 3_141_592_653, 25_000_000_000]))
      frame.takenAtNanoseconds += pause
      frame.monotonicNanoseconds += pause
      if generator.oneIn(20) {
        frame.takenAtNanoseconds -= UInt64(generator.small(100)) * 1_000_000_000
      }
      if generator.oneIn(40) {
        frame.boot = BootID(high: generator.next(), low: 0)
        frame.monotonicNanoseconds = UInt64(generator.small(1_000_000_000))
      }
      return FrameStamp(frame)
    }
  }

  @Test(arguments: [10_000_000_000, 60_000_000_000, 7_919_000_001, 1, UInt64.max])
  func `a step is what its frames say`(step: UInt64) throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(30) {
      let clocks = clocks(60, &generator)
      let frames = generator.rawFrames(at: clocks, changesSpace: true)
      var aggregate = FrameAggregate(stepNanoseconds: step)
      var folded = frames.compactMap { aggregate.fold($0) }
      let open = aggregate.current
      let finished = aggregate.finish()
      let last = try #require(finished)
      #expect(open == last)
      #expect(aggregate.current == nil)
      folded.append(last)
      let groups = StepModel.groups(frames, step: step)
      try #require(folded.count == groups.count, "\(generator.replay)")
      for (frame, group) in zip(folded, groups) {
        let expected = StepModel.fold(group)
        try #require(StepModel.isClose(frame, expected), "\(generator.replay)")
      }
    }
  }

  @Test func `a step of steps is a step of their frames`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(20) {
      var frames = generator.rawFrames(at: clocks(40, &generator))
      // In a step it is not known in how many samples a gauge was.
      for index in frames.indices {
        for name in HostGauge.allCases { frames[index].gauges[name] = Gauge(generator.small(99)) }
      }
      for group in StepModel.groups(frames, step: 60_000_000_000) {
        var fine = FrameAggregate(stepNanoseconds: 10_000_000_000)
        var tens = group.compactMap { fine.fold($0) }
        if let open = fine.finish() { tens.append(open) }
        var coarse = FrameAggregate(stepNanoseconds: 60_000_000_000)
        for ten in tens {
          let finished = coarse.fold(ten)
          #expect(finished == nil)
        }
        let finished = coarse.finish()
        let minute = try #require(finished)
        try #require(StepModel.isClose(minute, StepModel.fold(group)), "\(generator.replay)")
      }
    }
  }

  @Test func `a step of one frame is that frame, its pools in order`() throws {
    var generator = SeededGenerator.fresh()
    for frame in generator.rawFrames(at: clocks(50, &generator)) {
      var aggregate = FrameAggregate(stepNanoseconds: 10)
      _ = aggregate.fold(frame)
      let finished = aggregate.finish()
      let folded = try #require(finished)
      #expect(folded.pools.map(\.key) == frame.pools.map(\.key))
      #expect(folded.gauges == frame.gauges && folded.counters == frame.counters)
    }
  }

  @Test func `beyond the limit of pools the shared and the tightest stay, the rest is bounded`()
    throws
  {
    var generator = SeededGenerator.fresh()
    var aggregate = FrameAggregate(stepNanoseconds: .max)
    let shared: [PoolKey] = [
      .bind(.any), .bind(.anyIPv4), .udp(.ipv4), .udp(.ipv6), .udpBind(.any),
    ]
    var largest: [PoolKey: UInt32] = [:]
    let moments = clocks(1, &generator)
    for round in 0..<60 {
      var frame = generator.rawFrames(at: moments, keyCount: 0)[0]
      var keys = Set(shared)
      while keys.count < 100 {
        keys.insert(
          .connect(
            source: generator.address(), destination: generator.address(), port: 443, interface: 0))
      }
      frame.pools = keys.map { key in
        var pool = generator.poolRecord(key)
        pool.sampleCount = 1
        pool.verdict = .ok
        pool.capacity = 1000
        let inUse = shared.contains(key) ? 0 : generator.small(1001)
        pool.inUse = Gauge(inUse)
        pool.headroom = Gauge(1000 - inUse)
        largest[key] = max(largest[key] ?? 0, UInt32(inUse))
        return pool
      }
      frame.range = Scenario.range
      frame.reserved = 0
      frame.other = Remainder(pools: 0, inUseMaximum: 0, isExact: true)
      _ = aggregate.fold(frame)
      let step = try #require(aggregate.current)
      try #require(step.pools.count <= FrameAggregate.poolLimit + 100)
      for key in shared {
        let pool = try #require(step.pools.first { $0.key == key }, "\(generator.replay)")
        #expect(pool.sampleCount == round + 1)
      }
      let listed = Set(step.pools.map(\.key))
      let lost = largest.filter { !listed.contains($0.key) }
      try #require(
        lost.values.allSatisfy { $0 <= step.other.inUseMaximum }, "\(generator.replay)")
      #expect(step.other.isExact == lost.isEmpty)
      #expect(step.other.pools == lost.count)
    }
  }

  @Test func `a step remembers the most that its frames left out`() throws {
    var scenario = Scenario.idle(seconds: 3).frames
    for (index, pools) in [3, 9, 4].enumerated() {
      scenario[index].other = Remainder(
        pools: pools, inUseMaximum: pools * 2, isExact: index != 0, addressInUseMaximum: 10 - pools)
    }
    var aggregate = FrameAggregate(stepNanoseconds: .max)
    for frame in scenario { _ = aggregate.fold(frame) }
    let step = aggregate.finish()
    #expect(
      step?.other
        == Remainder(pools: 9, inUseMaximum: 18, isExact: false, addressInUseMaximum: 7))
  }
}
