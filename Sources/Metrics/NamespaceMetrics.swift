internal import Frames
internal import Inet
internal import Pools

/// What is told of one network namespace: its newest frame, sums over all of them, and the series that have
/// a place.
struct NamespaceMetrics: Sendable {
  /// Its label.
  let labels: [UInt8]
  /// Whether its frames are written.
  var state = CollectionState.written
  /// The newest frame; nil before there is one.
  private(set) var newest: Frame?
  /// Sums of what the frames counted; what none of them knew is nil.
  private(set) var sums = HostCounters()
  private(set) var samples: UInt64 = 0
  /// Of `connectFailures`, what is known to be of the namespace; nil while nobody counts them.
  private(set) var failuresKnownHere: UInt64?
  /// How long the newest count that there is took.
  private(set) var durationNanoseconds: UInt64?
  /// By kind of pool, in the order of its cases; nil where no frame knew any.
  private(set) var aboveThreshold: [UInt64?]
  private(set) var aboveCliff: UInt64?
  private(set) var peaks: [WindowPeak]
  private(set) var worst: [WorstPool?]

  /// Connect pools by destination.
  private(set) var connects: StickySeries<PoolKey, PoolSeries>
  /// The pools that belong to no address.
  private(set) var shared: StickySeries<PoolKey, PoolSeries>
  /// The bind pools of one address.
  private(set) var addresses: StickySeries<PoolKey, PoolSeries>
  /// Ports by owner: those of equal names together.
  private(set) var owners: StickySeries<[UInt8], UInt64>
  /// Whether an alarm is raised.
  private(set) var alarms: StickySeries<[UInt8], Bool>
  /// What the connect pools without a place can be; nil when there are none.
  private(set) var other: OtherPools?

  private let threshold: Double

  /// Nothing known yet of the namespace with these labels.
  init(labels: [UInt8], _ limits: MetricLimits) {
    self.labels = labels
    threshold = limits.threshold
    let stay = limits.stickyNanoseconds
    connects = StickySeries(
      limit: limits.pools, reserve: limits.pools / 4, stayNanoseconds: stay)
    shared = StickySeries(limit: MetricScope.sharedPools, stayNanoseconds: stay)
    addresses = StickySeries(limit: limits.addresses, stayNanoseconds: stay)
    owners = StickySeries(limit: limits.owners, stayNanoseconds: stay)
    alarms = StickySeries(limit: limits.alarms, stayNanoseconds: stay)
    aboveThreshold = PoolKind.allCases.map { _ in nil }
    peaks = PoolKind.allCases.map { _ in WindowPeak() }
    worst = PoolKind.allCases.map { _ in nil }
  }

  /// Takes a frame; one that is part of what was taken before is left out. Nothing is summed of one of the
  /// past. Returns whether it was taken.
  mutating func observe(_ frame: Frame, isPast: Bool) -> Bool {
    if let newest, FrameStamp(frame).isFolded(into: FrameStamp(newest)) { return false }
    let now = frame.monotonicNanoseconds
    if let newest, newest.boot != frame.boot { restart(at: now) }
    count(frame, isPast: isPast)
    judge(frame, isPast: isPast)
    Self.update(&connects, frame, isPast) { $0.kind == .connect }
    Self.update(&shared, frame, isPast) { $0.kind != .connect && $0.localAddress == nil }
    Self.update(&addresses, frame, isPast) { $0.localAddress != nil }
    noteOwners(frame, now)
    noteAlarms(frame, now)
    other = OtherPools(frame) { connects.contains($0) }
    newest = frame
    return true
  }

  /// Gives `series` the frame's pools that are `wanted`, by their places in its list: records are large.
  private static func update(
    _ series: inout StickySeries<PoolKey, PoolSeries>, _ frame: Frame, _ isPast: Bool,
    where wanted: (PoolKey) -> Bool
  ) {
    let pools = frame.pools
    series.update(
      pools.indices.filter { wanted(pools[$0].key) }, now: frame.monotonicNanoseconds,
      key: { pools[$0].key },
      isUrgent: { pools[$0].verdict > .ok }, labels: { MetricLabels.of($0) },
      merge: { PoolSeries($0, pools[$1], isPast: isPast) })
  }

  private mutating func restart(at now: UInt64) {
    connects.restart(at: now)
    shared.restart(at: now)
    addresses.restart(at: now)
    owners.restart(at: now)
    alarms.restart(at: now)
  }

  private mutating func count(_ frame: Frame, isPast: Bool) {
    frame.counters.forEach { name, value in
      sums[name] = Self.sum(sums[name] ?? 0, isPast ? 0 : value)
    }
    if frame.counters[.ticks] != nil {
      // Who counts ticks counts these too, and says nothing of what did not happen.
      for name in [HostCounter.lateTicks, .skippedTicks, .deferredDumps, .failedSamples] {
        sums[name] = sums[name] ?? 0
      }
    }
    samples = Self.sum(samples, isPast ? 0 : UInt64(max(0, frame.sampleCount)))
    // What nobody counts any more is not known, and begins anew where somebody does again.
    failuresKnownHere =
      frame.counters[.connectFailures] == nil
      ? nil : Self.sum(failuresKnownHere ?? 0, isPast ? 0 : frame.failuresKnownHere)
    if let duration = frame.counters[.dumpNanoseconds], duration > 0 {
      durationNanoseconds = duration
    }
  }

  /// What the frame says of the tightest pool of each kind, and for how long.
  private mutating func judge(_ frame: Frame, isPast: Bool) {
    let time = isPast ? 0 : frame.spanNanoseconds
    for (place, kind) in PoolKind.allCases.enumerated() {
      worst[place] = WorstPool(kind, frame)
      guard let worst = worst[place] else { continue }
      peaks[place].note(worst.peak, at: frame.takenAtNanoseconds)
      let span = worst.usage >= threshold ? time : 0
      aboveThreshold[place] = Self.sum(aboveThreshold[place] ?? 0, span)
      guard kind == .connect else { continue }
      aboveCliff = Self.sum(aboveCliff ?? 0, worst.isSearching ? time : 0)
    }
  }

  private mutating func noteOwners(_ frame: Frame, _ now: UInt64) {
    var named: [(labels: [UInt8], ports: UInt64)] = []
    var places: [[UInt8]: Int] = [:]
    for owner in frame.owners {
      let labels = MetricLabels.of(("kind", owner.kind.name), ("owner", owner.name))
      let ports = UInt64(clamping: owner.ports)
      if let place = places[labels] {
        named[place].ports = Self.sum(named[place].ports, ports)
      } else {
        places[labels] = named.count
        named.append((labels, ports))
      }
    }
    owners.update(named, now: now, key: \.labels, labels: { $0 }, merge: { $1.ports })
  }

  private mutating func noteAlarms(_ frame: Frame, _ now: UInt64) {
    var raised: [[UInt8]] = []
    for alarm in frame.alarms where alarm.isRaised {
      let labels = MetricLabels.of(("alarm", alarm.rule), ("severity", alarm.severity.name))
      if !raised.contains(labels) { raised.append(labels) }
    }
    alarms.update(raised, now: now, key: \.self, labels: { $0 }, merge: { _, _ in true })
  }

  /// A sum that stays at the end of what a counter can be.
  private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, overflows) = left.addingReportingOverflow(right)
    return overflows ? .max : sum
  }
}
