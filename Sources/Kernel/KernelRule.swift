/// What depends on the kernel's version, all of it: each rule with the version that it holds from.
///
///     since     what
///     4.6       connect() tries the low end's parity first, all of it
///     4.19      tcp_tw_reuse 2: loopback alone; TIME_WAIT is reused in the next second
///     5.9       UDP by the legacy request
///     6.3       IP_LOCAL_PORT_RANGE
///     6.8       bound-inactive sockets in dumps; no parity within IP_LOCAL_PORT_RANGE
///     6.9       dumps of different sockets at the same time
///     6.17.8    a port is free again once its explicit owner has gone
///     6.18      the first namespace's inode is a constant
///
/// Versions are those of kernel.org; a distribution may have a rule earlier. What a kernel can be asked
/// (a sysctl that is there, as tcp_tw_reuse_delay from 6.14 on; a request that is refused) is asked; the
/// table is for what it cannot.
public enum KernelRule: String, Hashable, Sendable, CaseIterable {
  /// connect() tries all ports with the parity of the range's low end before any other, so that there is
  /// a cliff; bind(…, 0) the other way round. Source: 1580ab63fc9a, ea8add2b1903.
  case splitsByParity
  /// tcp_tw_reuse 2 means loopback alone, and is the default; before, it meant what 1 means. Source:
  /// 79e9fed46038.
  case reusesLoopbackAlone
  /// TIME_WAIT is reused once the clock shows another second, at the latest after one; before, when it
  /// shows more than one second more, at the latest after two. 6.14 counts milliseconds, and has a sysctl.
  /// Source: net/ipv4/tcp_ipv4.c, tcp_twsk_unique(); cca9bab1b72c.
  case reusesInNextSecond
  /// The legacy request (TCPDIAG_GETSOCK) can ask for UDP: INET_DIAG_REQ_PROTOCOL.
  case answersLegacyUDP
  /// A socket can have a range of its own, IP_LOCAL_PORT_RANGE, with which single ports can be probed.
  case limitsRangeOfSocket
  /// sock_diag reports bound sockets that neither listen nor are connected: BOUND_INACTIVE.
  case reportsBoundInactive
  /// connect() within IP_LOCAL_PORT_RANGE prefers no parity.
  case mixesParityInLimitedRange
  /// Dumps of different sockets run at the same time; before, global mutexes make them wait.
  case dumpsAtOnce
  /// A port that was bound explicitly is free for connect() again once that socket has gone; before, once
  /// *all* its sockets have, those of connect() too. Source: d57f4b874946.
  case recomputesBuckets
  /// The initial network namespace has a known inode: NET_NS_INIT_INO.
  case namesInitialNamespace

  /// The first version with the rule.
  public var since: KernelVersion {
    switch self {
    case .splitsByParity: KernelVersion(4, 6)
    case .reusesLoopbackAlone: KernelVersion(4, 19)
    case .reusesInNextSecond: KernelVersion(4, 19)
    case .answersLegacyUDP: KernelVersion(5, 9)
    case .limitsRangeOfSocket: KernelVersion(6, 3)
    case .reportsBoundInactive: KernelVersion(6, 8)
    case .mixesParityInLimitedRange: KernelVersion(6, 8)
    case .dumpsAtOnce: KernelVersion(6, 9)
    case .recomputesBuckets: KernelVersion(6, 17, 8)
    case .namesInitialNamespace: KernelVersion(6, 18)
    }
  }
}

extension KernelVersion {
  /// Whether kernels of this version have the rule.
  public func has(_ rule: KernelRule) -> Bool { self >= rule.since }
}
