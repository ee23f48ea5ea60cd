import Inet
import Kernel
import KernelTestKit
import PropertyTestKit

/// Sockets on ports of a narrow range, and the test's own account of which of them block connect().
struct PortLedger {
  static let low: UInt16 = 40_000
  static let high: UInt16 = 40_099
  static let addresses = [
    IPAddress(ipv4: 0x0a09_0001), IPAddress(ipv4: 0x0a09_0002), IPAddress(ipv4: 0x7f00_0001),
  ]
  static let loopbackIPv6 = IPAddress(high: 0, low: 1)

  /// Ports that no connect() may take, the reserved ones apart.
  private(set) var blocked: [UInt16: String] = [:]
  /// Ports in use that block nobody but their own tuple.
  private(set) var shared: [UInt16: String] = [:]
  let reserved: PortSet
  var generator: SeededGenerator
  private var kept: [TestSocket] = []
  private let servers: [TestSocket]

  /// Settles in the calling thread's fresh namespace.
  init(_ namespace: TestNamespace, _ generator: SeededGenerator) throws {
    var generator = generator
    for address in Self.addresses.prefix(2) { try namespace.add(address) }
    try namespace.setPortRange(Self.low, Self.high)
    let list = (Self.low...Self.high).filter { _ in generator.oneIn(12) } + [9, 50_000]
    try namespace.write(
      list.map(String.init).joined(separator: ","), to: "ipv4/ip_local_reserved_ports")
    reserved = PortSet(list)
    servers = [try TestSocket.listener(Endpoint(.anyIPv6, 5000))]
    self.generator = generator
  }

  /// Occupies some sixty ports in every way there is.
  mutating func fill() throws {
    for _ in 0..<rounds(8) where blocked.count + shared.count < 60 {
      try listen()
      try bind()
      try bindBeforeConnecting(waits: false)
      try bindBeforeConnecting(waits: true)
      try acceptAndCloseListener()
      try connect(waits: false)
      try connect(waits: true)
      try holdDatagrams()
    }
    Settling.pause()
  }

  /// A port that nobody has yet, and that is not reserved.
  private mutating func freePort() -> UInt16 {
    let free = (Self.low...Self.high).filter {
      blocked[$0] == nil && shared[$0] == nil && !reserved.contains($0)
    }
    return generator.pick(free)
  }

  private mutating func anyLocal(_ port: UInt16) -> Endpoint {
    let address = generator.pick(Self.addresses + [.anyIPv4, Self.loopbackIPv6, .anyIPv6])
    return Endpoint(address, port, isMapped: address.isIPv4 && generator.oneIn(4))
  }

  private mutating func listen() throws {
    let endpoint = anyLocal(freePort())
    kept.append(
      try TestSocket.listener(
        endpoint, isV6Only: endpoint.isIPv6Socket && !endpoint.isMapped && generator.oneIn(2)))
    blocked[endpoint.port] = "listener"
  }

  private mutating func bind() throws {
    let endpoint = anyLocal(freePort())
    kept.append(try TestSocket.bound(endpoint, reuseAddress: generator.oneIn(2)))
    blocked[endpoint.port] = "bound"
  }

  /// bind(A, 0) or bind(A, P), then connect(): established, or in TIME_WAIT.
  private mutating func bindBeforeConnecting(waits: Bool) throws {
    let port = generator.oneIn(2) ? freePort() : 0
    let client = try TestSocket.connected(
      to: Endpoint(Self.addresses[0], 5000),
      from: Endpoint(generator.pick(Array(Self.addresses.prefix(2))), port))
    blocked[try client.local.port] = waits ? "its TIME_WAIT" : "bound before it connected"
    try keep(client, waits: waits)
  }

  /// An accepted child of a listener in the range, which has gone since.
  private mutating func acceptAndCloseListener() throws {
    let endpoint = Endpoint(generator.pick(Self.addresses), freePort())
    let listener = try TestSocket.listener(endpoint)
    // The client's port stands outside the range: it is the child's that is looked at.
    let client = try TestSocket.connected(to: endpoint, from: Endpoint(Self.addresses[0], 0))
    blocked[try client.local.port] = "bound before it connected"
    kept += [client, try listener.accept()]
    blocked[endpoint.port] = "child of a listener that has gone"
  }

  private mutating func connect(waits: Bool) throws {
    let bindsLate = generator.oneIn(2)
    let client = try TestSocket.connected(
      to: Endpoint(Self.addresses[1], 5000),
      from: bindsLate ? Endpoint(Self.addresses[1]) : nil, bindsLate: bindsLate)
    let port = try client.local.port
    if blocked[port] == nil { shared[port] = waits ? "TIME_WAIT of a connect()" : "connect()" }
    try keep(client, waits: waits)
  }

  private mutating func holdDatagrams() throws {
    let port = freePort()
    kept.append(try TestSocket.udp(bound: Endpoint(.anyIPv6, port)))
    shared[port] = "UDP"
  }

  /// Keeps a connection, or leaves its client's port in TIME_WAIT.
  private mutating func keep(_ client: TestSocket, waits: Bool) throws {
    let server = try servers[0].accept()
    guard waits else {
      kept += [client, server]
      return
    }
    // The server hears the FIN before it closes, and is the second to close.
    try withExtendedLifetime(server) {
      try client.shutDownWriting()
      Settling.pause()
    }
  }
}
