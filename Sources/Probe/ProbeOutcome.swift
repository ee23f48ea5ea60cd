public import Inet
public import Kernel

/// What the kernel answered to one probe.
public enum ProbeOutcome: Hashable, Sendable {
  /// It gave this address and port, which are free again.
  case granted(address: IPAddress, port: UInt16)
  /// No port is left in the pool: EADDRNOTAVAIL, from UDP EAGAIN, from bind() EADDRINUSE.
  case exhausted(Errno)
  /// The source is no address of this host (or namespace).
  case sourceNotLocal(Errno)
  /// No address of this host can be a source for the destination.
  case noSource(Errno)
  /// There is no route.
  case noRoute(Errno)
  /// Something forbids it, a filter of a cgroup for example, or the address makes no sense.
  case refused(Errno)

  /// Whether a port was given.
  public var isGranted: Bool {
    if case .granted = self { true } else { false }
  }

  /// The errno, where no port was given.
  public var errno: Errno? {
    switch self {
    case .granted: nil
    case .exhausted(let errno), .sourceNotLocal(let errno), .noSource(let errno),
      .noRoute(let errno), .refused(let errno):
      errno
    }
  }
}

/// One probe: what the kernel answered, and how long it took.
public struct ProbeAnswer: Hashable, Sendable {
  /// The answer.
  public var outcome: ProbeOutcome
  /// How long connect() or bind() took, and nothing around it; nil where another call failed before.
  public var nanoseconds: UInt64?

  /// The answer given.
  public init(outcome: ProbeOutcome, nanoseconds: UInt64?) {
    self.outcome = outcome
    self.nanoseconds = nanoseconds
  }
}
