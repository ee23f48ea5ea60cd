import Frames
import Pools

/// What a step must be, computed from all of its raw frames: slow, and short enough to be believed.
enum StepModel {
  /// The frames cut into steps: equal whole multiples in a row, of one boot and range.
  static func groups(_ frames: [Frame], step: UInt64) -> [[Frame]] {
    var groups: [[Frame]] = []
    for frame in frames {
      if let last = groups.last?.last, last.isOfSameSpace(as: frame),
        last.takenAtNanoseconds / step == frame.takenAtNanoseconds / step
      {
        groups[groups.count - 1].append(frame)
      } else {
        groups.append([frame])
      }
    }
    return groups
  }

  static func fold(_ frames: [Frame]) -> Frame {
    var step = frames[frames.count - 1]
    step.sampleCount = frames.count
    step.spanNanoseconds = frames.reduce(0) { $0 + $1.spanNanoseconds }
    step.verdict = frames.map(\.verdict).max() ?? .ok
    step.flags = frames.reduce(into: []) { $0.formUnion($1.flags) }
    for flag in [FrameFlags.notCounted, .ownersUnavailable]
    where !frames.allSatisfy({ $0.flags.contains(flag) }) {
      step.flags.remove(flag)
    }
    step.other = Remainder(
      pools: frames.map(\.other.pools).max() ?? 0,
      inUseMaximum: frames.map(\.other.inUseMaximum).max() ?? 0,
      isExact: frames.allSatisfy(\.other.isExact),
      addressInUseMaximum: frames.map(\.other.addressInUseMaximum).max() ?? 0)
    for name in HostGauge.allCases {
      step.gauges[name] = gauge(frames.compactMap { $0.gauges[name] })
    }
    for name in HostCounter.allCases {
      let known = frames.compactMap { $0.counters[name] }
      step.counters[name] = known.isEmpty ? nil : known.reduce(0, +)
    }
    step.owners = owners(frames)
    let keys = Set(frames.flatMap(\.pools).map(\.key))
    step.pools = keys.map { pool($0, frames, step.owners) }.sorted { $0.isTighter(than: $1) }
    step.findings = findings(frames, step.pools)
    return step
  }

  /// Of each id the last of the worst, its pool at its place in the step.
  private static func findings(_ frames: [Frame], _ pools: [PoolRecord]) -> [FindingRecord] {
    var all: [(record: FindingRecord, key: PoolKey?)] = []
    for frame in frames {
      for record in frame.findings {
        let place = record.place.flatMap { frame.pools.indices.contains($0) ? $0 : nil }
        all.append((record, place.map { frame.pools[$0].key }))
      }
    }
    return Dictionary(grouping: all, by: \.record.id).values
      .compactMap { found in
        guard
          var last = found.last(where: { $0.record.severity == found.map(\.record.severity).max() })
        else { return nil }
        if let key = last.key { last.record.place = pools.firstIndex { $0.key == key } }
        return last.record
      }
      .sorted { $0.severity != $1.severity ? $0.severity > $1.severity : $0.id < $1.id }
  }

  private static func owners(_ frames: [Frame]) -> [OwnerRecord] {
    var owners: [OwnerRecord] = []
    for owner in frames.flatMap(\.owners) {
      owners.removeAll { $0.kind == owner.kind && $0.id == owner.id }
      owners.append(owner)
    }
    return owners.sorted {
      $0.ports != $1.ports
        ? $0.ports > $1.ports : ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id)
    }
  }

  private static func pool(_ key: PoolKey, _ frames: [Frame], _ owners: [OwnerRecord]) -> PoolRecord
  {
    let holding = frames.filter { frame in frame.pools.contains { $0.key == key } }
    let records = holding.flatMap { $0.pools.filter { $0.key == key } }
    var pool = records[records.count - 1]
    pool.sampleCount = records.count
    pool.inUse = gauge(records.map(\.inUse)) ?? pool.inUse
    pool.headroom = gauge(records.map(\.headroom)) ?? pool.headroom
    pool.verdict = records.map(\.verdict).max() ?? .ok
    let failures = records.compactMap(\.failures)
    pool.failures = failures.isEmpty ? nil : failures.reduce(0, +)
    let named = holding[holding.count - 1].owners
    pool.owners = pool.owners.map { share in
      var share = share
      let owner = named[share.owner]
      share.owner = owners.firstIndex { $0.kind == owner.kind && $0.id == owner.id } ?? -1
      return share
    }
    return pool
  }

  /// The gauges of raw frames, each of one value.
  private static func gauge(_ gauges: [Gauge]) -> Gauge? {
    guard let last = gauges.last else { return nil }
    let values = gauges.map { Double($0.last) }
    return Gauge(
      minimum: gauges.map(\.minimum).min() ?? 0,
      mean: Float(values.reduce(0, +) / Double(values.count)),
      maximum: gauges.map(\.maximum).max() ?? 0, last: last.last)
  }

  /// Whether both are equal, means within a few roundings of 24 bits.
  static func isClose(_ left: Frame, _ right: Frame) -> Bool {
    func isClose(_ left: Gauge?, _ right: Gauge?) -> Bool {
      guard let left, let right else { return left == nil && right == nil }
      return left.minimum == right.minimum && left.maximum == right.maximum
        && left.last == right.last && abs(left.mean - right.mean) <= max(1, right.mean) * 1e-6
    }
    guard left.pools.count == right.pools.count,
      HostGauge.allCases.allSatisfy({ isClose(left.gauges[$0], right.gauges[$0]) }),
      zip(left.pools, right.pools).allSatisfy({
        isClose($0.inUse, $1.inUse) && isClose($0.headroom, $1.headroom)
      })
    else { return false }
    var same = left
    same.gauges = right.gauges
    for index in same.pools.indices {
      same.pools[index].inUse.mean = right.pools[index].inUse.mean
      same.pools[index].headroom.mean = right.pools[index].headroom.mean
    }
    return same == right
  }
}
