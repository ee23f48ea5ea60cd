internal import Frames
internal import Inet
internal import Metrics
internal import Pools

/// One series of an export: a family of the exporter's metrics, and what the series is about in it.
struct ExportSeries: Hashable {
  /// What a series is about, within its family.
  enum Subject: Hashable {
    case namespace
    case transport(TransportProtocol)
    case state(HostGauge)
    case pool(PoolKey)
    case owner(OwnerRecord.Kind, UInt64, String)
  }

  let family: MetricFamily
  let subject: Subject

  /// What one frame says of a series.
  typealias Sample = (subject: Subject, value: Double)
}

extension MetricFamily {
  /// The families of an export, in the order in which they are written: what frames say of their own
  /// moment, so that a recording that is taken in later looks as if an exporter had been asked.
  static let exported: [MetricFamily] = [
    .rangePorts, .rangePortsInUse, .sockets, .poolInUse, .poolHeadroom, .poolCapacity,
    .poolReclaimable, .poolSearching, .addressInUse, .addressHeadroom, .addressCapacity,
    .ownerPorts, .connects, .connectFailures, .failuresAttributed, .timeWaitOverflows, .sampleCPU,
    .samples,
  ]

  /// Its place among those that are exported.
  var exportPlace: Int { Self.exported.firstIndex(of: self) ?? Self.exported.count }

  /// What a frame says of the family: series, and their values; of a counter what was added to it.
  func exportSamples(_ frame: Frame, _ filter: PoolFilter) -> [ExportSeries.Sample] {
    func counter(_ name: HostCounter, _ scale: Double = 1) -> [ExportSeries.Sample] {
      frame.counters[name].map { [(.namespace, Double($0) * scale)] } ?? []
    }
    switch self {
    case .rangePorts: return [(.namespace, Double(frame.range.count))]
    case .rangePortsInUse:
      return [(.tcpPortsInUse, .tcp), (.udpPortsInUse, .udp)].compactMap { name, transport in
        (frame.gauges[name] as Gauge?).map { (.transport(transport), Double($0.last)) }
      }
    case .sockets:
      return MetricLabels.tcpStates.compactMap { name in
        frame.gauges[name].map { (.state(name), Double($0.last)) }
      } + (frame.gauges[.udpSockets].map { [(.transport(.udp), Double($0.last))] } ?? [])
    case .ownerPorts:
      return frame.owners.map { (.owner($0.kind, $0.id, $0.name), Double($0.ports)) }
    case .connects: return counter(.activeOpens)
    case .connectFailures:
      return frame.flags.contains(.failuresOfNamespace) ? [] : counter(.connectFailures)
    case .failuresAttributed:
      return frame.counters[.connectFailures] == nil
        ? [] : [(.namespace, Double(frame.failuresKnownHere))]
    case .timeWaitOverflows: return counter(.timeWaitOverflows)
    case .sampleCPU: return counter(.cpuNanoseconds, 1e-9)
    case .samples: return [(.namespace, Double(frame.sampleCount))]
    default:
      return frame.pools.filter { filter.includes($0) }.compactMap { pool in
        exportValue(pool).map { (.pool(pool.key), $0) }
      }
    }
  }

  /// What a pool is in the family; nil where pools of its kind are not told of there.
  private func exportValue(_ pool: PoolRecord) -> Double? {
    let isAddress = pool.key.localAddress != nil
    if isAddress != (scope == .address) { return nil }
    if scope == .connectPool, pool.key.kind != .connect { return nil }
    switch self {
    case .poolInUse, .addressInUse: return Double(pool.inUse.last)
    case .poolHeadroom, .addressHeadroom: return Double(pool.headroom.last)
    case .poolCapacity, .addressCapacity: return Double(pool.capacity)
    case .poolReclaimable: return Double(pool.reclaimable)
    case .poolSearching: return pool.isSearching ? 1 : 0
    default: return nil
    }
  }
}
