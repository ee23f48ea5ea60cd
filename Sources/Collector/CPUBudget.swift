/// What the collector may spend: a share of one core, kept over any stretch of
/// max(10 s, 5 x the cost of a dump / share).
///
/// A count is one indivisible expense, so the budget works by debt: whatever was spent is paid back at
/// four fifths of the share before the next count may start. The fifth that is left pays for the count
/// that overlaps the end of a stretch, and for a little credit after quiet times:
///
///     spent in a stretch W  <=  credit + 0.8 x share x W + one count  <=  share x W
///
/// as long as the credit stays within 0.2 x share x W - one count: 2 s worth of the share when counts are
/// cheap, and none when one costs more than that.
public struct CPUBudget: Hashable, Sendable {
  /// The share of one core, above 0.
  public let share: Double
  /// What may be spent now: nanoseconds of processor time; below 0 is debt.
  private(set) var balanceNanoseconds: Double = 0
  private var lastNanoseconds: UInt64
  private var largestCostNanoseconds: Double = 0

  /// A budget of `share` of a core from `now` (monotonic nanoseconds) on, without debt or credit.
  public init(share: Double, now: UInt64) {
    self.share = max(share, 0.000_1)
    lastNanoseconds = now
  }

  /// Whether a count may start at `now`.
  public mutating func allowsCount(at now: UInt64) -> Bool {
    advance(to: now)
    return balanceNanoseconds >= 0
  }

  /// Notes processor time that was spent, on whatever.
  public mutating func spend(_ nanoseconds: UInt64, at now: UInt64) {
    advance(to: now)
    balanceNanoseconds -= Double(nanoseconds)
  }

  /// Notes what a count cost, which bounds the credit; forgotten slowly.
  public mutating func noteCount(costing nanoseconds: UInt64) {
    largestCostNanoseconds = max(largestCostNanoseconds * 0.9, Double(nanoseconds))
  }

  /// When a count may start, if nothing else is spent: `now` or later.
  public func nextCount(after now: UInt64) -> UInt64 {
    guard balanceNanoseconds < 0 else { return now }
    return lastNanoseconds &+ UInt64(-balanceNanoseconds / (0.8 * share))
  }

  private mutating func advance(to now: UInt64) {
    guard now > lastNanoseconds else { return }
    balanceNanoseconds += Double(now - lastNanoseconds) * 0.8 * share
    balanceNanoseconds = min(balanceNanoseconds, creditLimit)
    lastNanoseconds = now
  }

  private var creditLimit: Double {
    let stretch = max(10_000_000_000, 5 * largestCostNanoseconds / share)
    return max(0, 0.2 * share * stretch - largestCostNanoseconds)
  }
}
