import Glibc

/// Signals that wait until somebody asks, and interrupt nothing: sigtimedwait(2).
///
/// The signals are blocked for the thread that makes the queue and for every thread started after it, so
/// make it first of all.
public struct SignalQueue: Sendable {
  /// A signal that a program can wait for.
  public enum Signal: Hashable, Sendable, CaseIterable {
    /// SIGHUP: look again at what may have changed.
    case hangup
    /// SIGINT: somebody at a terminal wants an end.
    case interrupt
    /// SIGTERM: somebody else does.
    case terminate
    /// SIGCHLD: a child has ended.
    case child

    /// The signal's number.
    public var number: Int32 {
      switch self {
      case .hangup: SIGHUP
      case .interrupt: SIGINT
      case .terminate: SIGTERM
      case .child: SIGCHLD
      }
    }
  }

  private let signals: [Signal]

  /// Blocks `signals`; they queue up from now on.
  public init(_ signals: [Signal]) {
    self.signals = signals
    var set = Self.set(signals)
    // SAFETY: the set is ours and initialised; the old mask is not asked for.
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The next signal, or nil when CLOCK_MONOTONIC reads `deadline` before one comes.
  public func next(untilMonotonicNanoseconds deadline: UInt64) -> Signal? {
    var set = Self.set(signals)
    while true {
      let now = Clock.monotonicNanoseconds()
      let left = deadline > now ? deadline - now : 0
      var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
      // SAFETY: the set and the time are ours; what else is known of the signal is not asked for.
      let number = unsafe sigtimedwait(&set, nil, &time)
      if number > 0 { return signals.first { $0.number == number } }
      if left == 0 || Errno.last != .interrupted { return nil }
    }
  }

  /// A write into a pipe that nobody reads is an error from now on, and no signal.
  public static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  private static func set(_ signals: [Signal]) -> sigset_t {
    var set = sigset_t()
    // SAFETY: the set is ours.
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal.number) }
    return set
  }
}
