import Glibc

/// Signals that ask a long-running command for something, taken one by one instead of interrupting it.
///
/// Make it before other threads start: they inherit that these signals are blocked.
public struct SignalQueue: Sendable {
  /// What is asked for.
  public enum Signal: Hashable, Sendable {
    /// SIGHUP: open files anew.
    case hangup
    /// SIGINT: end.
    case interrupt
    /// SIGTERM: end.
    case terminate
  }

  private let numbers: [Int32]

  /// Blocks SIGINT and SIGTERM for this thread and those that it starts, SIGHUP too if it is wanted;
  /// else that ends the program as ever.
  public init(hangup: Bool) {
    numbers = [SIGINT, SIGTERM] + (hangup ? [SIGHUP] : [])
    var signals = Self.set(numbers)
    // SAFETY: the set is ours and initialised.
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// The next signal; nil when none came until the monotonic clock read `deadline`.
  public func next(untilMonotonicNanoseconds deadline: UInt64) -> Signal? {
    var signals = Self.set(numbers)
    while true {
      let now = Clock.monotonicNanoseconds()
      let rest = deadline > now ? deadline - now : 0
      var timeout = timespec(
        tv_sec: Int(rest / 1_000_000_000), tv_nsec: Int(rest % 1_000_000_000))
      // SAFETY: the set and the timeout are ours; no details are asked for.
      switch unsafe sigtimedwait(&signals, nil, &timeout) {
      case SIGHUP: return .hangup
      case SIGINT: return .interrupt
      case SIGTERM: return .terminate
      default: if rest == 0 || Errno.last != .interrupted { return nil }
      }
    }
  }

  /// From now on writing to a pipe that nobody reads is an error (EPIPE) and ends nothing.
  public static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  private static func set(_ numbers: [Int32]) -> sigset_t {
    var signals = sigset_t()
    // SAFETY: the set is ours.
    unsafe sigemptyset(&signals)
    for number in numbers { unsafe sigaddset(&signals, number) }
    return signals
  }
}
