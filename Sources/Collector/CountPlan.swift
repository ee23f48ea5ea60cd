internal import Frames
internal import HostFacts
internal import Pools

/// Decides what is counted at a tick: the whole table, some pools, or nothing.
///
///     nothing was ever counted, or the range changed          dump
///     the budget is spent                                     nothing, and it is said
///     the guard saw no change, and the count is not too old   nothing: it still holds
///     a pool is past the alert share, and dumps are dear      focus, most of the time
///     otherwise                                               dump
///
/// Between publishing ticks only what cannot wait is counted: when the guard's bound reaches the next
/// threshold of a pool.
struct CountPlan {
  /// What to do.
  enum Action: Hashable {
    case dump
    case focus([PoolKey])
    /// The last count still holds, or the bound does.
    case nothing
    /// Due, and the budget does not allow it.
    case deferred
  }

  /// The usage from which a pool is counted alone between dumps.
  var alertShare = 0.6
  /// The oldest that a count may grow while the guard sees no change.
  var oldestNanoseconds: UInt64 = 30_000_000_000
  /// The interval between publishing ticks.
  var intervalNanoseconds: UInt64
  /// How many focuses for one dump, at most.
  var focusesPerDump = 4

  /// The guard's counters before the last dump, and how it went.
  struct LastDump {
    var reading: GuardReading
    var startedAt: UInt64
    var cpuNanoseconds: UInt64
    var focusesSince: Int
  }

  /// The most pools of one focus: the kernel's bytecode jumps 16 bits, and each row tries them in turn.
  static var focusLimit: Int { 16 }

  /// What is due at a publishing tick.
  func action(
    now: UInt64, reading: GuardReading, last: LastDump?, pools: [PoolRecord],
    isFailing: Bool = false, budget: inout CPUBudget
  ) -> Action {
    // Without any count nothing can be said: that is worth a debt, unless counting fails.
    guard let last else { return !isFailing || budget.allowsCount(at: now) ? .dump : .deferred }
    let age = now &- last.startedAt
    if reading.isUnchanged(since: last.reading), age < oldestNanoseconds { return .nothing }
    guard budget.allowsCount(at: now) else { return .deferred }
    let isDear =
      budget.spacingNanoseconds(of: last.cpuNanoseconds) > 2 * Double(intervalNanoseconds)
    let tight = pools.filter { $0.key.kind == .connect && isAlerting($0) }
      .prefix(Self.focusLimit).map(\.key)
    if isDear, !tight.isEmpty, last.focusesSince < focusesPerDump { return .focus(Array(tight)) }
    return .dump
  }

  /// Whether a pool is counted alone between dumps: a tight one, or one that will soon be.
  private func isAlerting(_ pool: PoolRecord) -> Bool {
    pool.usage >= alertShare || pool.forecast.secondsToExhaustion ?? .infinity <= 300
  }

  /// Whether a pool may have reached its next threshold since it was counted, so that a count cannot wait
  /// for the next publishing tick. `reading` is the guard's now, `dumped` the one before the last dump,
  /// `focused` those before pools were counted alone after it; false when they do not tell.
  static func isUrgent(
    _ reading: GuardReading, dumped: GuardReading, focused: [PoolKey: GuardReading],
    pools: [PoolRecord], thresholds: VerdictThresholds, connectCapacity: Int
  ) -> Bool {
    guard let sinceDump = reading.rise(since: dumped), sinceDump > 0 else { return false }
    for pool in pools where pool.key.kind == .connect {
      let rise = focused[pool.key].flatMap { reading.rise(since: $0) } ?? sinceDump
      let taken = pool.capacity - Int(pool.headroom.last)
      for limit in [
        pool.cliffAt ?? .max, ports(thresholds.warning, of: pool.capacity),
        ports(thresholds.critical, of: pool.capacity), pool.capacity,
      ]
      where taken < limit && taken + rise >= limit {
        return true
      }
    }
    // A pool that is not listed, or new since, may take the whole rise; while dumps of everything are
    // more than a quarter of the capacity behind, look.
    return sinceDump >= connectCapacity / 4
  }

  private static func ports(_ share: Double, of capacity: Int) -> Int {
    Int((share * Double(capacity)).rounded(.up))
  }
}
