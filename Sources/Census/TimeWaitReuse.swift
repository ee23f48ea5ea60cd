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
  @inline(__always)
  func allows(_ row: borrowing SocketRow, _ source: IPAddress, _ destination: IPAddress) -> Bool {
    if mode == .never { return false }
    if mode == .loopback, !source.isLoopback, !destination.isLoopback,
      row.interface != Self.loopbackInterface
    {
      return false
    }
    return row.isMinisock && row.rawState == SocketState.timeWait.rawValue
      && row.expiresMilliseconds &+ delayMilliseconds < Self.lifetimeMilliseconds
  }
}
