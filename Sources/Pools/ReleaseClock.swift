/// Where the teeth of the comb stand on CLOCK_MONOTONIC, so that a deadline becomes the moment at which
/// its port is free.
///
/// The kernel releases at `((((J + left) >> s) + 1) << s)` ticks, where J is its tick counter now, `left`
/// the ticks that idiag_expires tells and 2^s the granularity of the wheel for such a deadline. Observed
/// within 40 ms of that; a deadline within a tick of a tooth may go one tooth early.
public struct ReleaseClock: Hashable, Sendable {
  /// The comb, by the kernel's HZ.
  public var comb: ReleaseComb
  /// The kernel's tick counter, in nanoseconds, minus CLOCK_MONOTONIC: a constant of the boot. Nil as long
  /// as it is not known: then a tooth is only known to lie within a tooth's distance.
  public var aheadNanoseconds: Int64?

  /// A clock of `comb`, whose phase is known or not.
  public init(comb: ReleaseComb, aheadNanoseconds: Int64? = nil) {
    self.comb = comb
    self.aheadNanoseconds = aheadNanoseconds
  }

  /// When a port is free whose minisock had `expiresMilliseconds` left at `now` (CLOCK_MONOTONIC,
  /// nanoseconds), of a life of `lifeSeconds` in all; CLOCK_MONOTONIC nanoseconds, never before `now`.
  ///
  /// Without a phase as if it were 0: to within a tooth's distance, early or late.
  public func release(
    expiresMilliseconds: UInt32, at now: UInt64, lifeSeconds: Double = ReleaseComb.timeWaitSeconds
  ) -> UInt64 {
    let shift = Int64(comb.shift(forSeconds: lifeSeconds))
    let tick = tickNanoseconds
    // Old kernels report a late timer as a huge number: no life is longer than an hour.
    let left = Int64(min(expiresMilliseconds, 3_600_000))
    let now = Int64(min(now, UInt64(Int64.max / 4)))
    let ahead = min(max(aheadNanoseconds ?? 0, -Int64.max / 4), Int64.max / 4)
    let ticks = Self.floor(now + ahead, tick) + left * Int64(comb.ticksPerSecond) / 1000
    let (released, overflows) = (((ticks >> shift) + 1) << shift)
      .multipliedReportingOverflow(by: tick)
    return UInt64(max(now, overflows ? now : released - ahead))
  }

  /// The first tooth after `now`; CLOCK_MONOTONIC nanoseconds.
  public func nextTooth(after now: UInt64) -> UInt64 { release(expiresMilliseconds: 0, at: now) }

  /// Nanoseconds of one tick: NSEC_PER_SEC / HZ, in whole nanoseconds as the kernel's own tick.
  public var tickNanoseconds: Int64 { Int64(1_000_000_000 / comb.ticksPerSecond) }

  private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let divisor = max(1, divisor)
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }
}
