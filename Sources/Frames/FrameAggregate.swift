internal import Pools

/// Folds raw frames into one frame a step: minimum, mean, maximum and last of gauges, sums of counters.
/// Frames that are steps themselves can be folded too; a gauge then weighs what its frame does, also if it
/// was not known in all samples of it.
///
///     raw     | · · · · · · · · · · | · · · ·
///     step    |  wall clock / step  | open …
///
/// A frame belongs to the step that its wall-clock time falls into, so that steps begin at whole
/// minutes; a clock that is set, forwards or backwards, ends the open step, and so does another port
/// space: ports left of one range say nothing of another. Pools are kept by key, over
/// all frames in which they were listed. Memory is bounded: beyond `poolLimit` keys the shared ones and
/// the tightest stay, and the others go to the remainder.
public struct FrameAggregate: Sendable {
  /// The step, in nanoseconds.
  public let stepNanoseconds: UInt64
  private var step: UInt64?
  private var newest: Frame?
  private var gauges: [HostGauge: GaugeSum] = [:]
  private var pools: [PoolKey: FoldedPool] = [:]
  private var owners: [OwnerKey: OwnerRecord] = [:]
  private var findings: [UInt16: (record: FindingRecord, pool: PoolKey?)] = [:]
  /// What was forgotten for want of room.
  private var cut = Remainder(pools: 0, inUseMaximum: 0, isExact: true)

  /// The most keys that are remembered in a step.
  public static var poolLimit: Int { 2048 }

  /// An aggregate of steps that long; at least 1 ns.
  public init(stepNanoseconds: UInt64) { self.stepNanoseconds = max(1, stepNanoseconds) }

  /// Folds a raw frame. Returns the frame of the step before, if this one begins another.
  public mutating func fold(_ frame: Frame) -> Frame? {
    let step = frame.takenAtNanoseconds / stepNanoseconds
    var finished: Frame?
    if let newest, self.step != step || !newest.isOfSameSpace(as: frame) { finished = finish() }
    self.step = step
    add(frame)
    return finished
  }

  /// Ends the open step and returns its frame; nil when nothing was folded.
  public mutating func finish() -> Frame? {
    let frame = current
    self = FrameAggregate(stepNanoseconds: stepNanoseconds)
    return frame
  }

  /// The frame of the open step as far as it goes; nil when nothing was folded.
  public var current: Frame? {
    guard var frame = newest else { return nil }
    for (name, sum) in gauges { frame.gauges[name] = sum.gauge }
    let ranked = owners.sorted { $0.value.ranks(before: $1.value) }
    frame.owners = ranked.map(\.value)
    frame.other.pools += cut.pools
    frame.other.inUseMaximum = max(frame.other.inUseMaximum, cut.inUseMaximum)
    frame.other.addressInUseMaximum = max(
      frame.other.addressInUseMaximum, cut.addressInUseMaximum)
    frame.other.isExact = frame.other.isExact && cut.isExact
    let places = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1.key, $0) })
    frame.pools = pools.values.map { $0.record(places) }.sorted { $0.isTighter(than: $1) }
    let poolPlaces = Dictionary(
      uniqueKeysWithValues: frame.pools.enumerated().map { ($1.key, $0) })
    frame.findings = findings.values.map { finding, pool in
      var finding = finding
      if let pool { finding.place = poolPlaces[pool] }
      return finding
    }.sorted { $0.severity != $1.severity ? $0.severity > $1.severity : $0.id < $1.id }
    return frame
  }

  private mutating func add(_ frame: Frame) {
    let weight = UInt64(max(1, frame.sampleCount))
    frame.gauges.forEach { name, gauge in
      gauges[name, default: GaugeSum()].fold(gauge, weight: weight)
    }
    let keys = frame.owners.map { OwnerKey(kind: $0.kind, id: $0.id) }
    for (key, owner) in zip(keys, frame.owners) { owners[key] = owner }
    for finding in frame.findings
    where finding.severity >= findings[finding.id]?.record.severity ?? 0 {
      let pool = finding.place.flatMap {
        frame.pools.indices.contains($0) ? frame.pools[$0].key : nil
      }
      findings[finding.id] = (finding, pool)
    }
    var sum = frame
    if let newest {
      let span = sum.spanNanoseconds.addingReportingOverflow(newest.spanNanoseconds)
      sum.spanNanoseconds =
        span.overflow ? FrameLayout.momentMax : min(span.partialValue, FrameLayout.momentMax)
      sum.sampleCount += newest.sampleCount
      sum.verdict = max(sum.verdict, newest.verdict)
      sum.flags.formUnion(newest.flags)
      // What was counted once is known of the whole step.
      if !frame.flags.contains(.notCounted) || !newest.flags.contains(.notCounted) {
        sum.flags.remove(.notCounted)
      }
      if !frame.flags.contains(.ownersUnavailable) || !newest.flags.contains(.ownersUnavailable) {
        sum.flags.remove(.ownersUnavailable)
      }
      sum.counters.add(newest.counters)
      sum.other.pools = max(sum.other.pools, newest.other.pools)
      sum.other.inUseMaximum = max(sum.other.inUseMaximum, newest.other.inUseMaximum)
      sum.other.addressInUseMaximum = max(
        sum.other.addressInUseMaximum, newest.other.addressInUseMaximum)
      sum.other.isExact = sum.other.isExact && newest.other.isExact
    }
    for pool in frame.pools { pools[pool.key, default: FoldedPool()].fold(pool, keys) }
    newest = sum
    if pools.count > Self.poolLimit { cutPools() }
  }

  /// Keeps the shared pools and the tighter half of the others; of the rest it is known how large they
  /// were at most. How many they are is not: one that comes back is another one.
  private mutating func cutPools() {
    let records = pools.values.map { $0.record([:]) }.filter { !$0.isShared }
      .sorted { $0.isTighter(than: $1) }
    let left = records.dropFirst(Self.poolLimit / 2)
    for record in left { pools[record.key] = nil }
    cut = cut.adding(left)
    cut.isExact = false
  }
}

/// An owner, whatever its numbers.
private struct OwnerKey: Hashable {
  let kind: OwnerRecord.Kind
  let id: UInt64
}

/// A pool while frames are folded.
private struct FoldedPool {
  private var newest: PoolRecord?
  private var inUse = GaugeSum()
  private var headroom = GaugeSum()
  private var owners: [(key: OwnerKey, share: OwnerShare)] = []

  mutating func fold(_ pool: PoolRecord, _ keys: [OwnerKey]) {
    let weight = UInt64(max(1, pool.sampleCount))
    inUse.fold(pool.inUse, weight: weight)
    headroom.fold(pool.headroom, weight: weight)
    owners = pool.owners.compactMap { keys.indices.contains($0.owner) ? (keys[$0.owner], $0) : nil }
    var sum = pool
    if let newest {
      sum.sampleCount += newest.sampleCount
      sum.verdict = max(sum.verdict, newest.verdict)
      if let failures = newest.failures { sum.failures = (sum.failures ?? 0) + failures }
    }
    newest = sum
  }

  /// The record, its owners at `places` in the frame's list.
  func record(_ places: [OwnerKey: Int]) -> PoolRecord {
    guard var record = newest, let inUse = inUse.gauge, let headroom = headroom.gauge else {
      preconditionFailure("a folded pool has been folded once")
    }
    record.inUse = inUse
    record.headroom = headroom
    record.owners = owners.compactMap { key, share in
      places[key].map { place in
        var share = share
        share.owner = place
        return share
      }
    }
    return record
  }
}
