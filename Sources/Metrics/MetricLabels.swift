internal import Frames
internal import Inet
internal import Pools

/// Labels of series, as bytes that are ready to be written.
enum MetricLabels {
  /// `names` and their values.
  static func of(_ labels: (String, String)...) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in labels { ExpositionWriter.appendLabel(name, value, to: &bytes) }
    return bytes
  }

  /// The labels of a pool.
  static func of(_ key: PoolKey) -> [UInt8] {
    var bytes = of(("kind", key.kind.rawValue), ("protocol", key.transport.name))
    func append(_ name: String, _ value: String) {
      ExpositionWriter.appendLabel(name, value, to: &bytes)
    }
    switch key {
    case .connect(let source, let destination, let port, let interface):
      append("source", "\(source)")
      append("destination", "\(destination)")
      append("port", "\(port)")
      if interface != 0 { append("interface", "\(interface)") }
    case .bind(let local), .udpBind(let local): append("source", "\(local)")
    case .udp(let family): append("family", family.rawValue)
    }
    return bytes
  }

  /// The labels of what the connect pools without a series are.
  static let other = of(
    ("kind", PoolKind.connect.rawValue), ("protocol", TransportProtocol.tcp.name),
    ("destination", "other"))

  /// By kind, in the order of its cases.
  static let kinds = PoolKind.allCases.map { of(("kind", $0.rawValue)) }

  /// The gauges of states, and their labels.
  static let states: [(gauge: HostGauge, labels: [UInt8])] = {
    let names: [HostGauge] = [
      .established, .synSent, .synRecv, .finWait1, .finWait2, .timeWait, .closeWait, .lastAck,
      .listen, .closing, .boundInactive,
    ]
    return names.map { ($0, of(("protocol", TransportProtocol.tcp.name), ("state", $0.key))) }
  }()

  static let tcp = of(("protocol", TransportProtocol.tcp.name))
  static let udp = of(("protocol", TransportProtocol.udp.name))
}
