internal import Frames
internal import Inet
internal import Pools

/// The connect pools of a run, as counts saw them.
struct RunPools: Sendable {
  /// One pool over time.
  struct Track: Sendable {
    var pool: RunPool
    /// The newest count: when, and ports in use.
    var counted: (at: UInt64, inUse: Int)
    /// CLOCK_MONOTONIC: when connects began to search, and when no port was left.
    var cliffAt: UInt64?
    var exhaustedAt: UInt64?
    /// When the first connect failed.
    var failedAt: UInt64?
    /// The newest number of ports at which the search begins.
    var cliffPorts: Int?
    var sustainablePerSecond: Double?
    /// States at the highest use.
    var states: StateCounts?
    var reclaimable = 0
    /// The most sockets that waited for an answer, and all ports in use then.
    var waiting: (count: Int, inUse: Int) = (0, 0)
    /// Whether a count came after the first one.
    var wasRecounted = false
  }

  private(set) var tracks: [PoolKey: Track] = [:]

  /// So many pools are always followed, and at most twice as many.
  static var trackMax: Int { 256 }

  mutating func add(_ frame: Frame) {
    for record in frame.pools where record.key.kind == .connect {
      var track =
        tracks[record.key]
        ?? Track(
          pool: RunPool(record.key, capacity: record.capacity),
          counted: (record.countedAtMonotonic, 0))
      follow(&track, record, at: frame.monotonicNanoseconds, frame.spanNanoseconds)
      tracks[record.key] = track
    }
    if tracks.count > 2 * Self.trackMax { forget() }
  }

  /// Forgets the pools that matter least: one that comes later may be the one that runs out.
  private mutating func forget() {
    let kept = tracks.values.sorted { $0.pool.isBefore($1.pool) }.prefix(Self.trackMax)
    tracks = Dictionary(uniqueKeysWithValues: kept.map { ($0.pool.key, $0) })
  }

  private func follow(
    _ track: inout Track, _ record: PoolRecord, at now: UInt64, _ span: UInt64
  ) {
    track.pool.capacity = record.capacity
    track.cliffPorts = record.cliffAt ?? track.cliffPorts
    if let sustainable = record.forecast.sustainablePerSecond, sustainable > 0 {
      track.sustainablePerSecond = Double(sustainable)
    }
    if let failures = record.failures {
      track.pool.failures = (track.pool.failures ?? 0) + failures
      if failures > 0, track.failedAt == nil { track.failedAt = now - min(span / 2, now) }
    }
    let counted = record.countedAtMonotonic, inUse = Int(record.inUse.maximum)
    guard counted > track.counted.at || track.states == nil else { return }
    let before = track.counted
    track.counted = (counted, Int(record.inUse.last))
    track.wasRecounted = true
    if inUse >= track.pool.inUseMaximum {
      track.pool.inUseMaximum = inUse
      track.states = record.states
      track.reclaimable = record.reclaimable
    }
    track.pool.usageMaximum = max(track.pool.usageMaximum, record.usageMaximum)
    if let states = record.states, states[.synSent] > track.waiting.count {
      track.waiting = (states[.synSent], inUse)
    }
    if record.isSearching, track.cliffAt == nil {
      track.cliffAt = Self.crossing(
        of: track.cliffPorts ?? inUse, from: before, to: (counted, inUse))
    }
    if record.headroom.minimum == 0, track.exhaustedAt == nil {
      track.exhaustedAt = Self.crossing(of: record.capacity, from: before, to: (counted, inUse))
    }
  }

  /// When `ports` were reached on the straight way between two counts.
  static func crossing(
    of ports: Int, from before: (at: UInt64, inUse: Int), to after: (at: UInt64, inUse: Int)
  ) -> UInt64 {
    guard after.inUse > before.inUse, after.at > before.at, ports > before.inUse else {
      return after.at
    }
    let share = Double(ports - before.inUse) / Double(after.inUse - before.inUse),
      way = after.at - before.at
    return share < 1 ? before.at + min(way, UInt64(share * Double(way))) : after.at
  }
}
