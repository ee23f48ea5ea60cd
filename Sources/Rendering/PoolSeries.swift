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

  /// The `count` pools that were tightest at some time, of those that `filter` wants.
  ///
  /// Chosen pools come in the order in which they were chosen.
  static func tightest(_ count: Int, of history: History, _ filter: PoolFilter) -> [PoolSeries] {
    var tightest: [PoolKey: PoolRecord] = [:]
    for frame in history.frames {
      for pool in frame.pools where filter.includes(pool.key) {
        guard let known = tightest[pool.key] else {
          tightest[pool.key] = pool
          continue
        }
        if pool.isTighter(than: known) { tightest[pool.key] = pool }
      }
    }
    let chosen = filter.keys.filter { tightest[$0] != nil }
    let ranked = tightest.values.sorted { $0.isTighter(than: $1) }.map(\.key)
    return (chosen.isEmpty ? ranked : chosen).prefix(count).map { PoolSeries($0, history) }
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
