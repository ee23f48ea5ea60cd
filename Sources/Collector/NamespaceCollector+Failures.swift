internal import Frames
internal import Kernel
internal import Pools

extension NamespaceCollector where Transport: ~Copyable {
  /// Takes what failed since the last time into the counters and the memory.
  mutating func drainFailures(at now: UInt64) {
    let reading = readFailures()
    failures.add(reading, at: now)
    guard let reading else { return }
    counters.add(.connectFailures, reading.total)
    counters.add(.connectFailuresAttributed, reading.attributed)
    counters.add(.connectFailuresUnattributed, reading.unattributed)
    if let elsewhere = reading.elsewhere { counters.add(.connectFailuresElsewhere, elsewhere) }
    if let lost = reading.lost { counters.add(.connectFailuresLost, lost) }
    if let binds = reading.possibleBind { counters.add(.possibleBindFailures, binds) }
    if let datagrams = reading.possibleUDP { counters.add(.possibleUDPFailures, datagrams) }
  }

  /// Lists pools with failures, and raises their verdicts and the frame's: a failure says more than any
  /// number. Begins the memory's next frame.
  mutating func addFailures(to frame: inout Frame) {
    let now = frame.monotonicNanoseconds
    frame.flags.formUnion(failures.flags)
    let recent = failures.recent(at: now)
    listFailed(recent, in: &frame)
    if failures.isAttributing == true { mark(&frame, at: now) }
    for text in failures.takeEvents(at: now) { pending.append(.connectsFailed(text)) }
    failures.beginFrame(at: now)
  }

  /// A pool that failed is listed, whatever its usage: all its ports may be blocked, or its sockets closed.
  private func listFailed(_ recent: [FailureMemory.Target], in frame: inout Frame) {
    guard let countedAt = counted.countedAt else { return }
    let listed = Set(frame.pools.compactMap(\.target))
    for target in recent where !listed.contains(target) {
      let (pool, isKnown) = sampler.countedPool(target)
      var record = PoolRecord(pool, method: .dump, countedAtMonotonic: countedAt)
      record.verdict = options.thresholds.level(of: pool)
      frame.pools.append(record)
      if isKnown, frame.other.pools > 0 { frame.other.pools -= 1 }
    }
  }

  private func mark(_ frame: inout Frame, at now: UInt64) {
    let plain = Set(frame.pools.lazy.filter { !$0.isScoped }.compactMap(\.target))
    for index in frame.pools.indices {
      let record = frame.pools[index]
      guard let target = record.target else { continue }
      // A failure does not tell the interface: where there is a pool without one, it is that.
      if record.isScoped, plain.contains(target) {
        frame.pools[index].failures = 0
        continue
      }
      let (count, secondsAgo) = failures.failures(of: target, at: now)
      frame.pools[index].failures = count
      guard let secondsAgo else { continue }
      var pool = record.pool
      var trend = pool.trend ?? PoolTrend()
      trend.secondsSinceFailure = secondsAgo
      pool.trend = trend
      frame.pools[index].verdict = max(record.verdict, options.thresholds.level(of: pool))
      frame.verdict = max(frame.verdict, frame.pools[index].verdict)
    }
    frame.pools.sort { $0.isTighter(than: $1) }
  }
}
