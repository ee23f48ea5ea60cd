/// The quantities of a namespace that every frame carries, where they are known.
///
/// The raw value is the place in the layout: cases are added at the end, never moved.
public enum HostGauge: Int, Hashable, Sendable, CaseIterable {
  /// TCP sockets that hold a port of E, minisocks included, and listeners; of the last count.
  case tcpSockets
  /// Distinct local ports of E of hashed, non-listening TCP sockets; of the last count.
  case tcpPortsInUse
  /// The most that `tcpPortsInUse` can be now, by the guard's counters.
  case tcpPortsInUseBound
  /// sockstat's TCP inuse, both families: TCP sockets that listen or are connected. Now.
  case tcpInUse
  /// sockstat's TCP tw: TIME_WAIT and orphaned FIN_WAIT2 minisocks. Now.
  case timeWaitSockets
  /// sockstat's TCP orphan, host-wide. Now.
  case orphans
  /// sockstat's TCP alloc, host-wide. Now.
  case tcpAllocated
  /// sockstat's UDP inuse, both families. Now.
  case udpInUse
  /// UDP sockets; of the last walk.
  case udpSockets
  /// Distinct local UDP ports within E; of the last walk.
  case udpPortsInUse
  /// Connect pools; of the last count.
  case connectPools
  /// Usage of the tightest connect pool, in millionths of its capacity.
  case worstConnectUsage
  /// Usage of the tightest bind pool of one address, in millionths of its capacity.
  case worstAddressUsage
  /// Usage of the tightest UDP pool of a family, in millionths of its capacity.
  case worstUDPUsage
  /// Sockets with a port of E (listeners: of any port) by state, of the last count.
  case established
  /// See `established`.
  case synSent
  /// See `established`; not counted by the collector, because such a socket is never outbound.
  case synRecv
  /// See `established`.
  case finWait1
  /// See `established`.
  case finWait2
  /// See `established`.
  case timeWait
  /// See `established`.
  case closeWait
  /// See `established`.
  case lastAck
  /// See `established`.
  case listen
  /// See `established`.
  case closing
  /// See `established`; of the last walk of bound-inactive sockets.
  case boundInactive
  /// Age of the last count at the time of the frame, in milliseconds; 0 as long as the guard's counters
  /// say that it still holds.
  case countAge

  /// The key in documents, with its unit.
  public var key: String {
    switch self {
    case .tcpSockets: "tcp_sockets"
    case .tcpPortsInUse: "tcp_ports_in_use"
    case .tcpPortsInUseBound: "tcp_ports_in_use_bound"
    case .tcpInUse: "tcp_in_use"
    case .timeWaitSockets: "time_wait_sockets"
    case .orphans: "orphans"
    case .tcpAllocated: "tcp_allocated"
    case .udpInUse: "udp_in_use"
    case .udpSockets: "udp_sockets"
    case .udpPortsInUse: "udp_ports_in_use"
    case .connectPools: "connect_pools"
    case .worstConnectUsage: "worst_connect_usage_ppm"
    case .worstAddressUsage: "worst_address_usage_ppm"
    case .worstUDPUsage: "worst_udp_usage_ppm"
    case .established: "established"
    case .synSent: "syn_sent"
    case .synRecv: "syn_recv"
    case .finWait1: "fin_wait1"
    case .finWait2: "fin_wait2"
    case .timeWait: "time_wait"
    case .closeWait: "close_wait"
    case .lastAck: "last_ack"
    case .listen: "listen"
    case .closing: "closing"
    case .boundInactive: "bound_inactive"
    case .countAge: "count_age_ms"
    }
  }
}
