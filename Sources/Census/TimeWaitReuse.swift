internal import Inet
internal import SocketDiag

/// When connect() may take over a tuple in TIME_WAIT.
///
/// Source: net/ipv4/tcp_ipv4.c, tcp_twsk_unique(); kernel-measured: after 1.001 s by default between
/// loopback addresses, after 1.002 s everywhere with tcp_tw_reuse 1, never in FIN_WAIT2.
public struct TimeWaitReuse: Hashable, Sendable {
  /// net.ipv4.tcp_tw_reuse.
  public enum Mode: Int, Hashable, Sendable {
    /// 0: a tuple waits its 60 seconds out.
    case never = 0
    /// 1: any tuple whose connection had timestamps.
    case always = 1
    /// 2: only between loopback addresses (the default since 4.19).
    case loopback = 2
  }

  /// net.ipv4.tcp_tw_reuse.
  public var mode: Mode
  /// The least age: a minisock may be taken when less than 60 s minus this are left of its life.
  public var delayMilliseconds: UInt32
  /// How long TIME_WAIT lasts; a constant of the kernel (TCP_TIMEWAIT_LEN).
  static var lifetimeMilliseconds: UInt32 { 60_000 }
  /// The index of `lo` in every namespace (LOOPBACK_IFINDEX).
  private static var loopbackInterface: UInt32 { 1 }

  /// Reuse by `mode` after `delayMilliseconds`.
  public init(_ mode: Mode, delayMilliseconds: UInt32 = 1000) {
    self.mode = mode
    self.delayMilliseconds = delayMilliseconds
  }

  /// Whether the row is a TIME_WAIT that connect() could take over now, were its port not blocked.
  ///
  /// Whether the old connection had timestamps is not in a row; where the sysctl is on, they are
  /// assumed, because both ends of nearly every connection negotiate them.
  @inline(never)
  func allows(_ row: borrowing SocketRow) -> Bool {
    guard row.rawState == SocketState.timeWait.rawValue, mode != .never else { return false }
    if mode == .loopback, !row.source.isLoopback, !row.destination.isLoopback,
      row.interface != Self.loopbackInterface
    {
      return false
    }
    // Old kernels report a late timer as a huge number: such a row's age is not known.
    let left = row.expiresMilliseconds
    return row.isMinisock && left <= Self.lifetimeMilliseconds
      && Self.lifetimeMilliseconds - left > delayMilliseconds
  }
}
