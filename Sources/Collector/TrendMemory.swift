internal import Frames
internal import HostFacts
internal import Inet
internal import Pools

/// The histories of the pools that frames list, and the clock by which their ports come back.
///
/// Bounded: a pool that has not been listed for a minute is forgotten. A trend is computed anew when its
/// pool was counted, a few times a second at most, and counts down in between.
struct TrendMemory {
  private var entries: [PoolKey: TrendEntry] = [:]
  /// The comb and its phase; nil where the kernel's HZ is not to be had, and then there are no trends.
  private(set) var clock: ReleaseClock?
  private var toothWatch: ToothWatch?
  private var phaseReadings = 0
  private var lookedForPhase = false
  /// When releases were walked last, tried or done, and what that cost: processor nanoseconds.
  private(set) var walkedAt: UInt64 = 0
  private(set) var walkNanoseconds: UInt64 = 0

  /// Trends are computed no more often than this.
  private static var leastNanoseconds: UInt64 { 250_000_000 }
  private static var memoryNanoseconds: UInt64 { 60_000_000_000 }

  init() {
    clock = TimerTick.ticksPerSecond().map {
      ReleaseClock(comb: ReleaseComb(ticksPerSecond: $0))
    }
  }

  /// What is known no longer holds: another range.
  mutating func removeAll() { entries.removeAll() }

  /// The pools with a history.
  var count: Int { entries.count }

  /// Takes the count in `record` into account, or the last one again where the guard's counters `hold` it, and
  /// gives the record its forecast as of `now`.
  mutating func follow(
    _ record: inout PoolRecord, reuseSeconds: @autoclosure () -> Double?, opens: UInt64?,
    counted: ClosedRange<UInt64>?, holds: Bool, at now: UInt64
  ) {
    guard let comb = clock?.comb, record.key.kind == .connect else { return }
    let made: TrendEntry
    if let known = entries[record.key] {
      made = known
    } else {
      made = TrendEntry(
        history: PoolHistory(comb: comb, reuseSeconds: reuseSeconds()), listedAt: now)
    }
    var entry = made
    // Taken out, so that the history's arrays are not copied.
    entries[record.key] = nil
    entry.listedAt = now
    let isNew = record.countedAtMonotonic != entry.countedAt
    if isNew || (holds && now - entry.computedAt >= Self.leastNanoseconds) {
      entry.countedAt = record.countedAtMonotonic
      let moment =
        isNew ? counted ?? record.countedAtMonotonic...record.countedAtMonotonic : now...now
      entry.history.note(PoolHistory.Count(record, opens: opens, during: moment))
    }
    if now - min(now, entry.computedAt) >= Self.leastNanoseconds {
      entry.compute(at: now)
    }
    let age = Double(now - min(now, entry.computedAt)) / 1e9
    record.forecast = Forecast(
      entry.trend?.aged(by: age), entry.schedule?.aged(by: age))
    entries[record.key] = entry
  }

  /// Forgets what has not been listed for a minute.
  mutating func forget(at now: UInt64) {
    guard entries.contains(where: { now - min(now, $0.value.listedAt) > Self.memoryNanoseconds })
    else { return }
    entries = entries.filter { now - min(now, $0.value.listedAt) <= Self.memoryNanoseconds }
  }

  /// Whether a walk would tell something of this pool that is not known, or has grown old.
  func needsWalk(_ record: PoolRecord, at now: UInt64) -> Bool {
    guard let entry = entries[record.key] else { return false }
    guard let walked = entry.history.walkedAt else { return true }
    let age = Double(now) / 1e9 - walked
    return age >= (record.usage >= Self.tightUsage ? 10 : 30)
  }

  /// The usage from which a pool's releases are of interest, and from which they are soon walked again.
  static var walkedUsage: Double { 0.1 }
  private static var tightUsage: Double { 0.3 }

  /// What a walk found, at `now`; nil when it failed.
  mutating func note(_ releases: [PoolKey: ReleaseCount]?, cost: UInt64, at now: UInt64) {
    walkedAt = now
    walkNanoseconds = cost
    for (key, release) in releases ?? [:] {
      guard var entry = entries[key] else { continue }
      entries[key] = nil
      let finWait2 = entry.history.last?.finWait2 ?? 0
      entry.history.note(
        walkAt: Double(now) / 1e9, release.teeth,
        timeWaitTooth: release.timeWaitTooth, orphansWait: release.orphans * 2 > finWait2)
      entry.computedAt = 0
      entries[key] = entry
    }
  }

  /// Looks for the comb's phase, a few times: of several readings the largest is the best.
  mutating func refreshPhase() {
    guard var clock, phaseReadings < 8, !lookedForPhase || clock.aheadNanoseconds != nil else {
      return
    }
    lookedForPhase = true
    let ticks = clock.comb.ticksPerSecond
    guard let ahead = TimerTick.aheadNanoseconds(ticksPerSecond: ticks) else {
      if clock.aheadNanoseconds == nil { toothWatch = ToothWatch(comb: clock.comb) }
      return
    }
    phaseReadings += 1
    clock.aheadNanoseconds = max(ahead, clock.aheadNanoseconds ?? ahead)
    self.clock = clock
  }

  /// Where the file of timers cannot be read the phase is learnt from falls of sockstat's `tw`.
  mutating func noteWaiting(_ waiting: Int?, at now: UInt64) {
    guard toothWatch != nil, clock?.aheadNanoseconds == nil else { return }
    toothWatch?.note(waiting: waiting, at: Double(now) / 1e9)
    guard let tooth = toothWatch?.toothSeconds else { return }
    clock?.aheadNanoseconds = -Int64(tooth * 1e9)
    toothWatch = nil
    // Only learnt, not read: better readings will not come.
    phaseReadings = 8
  }
}

/// A pool's history, and its trend as of `computedAt`.
private struct TrendEntry {
  var history: PoolHistory
  var trend: PoolTrend?
  var schedule: ReleaseSchedule?
  /// CLOCK_MONOTONIC nanoseconds.
  var computedAt: UInt64 = 0
  /// The record's own time of its count.
  var countedAt: UInt64 = 0
  var listedAt: UInt64

  init(history: PoolHistory, listedAt: UInt64) {
    self.history = history
    self.listedAt = listedAt
  }

  mutating func compute(at now: UInt64) {
    let seconds = Double(now) / 1e9
    trend = history.trend(at: seconds)
    schedule = history.schedule(at: seconds)
    computedAt = now
  }
}

extension PoolHistory.Count {
  /// The count in a record, made at nanoseconds of CLOCK_MONOTONIC.
  init(_ record: PoolRecord, opens: UInt64?, during moment: ClosedRange<UInt64>) {
    let taken = max(0, record.capacity - Int(record.headroom.last))
    let isBelowCliff = !record.isSearching && taken < record.cliffAt ?? 0
    self.init(
      at: Double(moment.upperBound) / 1e9, capacity: record.capacity, taken: taken,
      timeWait: max(0, (record.states?[.timeWait] ?? 0) - record.reclaimable),
      finWait2: record.states?[.finWait2] ?? 0, cliffAt: isBelowCliff ? record.cliffAt : nil,
      opens: opens)
    seconds = Double(moment.lowerBound) / 1e9...Double(moment.upperBound) / 1e9
  }
}
