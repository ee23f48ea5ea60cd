internal import CKernel
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
    /// SIGQUIT: somebody at a terminal wants an end, and a core.
    case quit
    /// SIGCHLD: a child has ended.
    case child
    /// SIGPIPE: nobody reads what was written.
    case brokenPipe

    /// The signal's number.
    public var number: Int32 {
      switch self {
      case .hangup: SIGHUP
      case .interrupt: SIGINT
      case .terminate: SIGTERM
      case .quit: SIGQUIT
      case .child: SIGCHLD
      case .brokenPipe: SIGPIPE
      }
    }
  }

  /// A signal that came, and from where.
  public struct Arrival: Hashable, Sendable {
    /// What came.
    public let signal: Signal
    /// Whether the kernel sent it, as it does for the keys of a terminal: to all of the foreground's group.
    public let isFromKernel: Bool
  }

  private let signals: [Signal]
  /// Those that were not blocked before.
  let newlyBlocked: [Signal]

  /// Blocks `signals`; they queue up from now on.
  public init(_ signals: [Signal]) {
    self.signals = signals
    var set = Self.set(signals), old = sigset_t()
    // SAFETY: both sets are ours.
    unsafe pthread_sigmask(SIG_BLOCK, &set, &old)
    newlyBlocked = signals.filter { unsafe sigismember(&old, $0.number) == 0 }
  }

  /// Whether this process was started to ignore `signal`, as nohup(1) does with SIGHUP.
  public static func isIgnored(_ signal: Signal) -> Bool {
    CKernel_signal_is_ignored(signal.number) == 1
  }

  /// Gives `signal` its default effect again, whatever this process was started with.
  public static func setDefault(_ signal: Signal) {
    Glibc.signal(signal.number, SIG_DFL)
  }

  /// The next signal, or nil when CLOCK_MONOTONIC reads `deadline` before one comes.
  public func next(untilMonotonicNanoseconds deadline: UInt64) -> Signal? {
    nextArrival(untilMonotonicNanoseconds: deadline)?.signal
  }

  /// The next signal and where it came from, or nil when CLOCK_MONOTONIC reads `deadline` before.
  public func nextArrival(untilMonotonicNanoseconds deadline: UInt64) -> Arrival? {
    var set = Self.set(signals)
    while true {
      let now = Clock.monotonicNanoseconds()
      let left = deadline > now ? deadline - now : 0
      var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
      // SAFETY: the set, the time and what is known of the signal are ours; every signal has a code.
      var info = unsafe siginfo_t()
      let number = unsafe sigtimedwait(&set, &info, &time)
      if number > 0 {
        let isFromKernel = unsafe info.si_code > 0
        return signals.first { $0.number == number }
          .map { Arrival(signal: $0, isFromKernel: isFromKernel) }
      }
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
