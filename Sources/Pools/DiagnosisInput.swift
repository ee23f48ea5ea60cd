public import Inet

/// What a diagnosis looks at: a namespace, and what else is known of it and its host. Nil is not known,
/// and never makes a finding.
public struct DiagnosisInput: Sendable {
  /// The namespace, with its tightest pools.
  public var namespace: NamespaceSnapshot
  /// Limits that are not ports.
  public var pressure = HostPressure()
  /// The reserved ports, within the range and outside.
  public var reserved: PortSet?
  /// Ports with a listener, within the range and outside.
  public var listeners: PortSet?
  /// Ports of sockets that are bound and idle, within the range and outside.
  public var idleBinds: PortSet?
  /// TIME_WAIT sockets that the kernel holds against tcp_max_tw_buckets: orphans in FIN_WAIT2 too.
  public var timeWaitSockets: Int?
  /// Sockets that could not enter TIME_WAIT, since the namespace was made.
  public var timeWaitOverflows: Int?
  /// net.ipv4.tcp_syn_retries.
  public var synRetries: Int?
  /// net.ipv4.tcp_syn_linear_timeouts; nil before Linux 6.5.
  public var synLinearTimeouts: Int?
  /// net.ipv4.ip_unprivileged_port_start.
  public var unprivilegedPortStart: Int?
  /// The teeth at which TIME_WAIT ends; nil when the kernel's HZ is not known, and then the longest is
  /// assumed, so that a promised rate is kept.
  public var comb: ReleaseComb?
  /// After how many seconds connect() may take over a TIME_WAIT of a pool; pools that are not in it wait their
  /// minute.
  public var reuseSeconds: [PoolKey: Double] = [:]
  /// The same for any pool, were tcp_tw_reuse 1.
  public var reuseDelaySeconds = 1.0
  /// B to the port, as a probe found it; nil when nobody probed, or the namespace's space knows it.
  public var exactBlocked: PortSet?
  /// The range that would be better, found once for all rules.
  var proposal: RangeProposal?
  /// Where usage becomes a warning and critical.
  public var thresholds = VerdictThresholds()

  /// A namespace of which nothing else is known.
  public init(_ namespace: NamespaceSnapshot) { self.namespace = namespace }

  /// The sysctl `key` of the namespace, as documents call it.
  func setting(_ key: String) -> Int? {
    namespace.settings.first { $0.key == key }?.value
  }

  /// B to the port, from wherever it is known; nil when nobody probed.
  var probedBlocked: PortSet? {
    exactBlocked ?? (namespace.space.blockedBound == .exact ? namespace.space.blocked : nil)
  }

  /// The ports that a dump shows as blocked: those of listeners and of idle binds.
  var seenBlocked: PortSet {
    let space = namespace.space
    guard let idleBinds else { return space.blocked.union(listeners ?? PortSet()) }
    return idleBinds.union(listeners ?? PortSet())
  }

  /// HZ 100 has the longest teeth: 5.12 s.
  var assumedComb: ReleaseComb { comb ?? ReleaseComb(ticksPerSecond: 100) }

  /// Connects a second that `capacity` ports carry for ever where this side closes first, if TIME_WAIT lasts
  /// as in the tightest connect pool.
  func sustainable(_ capacity: Int) -> Double {
    guard let seconds = tightestConnect.flatMap({ reuseSeconds[$0.key] }) else {
      return assumedComb.sustainableRate(capacity: capacity)
    }
    return Double(capacity) / max(0.001, seconds)
  }

  /// Whether a rate says what more ports are worth: no connect pool suffers, or TIME_WAIT holds most of the
  /// tightest one.
  var isLimitedByTimeWait: Bool {
    guard let pool = tightestConnect, pool.verdict > .ok, let states = pool.states else {
      return true
    }
    return 2 * (states[.timeWait] - pool.reclaimable) >= states.total - pool.reclaimable
  }

  /// The worst connect pool, listed or not.
  private var tightestConnect: Pool? {
    (namespace.pools + (namespace.tightestConnect.map { [$0] } ?? []))
      .filter { $0.key.kind == .connect }.max { $1.isWorse(than: $0) }
  }

  /// The range that would be better; nil when this one is wide enough.
  func findProposal() -> RangeProposal? {
    RangeProposal(
      over: namespace.space, reserved: reserved, listeners: listeners ?? PortSet(),
      lowest: unprivilegedPortStart ?? 1024)
  }
}
