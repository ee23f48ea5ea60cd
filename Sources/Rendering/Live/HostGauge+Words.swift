internal import Frames

extension HostGauge {
  /// What the states tab lists, in its order.
  static let listed: [HostGauge] = [
    .established, .timeWait, .synSent, .synRecv, .finWait1, .finWait2, .closeWait, .lastAck,
    .closing, .listen, .boundInactive, .tcpPortsInUse, .tcpPortsInUseBound, .tcpSockets,
    .timeWaitSockets, .tcpInUse, .orphans, .tcpAllocated, .udpPortsInUse, .udpSockets, .udpInUse,
    .connectPools,
  ]

  /// What is counted, in a few words.
  var words: String {
    switch self {
    case .tcpSockets: "TCP sockets"
    case .tcpPortsInUse: "TCP ports in use"
    case .tcpPortsInUseBound: "TCP ports, at most"
    case .tcpInUse: "TCP inuse (sockstat)"
    case .timeWaitSockets: "TCP tw (sockstat)"
    case .orphans: "TCP orphans"
    case .tcpAllocated: "TCP allocated"
    case .udpInUse: "UDP inuse (sockstat)"
    case .udpSockets: "UDP sockets"
    case .udpPortsInUse: "UDP ports in use"
    case .connectPools: "connect pools"
    case .worstConnectUsage: "worst connect usage"
    case .worstAddressUsage: "worst address usage"
    case .worstUDPUsage: "worst UDP usage"
    case .established: "ESTABLISHED"
    case .synSent: "SYN_SENT"
    case .synRecv: "SYN_RECV"
    case .finWait1: "FIN_WAIT1"
    case .finWait2: "FIN_WAIT2"
    case .timeWait: "TIME_WAIT"
    case .closeWait: "CLOSE_WAIT"
    case .lastAck: "LAST_ACK"
    case .listen: "LISTEN"
    case .closing: "CLOSING"
    case .boundInactive: "BOUND_INACTIVE"
    case .countAge: "age of the count"
    }
  }
}

extension HostCounter {
  /// What the states tab lists, in its order.
  static let listed: [HostCounter] = [
    .activeOpens, .connectFailures, .timeWaitReused, .timeWaitOverflows, .possibleBindFailures,
    .possibleUDPFailures, .rows, .lateTicks, .skippedTicks, .deferredDumps, .failedSamples,
  ]

  /// What is counted, in a few words.
  var words: String {
    switch self {
    case .activeOpens: "connects"
    case .connectFailures: "failed connects"
    case .timeWaitReused: "TIME_WAIT reused"
    case .timeWaitOverflows: "TIME_WAIT overflows"
    case .possibleBindFailures: "binds, perhaps failed"
    case .possibleUDPFailures: "UDP, perhaps failed"
    case .rows: "sockets read"
    case .lateTicks: "late samples"
    case .skippedTicks: "skipped samples"
    case .deferredDumps: "counts put off"
    case .failedSamples: "failed samples"
    default: key
    }
  }
}
