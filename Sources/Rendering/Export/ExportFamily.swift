internal import Frames
internal import Inet
internal import Metrics
internal import Pools

/// A family of metrics of an export, in the order in which they are written.
enum ExportFamily: Int, CaseIterable, Comparable {
  case rangePorts
  case portsInUse
  case sockets
  case poolInUse
  case poolHeadroom
  case poolCapacity
  case poolReclaimable
  case poolSearching
  case ownerPorts
  case connects
  case failures
  case timeWaitOverflows
  case sampleSeconds
  case samples

  static func < (left: ExportFamily, right: ExportFamily) -> Bool { left.rawValue < right.rawValue }

  /// The name, with its unit; of a counter without "_total".
  var name: String {
    switch self {
    case .rangePorts: "ullage_range_ports"
    case .portsInUse: "ullage_range_ports_in_use"
    case .sockets: "ullage_sockets"
    case .poolInUse: "ullage_pool_ports_in_use"
    case .poolHeadroom: "ullage_pool_ports_headroom"
    case .poolCapacity: "ullage_pool_ports_capacity"
    case .poolReclaimable: "ullage_pool_ports_reclaimable"
    case .poolSearching: "ullage_pool_searching"
    case .ownerPorts: "ullage_owner_ports"
    case .connects: "ullage_connects"
    case .failures: "ullage_connect_failures"
    case .timeWaitOverflows: "ullage_time_wait_overflows"
    case .sampleSeconds: "ullage_sample_cpu_seconds"
    case .samples: "ullage_samples"
    }
  }

  /// What it is.
  var help: String {
    switch self {
    case .rangePorts: "Ports of the range, reserved ones included."
    case .portsInUse: "Distinct local TCP ports of the range in use."
    case .sockets: "TCP sockets that hold a port of the range, by state."
    case .poolInUse: "Ports of the pool in use."
    case .poolHeadroom: "How many more will succeed, at most."
    case .poolCapacity: "Ports that the pool can have."
    case .poolReclaimable: "TIME_WAIT ports that the next connect may take over."
    case .poolSearching: "1 past the cliff, where every connect searches."
    case .ownerPorts: "Ports held by an owner."
    case .connects: "Connects that found a port, since the first frame."
    case .failures: "Connects that failed for want of a port, since the first frame."
    case .timeWaitOverflows: "Sockets that the kernel did not keep in TIME_WAIT."
    case .sampleSeconds: "Processor time that sampling took."
    case .samples: "Samples."
    }
  }

  /// A counter only rises: what frames say of it is summed up.
  var kind: MetricKind { self >= .connects ? .counter : .gauge }

  private static let states: [HostGauge] = [
    .established, .synSent, .synRecv, .finWait1, .finWait2, .timeWait, .closeWait, .lastAck,
    .listen,
    .closing, .boundInactive,
  ]

  /// What a frame says of the family: series, and their values.
  func samples(_ frame: Frame, _ filter: PoolFilter) -> [(ExportSeries.Subject, Double)] {
    func gauge(_ name: HostGauge) -> [(ExportSeries.Subject, Double)] {
      frame.gauges[name].map { [(.host, Double($0.last))] } ?? []
    }
    func counter(_ name: HostCounter, _ scale: Double = 1) -> [(ExportSeries.Subject, Double)] {
      frame.counters[name].map { [(.host, Double($0) * scale)] } ?? []
    }
    func pools(_ value: (PoolRecord) -> Double) -> [(ExportSeries.Subject, Double)] {
      frame.pools.filter { filter.includes($0) }.map { (.pool($0.key), value($0)) }
    }
    switch self {
    case .rangePorts: return [(.host, Double(frame.range.count))]
    case .portsInUse: return gauge(.tcpPortsInUse)
    case .sockets:
      return Self.states.compactMap { name in
        frame.gauges[name].map { (.state(name), Double($0.last)) }
      }
    case .poolInUse: return pools { Double($0.inUse.last) }
    case .poolHeadroom: return pools { Double($0.headroom.last) }
    case .poolCapacity: return pools { Double($0.capacity) }
    case .poolReclaimable: return pools { Double($0.reclaimable) }
    case .poolSearching: return pools { $0.isSearching ? 1 : 0 }
    case .ownerPorts:
      return frame.owners.map { (.owner($0.kind, $0.id, $0.name), Double($0.ports)) }
    case .connects: return counter(.activeOpens)
    case .failures: return frame.failuresHere.map { [(.host, Double($0))] } ?? []
    case .timeWaitOverflows: return counter(.timeWaitOverflows)
    case .sampleSeconds: return counter(.cpuNanoseconds, 1e-9)
    case .samples: return [(.host, Double(frame.sampleCount))]
    }
  }
}

/// One series of an export.
struct ExportSeries: Hashable {
  /// What it is about, within its family.
  enum Subject: Hashable {
    case host
    case state(HostGauge)
    case pool(PoolKey)
    case owner(OwnerRecord.Kind, UInt64, String)
  }

  let family: ExportFamily
  let subject: Subject
}
