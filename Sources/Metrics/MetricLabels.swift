public import Frames
public import Inet
public import Pools

/// Labels of series, as bytes that are ready to be written.
public enum MetricLabels {
  /// `labels`, names and values.
  public static func of(_ labels: (String, String)...) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in labels { ExpositionWriter.appendLabel(name, value, to: &bytes) }
    return bytes
  }

  /// The labels of a pool; of an address where it is the pool of its binds. `text` is what an address is
  /// called.
  public static func of(_ key: PoolKey, text: (IPAddress) -> String = { "\($0)" }) -> [UInt8] {
    if let address = key.localAddress {
      return of(("protocol", key.transport.name), ("address", text(address)))
    }
    var bytes = of(("kind", key.kind.rawValue), ("protocol", key.transport.name))
    func append(_ name: String, _ value: String) {
      ExpositionWriter.appendLabel(name, value, to: &bytes)
    }
    switch key {
    case .connect(let source, let destination, let port, let interface):
      append("source", text(source))
      append("destination", text(destination))
      append("port", "\(port)")
      if interface != 0 { append("interface", "\(interface)") }
    case .bind(let local), .udpBind(let local): append("source", "\(local)")
    case .udp(let family): append("family", family.rawValue)
    }
    return bytes
  }

  /// The labels of a protocol.
  public static func of(_ transport: TransportProtocol) -> [UInt8] {
    of(("protocol", transport.name))
  }

  /// The labels of a TCP state, one of `tcpStates`.
  public static func of(_ state: HostGauge) -> [UInt8] {
    of(("protocol", TransportProtocol.tcp.name), ("state", state.key))
  }

  /// The gauges that are states.
  public static let tcpStates: [HostGauge] = [
    .established, .synSent, .synRecv, .finWait1, .finWait2, .timeWait, .closeWait, .lastAck,
    .listen, .closing, .boundInactive,
  ]

  /// The labels of what the connect pools without a series are.
  static let other = of(
    ("kind", PoolKind.connect.rawValue), ("protocol", TransportProtocol.tcp.name),
    ("destination", "other"))

  /// By kind, in the order of its cases.
  static let kinds = PoolKind.allCases.map { of(("kind", $0.rawValue)) }

  /// The gauges of states, and their labels.
  static let states = tcpStates.map { (gauge: $0, labels: of($0)) }

  static let tcp = of(TransportProtocol.tcp)
  static let udp = of(TransportProtocol.udp)
}
