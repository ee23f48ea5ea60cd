/// What the collector may spend: a share of one core, kept over any stretch of
/// max(10 s, 5 x the cost of a count / share), whatever the costs are and however they change.
///
/// A count is one indivisible expense, so the budget works by debt: whatever was spent is paid back at
/// three quarters of the share before the next count may start. In a stretch W
///
///     spent  <=  credit + 3/4 x share x W + one count + r
///
/// where r is what the guard and publishing spend beyond what is paid back meanwhile. The quarter that is
/// left is at least 5/4 of a count and at least 2.5 s worth of the share, hence at least one count and
/// 0.5 s worth: half of that may be credit after quiet times, and the other half is for r.
public struct CPUBudget: Hashable, Sendable {
  /// The share of one core, above 0.
  public private(set) var share: Double
  /// What may be spent now: nanoseconds of processor time; below 0 is debt.
  private(set) var balanceNanoseconds: Double = 0
  private var lastNanoseconds: UInt64

  /// A budget of `share` of a core from `now` (monotonic nanoseconds) on, without debt or credit.
  public init(share: Double, now: UInt64) {
    self.share = share >= 0.000_1 ? share : 0.000_1
    lastNanoseconds = now
  }

  /// Goes on with another share; what was earned until `now` was earned at the old one.
  public mutating func setShare(_ share: Double, at now: UInt64) {
    advance(to: now)
    self.share = share >= 0.000_1 ? share : 0.000_1
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

  /// How long it takes to pay for `nanoseconds` of processor time.
  public func spacingNanoseconds(of nanoseconds: UInt64) -> Double {
    Double(nanoseconds) / repayment
  }

  private mutating func advance(to now: UInt64) {
    guard now > lastNanoseconds else { return }
    balanceNanoseconds += Double(now - lastNanoseconds) * repayment
    balanceNanoseconds = min(balanceNanoseconds, creditLimit)
    lastNanoseconds = now
  }

  private var repayment: Double { 0.75 * share }

  private var creditLimit: Double { 0.25 * share * 1_000_000_000 }
}
