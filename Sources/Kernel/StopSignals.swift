internal import Glibc

/// Waiting that ends when somebody wants the process to stop: SIGTERM, SIGINT.
///
/// The signals are blocked and taken out of the wait, so that a loop ends by returning. SIGCHLD ends a
/// wait too, because then there is something to do.
public struct StopSignals: Sendable {
  /// What ended a wait.
  public enum Wake: Hashable, Sendable {
    /// The time is over.
    case deadline
    /// A child ended.
    case child
    /// The process is to stop.
    case stop
  }

  private init() {}

  /// Blocks the signals on this thread, of which there must be only one.
  public static func block() -> StopSignals {
    var set = signals
    // SAFETY: both sets are ours; the old mask is not asked for.
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    return StopSignals()
  }

  /// Waits until `deadline` on the monotonic clock, or a signal; at once for a deadline that is over.
  public func wait(untilMonotonicNanoseconds deadline: UInt64) -> Wake {
    var set = Self.signals
    while true {
      let now = Clock.monotonicNanoseconds()
      let left = deadline > now ? deadline - now : 0
      var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
      // SAFETY: the set and the time are ours; what else is known of the signal is not asked for.
      switch unsafe sigtimedwait(&set, nil, &time) {
      case SIGCHLD: return .child
      case SIGTERM, SIGINT: return .stop
      default: if Errno.last != .interrupted { return .deadline }
      }
    }
  }

  private static var signals: sigset_t {
    var set = sigset_t()
    // SAFETY: the set is ours.
    unsafe sigemptyset(&set)
    for signal in [SIGTERM, SIGINT, SIGCHLD] { unsafe sigaddset(&set, signal) }
    return set
  }
}
