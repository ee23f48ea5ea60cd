internal import Census
public import HostFacts
internal import Inet
internal import Kernel
public import Pools
internal import Synchronization

extension Sampler where Transport: ~Copyable {
  /// What a diagnosis of `snapshot` looks at: the last sample's listeners and facts beside it.
  public func diagnosisInput(
    of snapshot: NamespaceSnapshot, host: HostLimits = HostLimits(),
    namespace: NamespaceLimits = NamespaceLimits(),
    thresholds: VerdictThresholds = VerdictThresholds()
  ) -> DiagnosisInput {
    var input = DiagnosisInput(snapshot)
    input.pressure = HostPressure(host, namespace.conntrack)
    input.reserved = facts.reserved
    input.listeners = census.listeners.ports
    input.idleBinds = side.state.withLock { $0.idleBinds.use.all }
    input.timeWaitSockets = namespace.timeWaitSockets
    input.timeWaitOverflows = namespace.timeWaitOverflows
    input.synRetries = namespace.connect.synRetries
    input.synLinearTimeouts = namespace.connect.synLinearTimeouts
    input.unprivilegedPortStart = namespace.connect.unprivilegedPortStart
    input.comb = TimerTick.ticksPerSecond().map { ReleaseComb(ticksPerSecond: $0) }
    for pool in snapshot.pools + (snapshot.tightestConnect.map { [$0] } ?? []) {
      input.reuseSeconds[pool.key] = reuseSeconds(of: pool.key)
    }
    input.reuseDelaySeconds = Double(space.reuse.delayMilliseconds) / 1000
    input.thresholds = thresholds
    return input
  }
}

extension Sampler where Transport: ~Copyable {
  /// The diagnosis of a snapshot of this sampler's last sample, in the namespace that it looked at.
  public func diagnosis(
    of snapshot: Snapshot, _ host: HostLimits, _ thresholds: VerdictThresholds
  ) -> Diagnosis {
    guard let namespace = snapshot.namespaces.first else { return Diagnosis() }
    return Diagnosis(
      diagnosisInput(of: namespace, host: host, namespace: .read(), thresholds: thresholds))
  }
}

extension HostPressure {
  /// The limits that could be read.
  init(_ host: HostLimits, _ conntrack: ConntrackTable?) {
    func limit(_ kind: Kind, _ use: LimitUse?, refused: Int? = nil) -> Limit? {
      use.map { Limit(kind, used: $0.used, of: $0.limit, refused: refused) }
    }
    let memory = host.tcpMemory.map {
      Limit(.tcpMemory, used: $0.pages, of: $0.maximum, pressure: $0.pressure)
    }
    self.init(
      [
        limit(.conntrack, conntrack?.entries, refused: conntrack?.dropped),
        limit(.descriptors, host.fileHandles), memory, limit(.orphans, host.orphans),
        limit(
          .neighboursIPv4, host.neighboursIPv4?.entries, refused: host.neighboursIPv4?.refused),
        limit(
          .neighboursIPv6, host.neighboursIPv6?.entries, refused: host.neighboursIPv6?.refused),
      ].compactMap { $0 })
  }
}
