public import HostFacts
public import Inet
public import Kernel

/// When connect(), and so a probe, may take over a tuple in TIME_WAIT.
///
/// Source: net/ipv4/tcp_ipv4.c, tcp_twsk_unique(). What is not known is taken for what allows it: a
/// probe must not take a TIME_WAIT away unasked.
public struct TimeWaitRule: Hashable, Sendable {
  /// 0 never, 1 always, 2 between loopback addresses; nil if not known.
  public var mode: Int?
  /// How old the TIME_WAIT must be at least.
  public var delayMilliseconds: UInt32
  /// Whether connections have timestamps, without which nothing is taken over.
  public var hasTimestamps: Bool

  /// The rule by a namespace's settings on `kernel`.
  public init(_ settings: Settings, on kernel: KernelVersion) {
    let rule = settings.reuse(on: kernel)
    mode = rule.mode
    delayMilliseconds = rule.earliestMilliseconds
    hasTimestamps = settings.timestamps != 0
  }

  /// Whether a TIME_WAIT between these addresses may be taken over at all.
  ///
  /// `source` nil is any; `interface` is the index that the socket is bound to, 1 being `lo`.
  public func applies(source: IPAddress?, destination: IPAddress, interface: UInt32 = 0) -> Bool {
    guard hasTimestamps, mode != 0 else { return false }
    guard mode == 2, let source else { return true }
    return source.isLoopback || destination.isLoopback || interface == 1
  }

  /// Whether a TIME_WAIT with so much of its 60 seconds left may be taken over within `margin`.
  ///
  /// Old kernels report a late timer as a huge number: that one is as old as it can be.
  public func isReusable(leftMilliseconds left: UInt32, within margin: UInt32) -> Bool {
    guard left <= Self.lifetimeMilliseconds else { return true }
    return UInt64(Self.lifetimeMilliseconds - left) + UInt64(margin) > UInt64(delayMilliseconds)
  }

  /// TCP_TIMEWAIT_LEN, a constant of the kernel.
  private static var lifetimeMilliseconds: UInt32 { 60_000 }
}
