internal import Frames
internal import Inet
internal import Pools

extension RunObservation {
  /// What all that was added says.
  public var verdict: RunVerdict {
    var verdict = RunVerdict()
    guard let firstAt else {
      verdict.startedAtNanoseconds = start?.realtime
      verdict.command = command
      verdict.end = end
      verdict.sampleCount = sampleCount
      verdict.reasons = [.notCounted]
      return verdict
    }
    let last = min(lastAt, endedAt.map { max($0, firstAt.monotonic) } ?? lastAt)
    func seconds(_ moment: UInt64) -> Double {
      Double(moment - min(moment, firstAt.monotonic)) / 1e9
    }
    verdict.startedAtNanoseconds = firstAt.realtime
    verdict.durationSeconds = seconds(last)
    verdict.sampleCount = sampleCount
    if seconds(lastAt) >= 1 {
      verdict.samplingShare = Double(cpuNanoseconds) / 1e9 / seconds(lastAt)
    }
    verdict.command = command
    verdict.end = end
    verdict.failures = lackedFailures ? nil : failures
    verdict.failingSeconds = Double(failingNanoseconds) / 1e9
    verdict.notices = notices
    let ranked = ranked(seconds)
    verdict.pool = ranked.first?.pool
    verdict.otherPools = ranked.dropFirst().prefix(8).map(\.pool)
    let limitAt = limitAt(ranked.first?.track)
    verdict.limitSeconds = limitAt.map(seconds)
    addRates(to: &verdict, limitAt: limitAt)
    if let first = ranked.first { addPlan(to: &verdict, first.track, over: ranked.map(\.track)) }
    judge(&verdict, ranked.first?.track)
    return verdict
  }

  /// When the limit was reached. A failure that nobody could place may be another's: what comes before the
  /// pool had no port left is not its.
  private func limitAt(_ track: RunPools.Track?) -> UInt64? {
    guard let track else { return failedAt }
    guard let exhaustedAt = track.exhaustedAt else { return track.failedAt ?? failedAt }
    let first = max(exhaustedAt, failedAt ?? exhaustedAt)
    return min(first, track.failedAt ?? first)
  }

  /// The pools with failures first, then by usage.
  private func ranked(
    _ seconds: (UInt64) -> Double
  ) -> [(pool: RunPool, track: RunPools.Track)] {
    pools.tracks.values.map { track in
      var pool = track.pool
      let exhausted = [track.failedAt, track.exhaustedAt].compactMap { $0 }.min()
      var cliff = track.cliffAt
      if cliff == nil, let exhausted, let ports = track.cliffPorts, track.counted.at < exhausted {
        // No count saw it between the last one and the end of all ports.
        cliff = RunPools.crossing(
          of: ports, from: track.counted, to: (exhausted, track.pool.capacity))
      }
      pool.cliffSeconds = cliff.map { seconds(min($0, exhausted ?? $0)) }
      pool.exhaustedSeconds = exhausted.map(seconds)
      return (pool, track)
    }.sorted { $0.pool.isBefore($1.pool) }
  }

  private func addRates(to verdict: inout RunVerdict, limitAt: UInt64?) {
    verdict.connects = opens.total
    guard let total = opens.total, let active = opens.active else { return }
    verdict.peakPerSecond = opens.peakPerSecond
    // Connects that came with the first failures count as before them.
    let limit = failedAt.map { min(max($0, active.lowerBound), active.upperBound) }
    let before = limit == nil ? total : opens.beforeLimit
    verdict.achievedPerSecond = Self.rate(before, active.lowerBound, limit ?? active.upperBound)
    if let limit {
      verdict.achievedAfterPerSecond = Self.rate(
        total - min(before, total), limit, max(lastAt, active.upperBound))
    }
  }

  private static func rate(_ count: UInt64, _ from: UInt64, _ through: UInt64) -> Double? {
    // Less than a few milliseconds say nothing of a second.
    through > from + 5_000_000 ? Double(count) * 1e9 / Double(through - from) : nil
  }

  /// What the pool carries for ever, and what it takes for what was achieved.
  private func addPlan(
    to verdict: inout RunVerdict, _ track: RunPools.Track, over all: [RunPools.Track]
  ) {
    guard track.pool.inUseMaximum > 0, let rate = verdict.achievedPerSecond else { return }
    // Connects are counted for the namespace alone: a pool's share of them is taken to be that of its ports.
    let sum = all.reduce(0) { $0 + $1.pool.inUseMaximum }
    let own = rate * Double(track.pool.inUseMaximum) / Double(max(1, sum))
    let states = track.states, waiting = states.map { $0[.timeWait] + $0[.finWait2] } ?? 0
    let held = max(0, (states?.total ?? 0) - waiting)
    var plan = CapacityPlan(
      connectsPerSecond: own, holdSeconds: own > 0 ? Double(held) / own : 0,
      ports: track.pool.capacity, cliffPorts: track.cliffPorts)
    plan.closesHere = 10 * waiting >= (states?.total ?? 0)
    plan.reuseDelaySeconds = 1
    plan.isReusing = track.reclaimable > 0
    verdict.plan = plan
    verdict.sustainablePerSecond =
      track.sustainablePerSecond ?? plan.outcome.sustainable?.perTuple
  }
}
