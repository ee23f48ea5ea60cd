/// The moments at which the kernel gives ports back that wait in TIME_WAIT.
///
/// Its timer wheel rounds a deadline up to the granularity of the level that the deadline is sorted into,
/// so ports come back in bursts, the teeth of a comb that all sockets of the host share: 2.048 s apart at
/// HZ 250.
///
/// Source: kernel/time/timer.c (LVL_START, LVL_GRAN); measured at HZ 250, computed for the others.
public struct ReleaseComb: Hashable, Sendable {
  /// The kernel's ticks a second: 100, 250, 300 or 1000.
  public let ticksPerSecond: Int

  /// The comb of a kernel with `ticksPerSecond`.
  public init(ticksPerSecond: Int) {
    self.ticksPerSecond = min(max(1, ticksPerSecond), 1_000_000_000)
  }

  /// How long TIME_WAIT lasts: TCP_TIMEWAIT_LEN, a constant of the kernel.
  public static var timeWaitSeconds: Double { 60 }

  /// The exponent of the number of ticks between two teeth, for deadlines `seconds` ahead.
  ///
  /// Level n of the wheel has a granularity of 8^n ticks and begins 63 × 8^(n-1) ticks ahead.
  public func shift(forSeconds seconds: Double) -> Int {
    let ticks = min(max(0, seconds), 1e9) * Double(ticksPerSecond)
    var level = 0
    while level < 8, ticks >= Double(63 << (level * 3)) { level += 1 }
    return level * 3
  }

  /// Seconds between two teeth at which TIME_WAIT ends.
  public var toothSeconds: Double {
    Double(1 << shift(forSeconds: Self.timeWaitSeconds)) / Double(ticksPerSecond)
  }

  /// Connects a second that a pool of `capacity` ports can carry for ever, where this side closes first:
  /// each holds its port for `holdSeconds` and the wait, and the last tooth may just have gone by.
  public func sustainableRate(capacity: Int, holdSeconds: Double = 0) -> Double {
    Double(capacity) / (Self.timeWaitSeconds + toothSeconds + max(0, holdSeconds))
  }
}
