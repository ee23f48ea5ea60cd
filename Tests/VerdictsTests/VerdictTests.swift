import Frames
import FramesTestKit
import Inet
import Kernel
import Pools
import Testing

@testable import Verdicts

/// The answer, how sure it is, and the reasons: what is seen against what is said.
@Suite struct VerdictTests {
  /// Fills a pool within ten seconds, from where on `failures` connects a second fail.
  private static func filling(
    failures: Int, isKnown: Bool = true, share: Double = 1
  ) -> MadeUpRun {
    let full = Double(Scenario.capacity) * share
    return MadeUpRun(
      seconds: 15, load: { Int(min(full, full * $0 / 10)) },
      change: { frame, second in if second > 10 { frame.fail(failures, isKnown: isKnown) } })
  }

  @Test func `failed connects of the namespace are the limit, surely`() throws {
    let verdict = Self.filling(failures: 300).verdict
    #expect(verdict.limit == .yes)
    #expect(verdict.confidence == .high)
    #expect(verdict.reasons.prefix(2) == [.connectsFailed(1500), .exhausted])
    #expect(verdict.failures?.total == 1500)
    #expect(verdict.failures?.knownHere == 1500)
    #expect(verdict.limitSeconds == 10.5)
    #expect(verdict.failingSeconds == 5)
    #expect(verdict.durationSeconds == 15)
    let pool = try #require(verdict.pool)
    #expect(pool.key == Scenario.key)
    #expect(pool.failures == 1500)
    #expect(pool.usageMaximum == 1)
    // The search begins at half of the way of ten seconds.
    #expect(abs(try #require(pool.cliffSeconds) - 5) < 0.01)
    #expect(pool.exhaustedSeconds == 10)
    #expect(verdict.command == "./load 10.1.2.3:443")
    // 455 a second over eleven frames, the last of which has the first failures.
    let achieved = try #require(verdict.achievedPerSecond)
    #expect((430...500).contains(achieved))
    #expect(verdict.connects == 15 * 455)
    // 455 a second for ever would nearly fit; what was tried did not.
    #expect(try #require(verdict.sourcesNeeded) >= 2)
    #expect(verdict.fits == false)
  }

  @Test(arguments: [
    (1.0, RunVerdict.Limit.yes, RunVerdict.Confidence.medium), (0.7, .unknown, .low),
    (0.4, .no, .medium),
  ])
  func `failures of an unknown place are ours where a pool is full, and not where none nearly was`(
    _ share: Double, _ limit: RunVerdict.Limit, _ confidence: RunVerdict.Confidence
  ) {
    let verdict = Self.filling(failures: 10, isKnown: false, share: share).verdict
    #expect((verdict.limit, verdict.confidence) == (limit, confidence))
    #expect(verdict.reasons.first == .failuresOfUnknownPlace(50))
  }

  @Test(arguments: [
    (1.0, RunVerdict.Limit.yes, RunVerdict.Confidence.medium), (0.5, .no, .medium),
    (0.9, .unknown, .low),
  ])
  func `without failures counted, counts decide where they can`(
    _ share: Double, _ limit: RunVerdict.Limit, _ confidence: RunVerdict.Confidence
  ) {
    let inUse = Int(Double(Scenario.capacity) * share)
    let verdict = MadeUpRun.steady(inUse: inUse) { frame, _ in frame.forgetFailures() }.verdict
    #expect((verdict.limit, verdict.confidence) == (limit, confidence))
    #expect(verdict.reasons.first == .failuresNotCounted)
    #expect(verdict.failures == nil)
  }

  @Test func `no failure where all are counted is no limit, as sure as the counting`() {
    let sure = MadeUpRun.steady(inUse: 20_000).verdict
    #expect((sure.limit, sure.confidence) == (.no, .high))
    #expect(sure.reasons.prefix(2) == [.noneFailed, .usedAtMost(20_000.0 / 28_229)])
    #expect(sure.limitSeconds == nil)
    for (flag, reason) in [
      (FrameFlags.failuresLowerBound, RunReason.failuresLowerBound),
      (.failuresOfNamespace, .failuresOfClosedSockets),
    ] {
      let verdict = MadeUpRun.steady(inUse: 20_000) { frame, second in
        if second == 7 { frame.flags.insert(flag) }
      }.verdict
      #expect((verdict.limit, verdict.confidence) == (.no, .medium))
      #expect(verdict.reasons.contains(reason))
    }
  }

