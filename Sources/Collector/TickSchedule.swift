/// Moments an interval apart on the monotonic clock, which do not drift: each is the start plus a whole
/// number of intervals, however late the ones before were.
public struct TickSchedule: Hashable, Sendable {
  /// The interval.
  public let intervalNanoseconds: UInt64
  /// The next moment: CLOCK_MONOTONIC.
  public private(set) var deadlineNanoseconds: UInt64

  /// What became of the moments since the last call.
  public struct Passed: Hashable, Sendable {
    /// Whether the moment came more than half an interval late.
    public var isLate: Bool
    /// Moments that went by without anybody looking.
    public var skipped: UInt64

    /// What became of them.
    public init(isLate: Bool, skipped: UInt64) {
      self.isLate = isLate
      self.skipped = skipped
    }
  }

  /// The first moment is `start`.
  public init(intervalNanoseconds: UInt64, start: UInt64) {
    self.intervalNanoseconds = max(1, intervalNanoseconds)
    deadlineNanoseconds = start
  }

  /// Whether the moment has come.
  public func isDue(at now: UInt64) -> Bool { now >= deadlineNanoseconds }

  /// Takes the moment that has come, and the ones that went by; the next one lies after `now`.
  public mutating func take(at now: UInt64) -> Passed {
    guard now >= deadlineNanoseconds else { return Passed(isLate: false, skipped: 0) }
    let late = now - deadlineNanoseconds
    let skipped = late / intervalNanoseconds
    deadlineNanoseconds += (skipped + 1) * intervalNanoseconds
    return Passed(
      isLate: late % intervalNanoseconds > intervalNanoseconds / 2 || skipped > 0, skipped: skipped)
  }
}
