internal import Inet
public import Pools

/// What a running collector remembers and a sample taken now cannot know: arrivals, forecasts, failures.
public struct CollectorMemory: Hashable, Sendable {
  /// How old the newest frame was.
  public var ageNanoseconds: UInt64
  /// Failed connects over the frames' time; nil when nobody counted them.
  public var failures: ConnectFailures?
  /// Of those, the ones of pools of this namespace; nil when nobody counted them.
  public var namespaceFailures: Int?
  /// Trends of the pools that the newest frame lists.
  public var trends: [PoolKey: PoolTrend] = [:]
  /// What comes back, of the same pools.
  public var releases: [PoolKey: ReleaseSchedule] = [:]
  /// Who held the same pools at the last count of all; empty where the collector does not count owners.
  public var owners: [PoolKey: SeenOwners] = [:]

  /// The memory of `frames`, raw ones, oldest first, as of the moment `nowNanoseconds` on CLOCK_REALTIME.
  ///
  /// Nil when there is none, or the newest is of another namespace or range than `namespace`: its numbers
  /// are then about other ports.
  public init?(_ frames: [Frame], of namespace: NamespaceSnapshot, atNanoseconds now: UInt64) {
    guard let newest = frames.last, newest.namespaceCookie == namespace.cookie,
      newest.range == namespace.space.range
    else { return nil }
    ageNanoseconds = now - min(now, newest.takenAtNanoseconds)
    for record in newest.pools {
      trends[record.key] = record.forecast.trend?.aged(by: Self.seconds(ageNanoseconds))
      releases[record.key] = record.forecast.schedule?.aged(by: Self.seconds(ageNanoseconds))
      owners[record.key] = newest.seenOwners(of: record)
    }
    for frame in frames where frame.isOfSameSpace(as: newest) { count(frame, now) }
  }

  private mutating func count(_ frame: Frame, _ now: UInt64) {
    if let total = frame.counters[.connectFailures] {
      let began = frame.takenAtNanoseconds - min(frame.takenAtNanoseconds, frame.spanNanoseconds)
      var failures =
        self.failures
        ?? ConnectFailures(
          frame.flags.contains(.failuresOfNamespace) ? .namespace : .host, sinceNanoseconds: began)
      func add(_ name: HostCounter, to count: Int) -> Int {
        count &+ Int(clamping: frame.counters[name] ?? 0)
      }
      failures.total &+= Int(clamping: total)
      failures.attributed = add(.connectFailuresAttributed, to: failures.attributed)
      failures.unattributed = add(.connectFailuresUnattributed, to: failures.unattributed)
      failures.lost = add(.connectFailuresLost, to: failures.lost)
      if frame.counters[.possibleBindFailures] != nil {
        failures.possibleBind = add(.possibleBindFailures, to: failures.possibleBind ?? 0)
      }
      if frame.counters[.possibleUDPFailures] != nil {
        failures.possibleUDP = add(.possibleUDPFailures, to: failures.possibleUDP ?? 0)
      }
      self.failures = failures
    }
    for record in frame.pools {
      guard let count = record.failures else { continue }
      namespaceFailures = (namespaceFailures ?? 0) &+ count
      var trend = trends[record.key] ?? PoolTrend()
      trend.failures = (trend.failures ?? 0) &+ count
      if count > 0 {
        trend.secondsSinceFailure = Self.seconds(now - min(now, frame.takenAtNanoseconds))
      }
      trends[record.key] = trend
    }
  }

  private static func seconds(_ nanoseconds: UInt64) -> Double {
    Double(nanoseconds) / 1_000_000_000
  }
}

extension Snapshot {
  /// Adds what a collector remembers to the namespace at `index`, and judges its pools anew.
  public mutating func remember(
    _ memory: CollectorMemory, at index: Int, _ thresholds: VerdictThresholds
  ) {
    failures = memory.failures ?? failures
    memoryAgeNanoseconds = memory.ageNanoseconds
    func recalled(_ pool: Pool) -> Pool {
      var pool = pool
      pool.trend = memory.trends[pool.key] ?? pool.trend
      // What was counted for this very sample is finer than what a frame keeps.
      pool.release = pool.release ?? memory.releases[pool.key]
      if var seen = memory.owners[pool.key] {
        seen.nameInFull(pool.owners ?? [])
        let waiting = pool.states?[.timeWait]
        pool.owners = pool.owners.map {
          PoolOwner.recalled($0, seen, inUse: pool.inUse, timeWait: waiting)
        }
      }
      pool.verdict = thresholds.level(of: pool)
      return pool
    }
    namespaces[index].attributedFailures = memory.namespaceFailures
    let before = namespaces[index].pools
    let after = before.map(recalled)
    // Pools of bind() share the ports of connects: what these were given anew, those are given too.
    let shares = RecalledShares(before: before, after: after)
    func shared(_ before: Pool, _ after: Pool) -> Pool {
      guard shares.account(for: before) || after.owners == before.owners else { return after }
      var pool = after
      pool.owners = shares.owners(of: before)
      return pool
    }
    namespaces[index].pools = zip(before, after).map { shared($0, $1) }
    namespaces[index].tightestConnect = namespaces[index].tightestConnect.map(recalled)
    for place in namespaces[index].addresses.indices {
      let pool = namespaces[index].addresses[place].pool
      namespaces[index].addresses[place].pool = shared(pool, recalled(pool))
    }
  }
}
