internal import Inet

/// Sums over all network namespaces of a snapshot: of those that were counted, and of those whose counters were
/// read.
public struct NamespaceTotals: Hashable, Sendable {
  /// Namespaces that were found.
  public var namespaces = 0
  /// Those that were counted.
  public var counted = 0
  /// Those that counters bound.
  public var bounded = 0
  /// Those that could not be looked into, or whose counters could not be read: what is in them is in no sum.
  public var notVisible = 0
  /// TCP sockets; without those that are bound and idle where nothing was counted.
  public var tcpSockets = 0
  /// Of those, the ones in TIME_WAIT.
  public var timeWait = 0
  /// Ports of the ranges that TCP sockets hold, in the namespaces that were counted: a port is one of its
  /// namespace, and the same number in two of them is two.
  public var tcpPortsInUse = 0
  /// The same in all namespaces, at most; nil when some could not be looked into, or their range is not known.
  public var tcpPortsInUseMaximum: Int? = 0
  /// UDP sockets that hold a port; nil when those of a namespace that was counted are not known.
  public var udpSockets: Int? = 0
  /// Connects that failed over the collectors' last minute, in the namespaces whose collector knows; nil when
  /// nobody counts them in any.
  public var connectFailures: Int?
  /// In how many namespaces somebody counts them.
  public var failureNamespaces = 0

  /// The sums of a snapshot.
  public init(_ snapshot: Snapshot) {
    for namespace in snapshot.namespaces { add(namespace) }
    for namespace in snapshot.uncounted { add(namespace) }
  }

  private mutating func add(_ namespace: NamespaceSnapshot) {
    namespaces += 1
    counted += 1
    tcpSockets = Self.sum(tcpSockets, namespace.tcp.sockets)
    timeWait = Self.sum(timeWait, namespace.tcp.states[.timeWait])
    tcpPortsInUse = Self.sum(tcpPortsInUse, namespace.tcp.portsInUse)
    tcpPortsInUseMaximum = tcpPortsInUseMaximum.map { Self.sum($0, namespace.tcp.portsInUse) }
    addUDP(namespace.udp?.sockets)
    if let failures = namespace.attributedFailures {
      failureNamespaces += 1
      connectFailures = Self.sum(connectFailures ?? 0, failures)
    }
  }

  private mutating func add(_ namespace: UncountedNamespace) {
    namespaces += 1
    guard namespace.refusal == nil, let sockets = namespace.tcpSockets,
      let waiting = namespace.timeWait, let udp = namespace.udpSockets
    else {
      notVisible += 1
      tcpPortsInUseMaximum = nil
      return
    }
    bounded += 1
    tcpSockets = Self.sum(tcpSockets, sockets)
    timeWait = Self.sum(timeWait, waiting)
    addUDP(udp)
    guard let range = namespace.range else {
      tcpPortsInUseMaximum = nil
      return
    }
    // Who binds a reserved port holds one of the range too.
    tcpPortsInUseMaximum = tcpPortsInUseMaximum.map { Self.sum($0, min(sockets, range.count)) }
  }

  private mutating func addUDP(_ count: Int?) {
    udpSockets = count.flatMap { count in udpSockets.map { Self.sum($0, count) } }
  }

  private static func sum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflows) = left.addingReportingOverflow(right)
    return overflows ? .max : sum
  }
}