  @Test func `a full pool is not cleared by a count that may have missed its failures`() {
    for flag in [FrameFlags.failuresLowerBound, .failuresOfNamespace] {
      let verdict = MadeUpRun.steady(inUse: Scenario.capacity) { frame, second in
        if second == 7 { frame.flags.insert(flag) }
      }.verdict
      #expect((verdict.limit, verdict.confidence) == (.unknown, .low))
      #expect(verdict.reasons.prefix(2) == [.noneFailed, .exhausted])
    }
    // Where nothing was missed, all ports in use and no connect that wanted another is no limit.
    let sure = MadeUpRun.steady(inUse: Scenario.capacity).verdict
    #expect((sure.limit, sure.confidence) == (.no, .high))
  }

  @Test func `failures that were known to be elsewhere are not ours`() {
    let verdict = MadeUpRun.steady(inUse: 20_000) { frame, _ in
      frame.fail(5)
      frame.counters.add(.connectFailuresElsewhere, 5)
      frame.pools = frame.pools.map { pool in
        var pool = pool
        pool.failures = 0
        return pool
      }
    }.verdict
    #expect((verdict.limit, verdict.confidence) == (.no, .high))
    #expect(verdict.failures?.total == 0)
    #expect(verdict.failures?.elsewhere == 100)
  }

  @Test func `what happened before the command is none of its business`() {
    let verdict = MadeUpRun.steady(inUse: 20_000) { frame, second in
      if second == 0 { frame.fail(9) }
    }.verdict
    #expect(verdict.limit == .no)
    #expect(verdict.failures?.total == 0)
    #expect(verdict.durationSeconds == 20)
  }

  @Test func `a slow server and a busy processor are named`() {
    let waiting = MadeUpRun.steady(inUse: 60) { frame, _ in
      var states = StateCounts()
      states[.synSent] = 50
      states[.established] = 10
      for index in frame.pools.indices where frame.pools[index].key == Scenario.key {
        frame.pools[index].states = states
      }
    }.verdict
    #expect(waiting.limit == .no)
    // The tightest pool is another one, and was never waited for.
    #expect(!waiting.reasons.contains(.waitingForPeers(50, inUse: 60)))
    let alone = MadeUpRun.steady(inUse: 8000) { frame, _ in
      var states = StateCounts()
      states[.synSent] = 7000
      states[.established] = 1000
      for index in frame.pools.indices where frame.pools[index].key == Scenario.key {
        frame.pools[index].states = states
      }
    }.verdict
    #expect(alone.reasons.contains(.waitingForPeers(7000, inUse: 8000)))

    let busy = MadeUpRun.steady(inUse: 8000).ended(
      RunEnd(.status(0), wallMilliseconds: 20_000, cpuMilliseconds: 39_000)
    ).verdict
    #expect(busy.reasons.contains(.commandBusy(cores: 1.95)))
    #expect(busy.end?.end == .status(0))
    let lazy = MadeUpRun.steady(inUse: 8000).ended(
      RunEnd(.signal(9), wallMilliseconds: 20_000, cpuMilliseconds: 10_000)
    ).verdict
    #expect(!lazy.reasons.contains { $0.id == "command_busy" || $0.id == "host_busy" })
    let crowded = MadeUpRun.steady(inUse: 8000).ended(
      RunEnd(.status(0), wallMilliseconds: 20_000, cpuMilliseconds: 1, hostBusyPercent: 95)
    ).verdict
    #expect(crowded.reasons.contains(.hostBusy(percent: 95)))
    #expect(lazy.end?.end == .signal(9))
  }

