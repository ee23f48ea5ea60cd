/// What can be found. The raw value is the number in frames, and never changes.
public enum FindingID: UInt16, Hashable, Sendable, CaseIterable {
  /// A pool held by TIME_WAIT: this side closes first.
  case timeWait = 1
  /// A pool held by CLOSE_WAIT: the peer has closed and our program has not; a leak.
  case closeWait = 2
  /// A pool held by SYN_SENT: nobody answers.
  case synSent = 3
  /// A pool held by FIN_WAIT2: we have closed and the peer does not.
  case finWait2 = 4
  /// A pool held by FIN_WAIT1, CLOSING and LAST_ACK: our FIN is not answered.
  case closing = 5
  /// A pool held by connections that live.
  case established = 6
  /// Ports that are blocked for everybody because programs bind before they connect.
  case bindBeforeConnect = 7
  /// Listeners, or sockets that are bound and idle, inside the range.
  case listenerInRange = 8
  /// Reserved ports that eat the range.
  case reservedPorts = 9
  /// A range with an odd number of ports, of which the kernel may miss one.
  case oddRange = 10
  /// A range narrower than the kernel's default.
  case narrowRange = 11
  /// bind(address, 0) that runs out: an address's or a wildcard's ports are held.
  case bindHeld = 12
  /// UDP ports that are held.
  case udpHeld = 13
  /// Sockets that could not enter TIME_WAIT, because there are tcp_max_tw_buckets already.
  case timeWaitOverflow = 14
  /// Not ports: netfilter's table of connections is full.
  case conntrackFull = 15
  /// Not ports: TCP's memory is used up.
  case tcpMemory = 16
  /// Not ports: the system's file descriptors are used up.
  case descriptors = 17
  /// Not ports: too many orphaned sockets.
  case orphans = 18
  /// Not ports: a neighbour table is full.
  case neighbours = 19

  /// The word in documents, which never changes either: "time_wait".
  public var name: String {
    switch self {
    case .timeWait: "time_wait"
    case .closeWait: "close_wait"
    case .synSent: "syn_sent"
    case .finWait2: "fin_wait2"
    case .closing: "closing"
    case .established: "established"
    case .bindBeforeConnect: "bind_before_connect"
    case .listenerInRange: "listener_in_range"
    case .reservedPorts: "reserved_ports"
    case .oddRange: "odd_range"
    case .narrowRange: "narrow_range"
    case .bindHeld: "bind_held"
    case .udpHeld: "udp_held"
    case .timeWaitOverflow: "time_wait_overflow"
    case .conntrackFull: "conntrack_full"
    case .tcpMemory: "tcp_memory"
    case .descriptors: "descriptors"
    case .orphans: "orphans"
    case .neighbours: "neighbours"
    }
  }
}

/// How bad a finding is. The raw value is the number in frames.
public enum FindingSeverity: UInt8, Hashable, Sendable, CaseIterable, Comparable {
  /// Worth knowing; nothing fails of it now.
  case info = 0
  /// It costs something now: connects that must search, ports that leak.
  case notice = 1
  /// As a pool's warning.
  case warning = 2
  /// As a pool's critical.
  case critical = 3
  /// Connects fail.
  case exhausted = 4

  /// The severity of what a pool at `level` suffers from.
  public init(_ level: VerdictLevel) {
    switch level {
    case .ok: self = .info
    case .cliff: self = .notice
    case .warning: self = .warning
    case .critical: self = .critical
    case .exhausted: self = .exhausted
    }
  }

  /// "info", "notice", "warning", "critical", "exhausted".
  public var name: String {
    switch self {
    case .info: "info"
    case .notice: "notice"
    case .warning: "warning"
    case .critical: "critical"
    case .exhausted: "exhausted"
    }
  }

  /// Less bad.
  public static func < (left: FindingSeverity, right: FindingSeverity) -> Bool {
    left.rawValue < right.rawValue
  }
}
