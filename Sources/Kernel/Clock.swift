import Glibc

/// The clocks, in nanoseconds. Wall-clock time is for people, monotonic time for rates.
public enum Clock {
  /// CLOCK_MONOTONIC: nanoseconds since some moment at boot.
  public static func monotonicNanoseconds() -> UInt64 { read(CLOCK_MONOTONIC) }

  /// CLOCK_BOOTTIME: as CLOCK_MONOTONIC, and goes on while the host sleeps.
  public static func bootNanoseconds() -> UInt64 { read(CLOCK_BOOTTIME) }

  /// CLOCK_REALTIME: nanoseconds since 1970-01-01 UTC.
  public static func realtimeNanoseconds() -> UInt64 { read(CLOCK_REALTIME) }

  /// CLOCK_PROCESS_CPUTIME_ID: processor time of all threads of this process.
  public static func processCPUNanoseconds() -> UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }

  /// CLOCK_THREAD_CPUTIME_ID: processor time of the calling thread.
  public static func threadCPUNanoseconds() -> UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

  /// The resolution of CLOCK_MONOTONIC_COARSE: one tick of the kernel, 4,000,000 ns at HZ 250.
  public static func tickNanoseconds() -> UInt64 {
    var time = timespec()
    // SAFETY: the kernel fills the timespec; this clock exists on every Linux.
    unsafe clock_getres(CLOCK_MONOTONIC_COARSE, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Sleeps until the monotonic clock reads `deadline`, also across signals.
  public static func sleep(untilMonotonicNanoseconds deadline: UInt64) {
    var time = timespec(
      tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
    // SAFETY: the timespec is ours; TIMER_ABSTIME makes a repeated call sleep to the same moment.
    while unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    // SAFETY: the kernel fills the timespec; these clocks exist on every Linux.
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
