internal import Frames
internal import Inet
internal import Pools

/// One pool over the frames of a history.
struct PoolSeries {
  /// The usage in one frame's time.
  struct Point {
    var atNanoseconds: UInt64
    var minimum: Double
    var mean: Double
    var maximum: Double
    var last: Double
    /// Whether it goes on from the point before: no gap of time, and known there.
    var isContinued: Bool
  }

  let key: PoolKey
  let points: [Point]
  /// The newest record.
  let newest: PoolRecord

  /// The least usage seen.
  var minimum: Double { points.map(\.minimum).min() ?? 0 }
  /// The greatest usage seen.
  var maximum: Double { points.map(\.maximum).max() ?? 0 }
  /// The mean over all points, each with the same weight.
  var mean: Double { points.map(\.mean).reduce(0, +) / Double(max(1, points.count)) }
  /// Where it stood in the end.
  var last: Double { points.last?.last ?? 0 }
  /// The usage from which connect() searches; nil where there is no such.
  var cliff: Double? {
    guard let cliff = newest.cliffAt, newest.capacity > 0 else { return nil }
    return Double(cliff) / Double(newest.capacity)
  }

  /// Whether a line of the one would cover that of the other.
  func looksLike(_ other: PoolSeries) -> Bool {
    points.count == other.points.count
      && zip(points, other.points).allSatisfy { mine, its in
        mine.atNanoseconds == its.atNanoseconds && abs(mine.mean - its.mean) < 0.002
          && abs(mine.maximum - its.maximum) < 0.002 && abs(mine.minimum - its.minimum) < 0.002
      }
  }

  /// The pools that `filter` wants, each as it was when it was tightest: the chosen ones in the order in
  /// which they were chosen, else those first that were worst.
  ///
  /// Of pools that were equally bad connects come first: they are what most people are here for.
  static func ranked(_ history: History, _ filter: PoolFilter) -> [PoolRecord] {
    var worst: [PoolKey: PoolRecord] = [:]
    for frame in history.frames {
      for pool in frame.pools where filter.includes(pool) {
        if worst[pool.key].map({ pool.isTighter(than: $0) }) ?? true { worst[pool.key] = pool }
      }
    }
    let chosen = filter.keys.compactMap { worst[$0] }
    if !chosen.isEmpty { return chosen }
    return worst.values.sorted { left, right in
      if left.verdict != right.verdict { return left.verdict > right.verdict }
      let isConnect = left.key.kind == .connect
      if isConnect != (right.key.kind == .connect) { return isConnect }
      return left.isTighter(than: right)
    }
  }

  /// The first `count` of `ranked` that are worth a line: chosen, connects, or in use by a hundredth.
  static func tightest(
    _ count: Int, of ranked: [PoolRecord], _ history: History, _ filter: PoolFilter
  ) -> [PoolSeries] {
    let busy = ranked.filter {
      !filter.keys.isEmpty || $0.key.kind == .connect || $0.usageMaximum >= 0.01
    }
    let shown = busy.isEmpty ? ranked.prefix(1) : busy.prefix(count)
    return shown.map { PoolSeries($0.key, history) }
  }

  private init(_ key: PoolKey, _ history: History) {
    self.key = key
    var points: [Point] = []
    var newest: PoolRecord?
    var wasKnown = false
    for (index, frame) in history.frames.enumerated() {
      let record = frame.pools.first { $0.key == key }
      // Where nothing was left out, a connect pool that is not there has no port in use.
      let isZero = record == nil && key.kind == .connect && frame.other.pools == 0
      guard record != nil || isZero else {
        wasKnown = false
        continue
      }
      let usage = record.map { PoolUsage($0) } ?? PoolUsage()
      points.append(
        Point(
          atNanoseconds: frame.takenAtNanoseconds, minimum: usage.minimum, mean: usage.mean,
          maximum: usage.maximum, last: usage.last,
          isContinued: wasKnown && history.isContinued(at: index)))
      wasKnown = true
      if let record { newest = record }
    }
    guard let newest else { preconditionFailure("a series has a record in some frame") }
    self.points = points
    self.newest = newest
  }
}

/// A pool's usage over a frame's time: 1 - headroom / capacity, never above 1.
struct PoolUsage: Hashable {
  var minimum = 0.0
  var mean = 0.0
  var maximum = 0.0
  var last = 0.0

  /// Nothing in use.
  init() {}

  /// Of a record; 1 throughout if the capacity is 0.
  init(_ record: PoolRecord) {
    func usage(_ headroom: Double) -> Double {
      record.capacity == 0
        ? 1 : Swift.min(1, Swift.max(0, 1 - headroom / Double(record.capacity)))
    }
    minimum = usage(Double(record.headroom.maximum))
    mean = usage(Double(record.headroom.mean))
    maximum = usage(Double(record.headroom.minimum))
    last = usage(Double(record.headroom.last))
  }
}
