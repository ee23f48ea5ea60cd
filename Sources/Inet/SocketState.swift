/// A socket's state in the kernel's numbering, which is also its bit in a request's state mask.
///
/// Source: include/net/tcp_states.h.
public enum SocketState: UInt8, Hashable, Sendable, CaseIterable {
  /// TCP_ESTABLISHED; for UDP: connected.
  case established = 1
  /// TCP_SYN_SENT.
  case synSent = 2
  /// TCP_SYN_RECV; request sockets are reported so too.
  case synRecv = 3
  /// TCP_FIN_WAIT1.
  case finWait1 = 4
  /// TCP_FIN_WAIT2, both full sockets and orphans kept as minisocks.
  case finWait2 = 5
  /// TCP_TIME_WAIT.
  case timeWait = 6
  /// TCP_CLOSE; for UDP: not connected. For TCP only bound-inactive sockets are reported so.
  case close = 7
  /// TCP_CLOSE_WAIT.
  case closeWait = 8
  /// TCP_LAST_ACK.
  case lastAck = 9
  /// TCP_LISTEN.
  case listen = 10
  /// TCP_CLOSING.
  case closing = 11
  /// TCP_NEW_SYN_RECV: asked for, never reported.
  case newSynRecv = 12
  /// TCP_BOUND_INACTIVE (6.8): bound, neither listening nor connected; asked for, reported as close.
  case boundInactive = 13

  /// The contract's key: "established", "syn_sent", … "bound_inactive".
  public var name: String {
    switch self {
    case .established: "established"
    case .synSent: "syn_sent"
    case .synRecv: "syn_recv"
    case .finWait1: "fin_wait1"
    case .finWait2: "fin_wait2"
    case .timeWait: "time_wait"
    case .close: "close"
    case .closeWait: "close_wait"
    case .lastAck: "last_ack"
    case .listen: "listen"
    case .closing: "closing"
    case .newSynRecv: "new_syn_recv"
    case .boundInactive: "bound_inactive"
    }
  }

  /// The short form on a crowded line: "EST", "TW", ….
  public var abbreviation: String {
    switch self {
    case .established: "EST"
    case .synSent: "SYN"
    case .synRecv: "SYNR"
    case .finWait1: "FIN1"
    case .finWait2: "FIN2"
    case .timeWait: "TW"
    case .close: "CLO"
    case .closeWait: "CLOSEW"
    case .lastAck: "LASTACK"
    case .listen: "LIS"
    case .closing: "CLOSING"
    case .newSynRecv: "NEWSYN"
    case .boundInactive: "BOUND"
    }
  }
}
