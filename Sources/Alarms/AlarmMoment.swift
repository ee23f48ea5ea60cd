public import Frames
public import Kernel

/// A moment of the collector: what an event needs to know of when.
public struct AlarmMoment: Hashable, Sendable {
  /// The boot that the monotonic clock belongs to.
  public var boot: BootID
  /// CLOCK_REALTIME nanoseconds.
  public var atNanoseconds: UInt64
  /// CLOCK_MONOTONIC nanoseconds.
  public var monotonicNanoseconds: UInt64
  /// The collector's tick.
  public var tick: UInt64

  /// The moment given.
  public init(boot: BootID, atNanoseconds: UInt64, monotonicNanoseconds: UInt64, tick: UInt64) {
    self.boot = boot
    self.atNanoseconds = atNanoseconds
    self.monotonicNanoseconds = monotonicNanoseconds
    self.tick = tick
  }

  /// The moment of a frame.
  public init(_ frame: Frame) {
    self.init(
      boot: frame.boot, atNanoseconds: frame.takenAtNanoseconds,
      monotonicNanoseconds: frame.monotonicNanoseconds, tick: frame.tick)
  }
}