  @Test func `nothing outbound and nothing seen are said`() {
    let idle = MadeUpRun(seconds: 5, load: { _ in 0 }).idle.verdict
    #expect(idle.limit == .no)
    #expect(idle.reasons.contains(.nothingOutbound))
    #expect(idle.pool == nil && idle.plan == nil)
    let nothing = RunObservation().verdict
    #expect((nothing.limit, nothing.confidence) == (.unknown, .low))
    #expect(nothing.reasons == [.notCounted])
    let uncounted = MadeUpRun.steady(inUse: 100) { frame, _ in
      frame.forgetFailures()
      frame.flags.insert(.notCounted)
      frame.pools = []
    }.verdict
    #expect(uncounted.limit == .unknown)
    #expect(uncounted.reasons.contains(.notCounted))
  }

  @Test func `long gaps are said`() {
    var run = MadeUpRun.steady(inUse: 20_000)
    run.frames[9].spanNanoseconds = 7_000_000_000
    run.frames.removeSubrange(3...8)
    #expect(run.verdict.reasons.contains(.samplesMissing(seconds: 7)))
    let stale = MadeUpRun.steady(inUse: 20_000) { frame, second in
      if second > 2 { frame.gauges[.countAge] = Gauge((second - 2) * 1000) }
    }.verdict
    #expect(stale.reasons.contains(.countsMissing(seconds: 18)))
  }

  @Test func `however many pools there are, few are kept, and those that fail among them`() {
    let verdict = MadeUpRun.steady(inUse: 10) { frame, second in
      for index in 0..<50 {
        var pool = frame.pools[0]
        pool.key = .connect(
          source: IPAddress(ipv4: 0x0a00_0005),
          destination: IPAddress(ipv4: 0x0b00_0000 + UInt32(second * 50 + index)), port: 80,
          interface: 0)
        pool.failures = second == 19 && index == 49 ? 3 : 0
        frame.pools.append(pool)
      }
      frame.pools.removeFirst()
    }.verdict
    #expect(verdict.otherPools.count == 8)
    #expect(verdict.pool?.failures == 3)
  }

  @Test func `a pool that comes after a thousand others and runs out is the limit`() {
    let verdict = MadeUpRun.steady(inUse: 10) { frame, second in
      frame.forgetFailures()
      let last = frame.pools.removeFirst()
      for index in 0..<50 {
        var pool = last
        pool.key = .connect(
          source: IPAddress(ipv4: 0x0a00_0005),
          destination: IPAddress(ipv4: 0x0b00_0000 + UInt32(second * 50 + index)), port: 80,
          interface: 0)
        if second == 19, index == 49 {
          pool.inUse = Gauge(Scenario.capacity)
          pool.headroom = Gauge(0)
        }
        frame.pools.append(pool)
      }
    }.verdict
    #expect((verdict.limit, verdict.confidence) == (.yes, .medium))
    #expect(verdict.pool?.inUseMaximum == Scenario.capacity)
  }

  @Test func `what began and left no sample has a beginning, and nothing has none`() {
    var run = MadeUpRun.steady(inUse: 10)
    run.frames = []
    #expect(run.verdict.startedAtNanoseconds == Scenario.start)
    #expect(RunObservation().verdict.startedAtNanoseconds == nil)
  }

  @Test func `a crossing lies on the straight line between two counts`() {
    #expect(RunPools.crossing(of: 50, from: (0, 0), to: (100, 100)) == 50)
    #expect(RunPools.crossing(of: 100, from: (0, 0), to: (100, 100)) == 100)
    #expect(RunPools.crossing(of: 10, from: (50, 20), to: (100, 100)) == 100)
    #expect(RunPools.crossing(of: 70, from: (0, 80), to: (100, 80)) == 100)
    #expect(RunPools.crossing(of: 200, from: (0, 0), to: (100, 100)) == 100)
  }
}

extension MadeUpRun {
  /// The same with nothing outbound.
  fileprivate var idle: MadeUpRun {
    var run = self
    for index in run.frames.indices {
      run.frames[index].pools.removeAll { $0.key.kind == .connect }
      let failures = run.frames[index].counters[.connectFailures] ?? 0
      run.frames[index].counters = HostCounters()
      run.frames[index].counters.add(.activeOpens, 0)
      run.frames[index].counters.add(.connectFailures, failures)
    }
    return run
  }
}
