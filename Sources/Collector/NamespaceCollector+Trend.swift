internal import Frames
internal import HostFacts
internal import Inet
internal import Kernel
internal import Netlink
internal import Pools

/// Where the pools are going: what counts over time tell, and walks of what waits.
extension NamespaceCollector where Transport: ~Copyable {
  /// Walks what waits in the tightest pools, where that is due and the budget allows it: no more than a
  /// quarter of what it repays.
  mutating func walkReleases(at now: UInt64) {
    guard trends.clock != nil else { return }
    let pace = UInt64(min(4 * budget.spacingNanoseconds(of: trends.walkNanoseconds), 1e12))
    guard now - min(now, trends.walkedAt) >= max(pace, 1_000_000_000) else { return }
    let waiting = counted.pools.filter { record in
      guard record.usage >= TrendMemory.walkedUsage, record.key.kind == .connect,
        let states = record.states, states[.timeWait] + states[.finWait2] > 0
      else { return false }
      return sampler.reuseSeconds(of: record.key) == nil
    }.prefix(CountPlan.focusLimit)
    guard waiting.contains(where: { trends.needsWalk($0, at: now) }) else { return }
    guard budget.allowsCount(at: now) else { return }
    let cpu = Clock.threadCPUNanoseconds()
    trends.refreshPhase()
    guard let clock = trends.clock else { return }
    var releases: [PoolKey: ReleaseCount]?
    do throws(SampleError) {
      releases = try sampler.releases(of: waiting.map(\.key), clock)
    } catch {
      // The counts say why the kernel refuses; without a schedule there is less to forecast.
      releases = nil
    }
    let cost = Clock.threadCPUNanoseconds() - cpu
    countingNanoseconds += cost
    trends.note(releases, cost: cost, at: Clock.monotonicNanoseconds())
    payForTime()
  }

  /// Takes what was counted into account, and gives each listed pool its forecast.
  mutating func followTrends() {
    guard trends.clock != nil else { return }
    let now = Clock.monotonicNanoseconds()
    let timing = sampler.timing
    let sampled =
      timing.startedAtMonotonic...timing.startedAtMonotonic &+ timing.durationNanoseconds
    for index in counted.pools.indices where counted.pools[index].key.kind == .connect {
      let key = counted.pools[index].key, countedAt = counted.pools[index].countedAtMonotonic
      let before = counted.readings[key] ?? lastDump?.reading
      trends.follow(
        &counted.pools[index], reuseSeconds: sampler.reuseSeconds(of: key),
        opens: before?.activeOpens,
        counted: sampled.lowerBound >= countedAt && sampled.upperBound <= now ? sampled : nil,
        holds: before.map { reading.isUnchanged(since: $0) } ?? false, at: now)
    }
    trends.forget(at: now)
  }

  /// Raises the verdicts of pools that will run out soon.
  func judgeForecasts(_ frame: inout Frame) {
    var raised = false
    for index in frame.pools.indices {
      guard let left = frame.pools[index].forecast.secondsToExhaustion, left <= 300 else {
        continue
      }
      let level = options.thresholds.level(of: frame.pools[index].pool)
      guard level > frame.pools[index].verdict else { continue }
      frame.pools[index].verdict = level
      raised = true
    }
    guard raised else { return }
    frame.pools.sort { $0.isTighter(than: $1) }
    frame.verdict = max(frame.verdict, frame.pools.map(\.verdict).max() ?? .ok)
  }
}
