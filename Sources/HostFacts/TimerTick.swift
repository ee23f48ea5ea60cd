internal import Kernel

/// The kernel's tick: how long it is, and where it stands against CLOCK_MONOTONIC.
///
/// The length needs no privilege: CLOCK_MONOTONIC_COARSE advances once a tick. Where it stands is in
/// /proc/timer_list, which only root may read.
public enum TimerTick {
  /// The file that tells the tick counter.
  public static let path = "/proc/timer_list"

  /// HZ: ticks a second, 100 to 1000; nil when the clock says anything else.
  ///
  /// Source: kernel/time/posix-timers.c, posix_get_coarse_res(): TICK_NSEC.
  public static func ticksPerSecond() -> Int? { ticksPerSecond(Clock.tickNanoseconds()) }

  static func ticksPerSecond(_ tickNanoseconds: UInt64) -> Int? {
    guard (1_000_000...10_000_000).contains(tickNanoseconds) else { return nil }
    return Int((1_000_000_000 + tickNanoseconds / 2) / tickNanoseconds)
  }

  /// The tick counter in nanoseconds minus CLOCK_MONOTONIC: a tick too small at most, and too large by no
  /// more than the quickest of a few readings took. Nil where the file cannot be read or understood.
  ///
  /// Costs about 150 µs, and several times that where the thread does not get to run: the file is made up to
  /// the first processor's counter and little further.
  public static func aheadNanoseconds(ticksPerSecond: Int) -> Int64? {
    var best: Int64?, least = UInt64.max
    for _ in 0..<8 where least > quickNanoseconds {
      let start = Clock.monotonicNanoseconds()
      let head: [UInt8]
      do throws(SystemCallError) {
        head = try KernelFile.readHead(path, throughLine: "jiffies:", limit: 131_072)
      } catch {
        return nil
      }
      let taken = Clock.monotonicNanoseconds() - start
      guard let ahead = aheadNanoseconds(head, ticksPerSecond: ticksPerSecond) else { return nil }
      // The two numbers belong together only if little time passed between them.
      if taken < least {
        best = ahead
        least = taken
      }
    }
    return best
  }

  private static var quickNanoseconds: UInt64 { 2_000_000 }

  /// Parses "now at 22136040886947 nsecs" and "jiffies: 4300426245".
  ///
  /// Source: kernel/time/timer_list.c, timer_list_show_tickdevices_header(), print_cpu().
  static func aheadNanoseconds(_ head: [UInt8], ticksPerSecond: Int) -> Int64? {
    var words = KernelWords(head.span)
    var now: UInt64?
    while words.nextLine() {
      if now == nil, words.skip("now"), words.skip("at") { now = words.nextNumber() }
      guard let now, words.skip("jiffies:") else { continue }
      guard let ticks = words.nextNumber(), ticksPerSecond > 0 else { return nil }
      let (ahead, overflows) = ticks.multipliedReportingOverflow(
        by: UInt64(1_000_000_000 / ticksPerSecond))
      guard !overflows, ahead <= UInt64(Int64.max), now <= UInt64(Int64.max) else { return nil }
      return Int64(ahead) - Int64(now)
    }
    return nil
  }
}
