import Inet
import KernelTestKit

/// Sockets of every kind at once, for dumps to be compared over.
struct Population {
  private var kept: [Any] = []

  /// Fills the calling thread's namespace.
  init(_ namespace: TestNamespace) throws {
    let ten = IPAddress(ipv4: 0x0a09_0001)
    let eleven = IPAddress(ipv4: 0x0a09_0002)
    let unique = try Self.address("fd00::1")
    for address in [ten, eleven, unique] { try namespace.add(address) }
    // The ports that are named below are nobody else's: the kernel gives none of them to whoever asks for any.
    try namespace.write("32768,32900-32902,33000,60999", to: "ipv4/ip_local_reserved_ports")

    try connect(to: Endpoint(ten, 5000), from: [Endpoint(eleven), Endpoint(ten), .loopback()])
    try connect(to: .loopback(5001), from: [.loopback(), .loopback(33_000), .loopback(60_999)])
    try connect(to: Endpoint(unique, 5002), from: [Endpoint(unique), Endpoint(unique, 32_768)])
    try connect(to: .loopbackIPv6(5003), from: [.loopbackIPv6(), .loopbackIPv6(61_000)])
    try connect(
      to: .mappedLoopback(5004), from: [.mappedLoopback(), Endpoint(ten, isMapped: true)])
    let wildcard = try TestSocket.listener(Endpoint(.anyIPv6, 5005))
    keep(try Connection.established(wildcard, to: .loopback(5005)))
    keep(try Connection.established(wildcard, to: Endpoint(unique, 5005)))
    keep(wildcard)
    keep(try TestSocket.listener(Endpoint(.anyIPv6, 5006), isV6Only: true))
    keep(try TestSocket.listener(Endpoint(.anyIPv4, 5006)))

    for state in [Connection.enterLastAck, Connection.enterClosing] {
      let listener = try TestSocket.listener(.loopback())
      let connection = try Connection.established(listener)
      try state(connection)()
      keep((listener, connection))
    }
    keep(try HalfOpen.synSent(at: .loopback(5010)))
    keep(try HalfOpen.synReceived(at: Endpoint(unique, 5011)))
    keep(try HalfOpen.synReceived(at: .mappedLoopback(5012)))
    for (offset, endpoint) in [Endpoint(eleven), Endpoint(unique), .mappedLoopback()].enumerated() {
      keep(try TestSocket.bound(endpoint))
      var fixed = endpoint
      fixed.port = 32_900 + UInt16(offset)
      keep(try TestSocket.bound(fixed))
      keep(try TestSocket.udp(bound: endpoint))
      keep(try TestSocket.udp(bound: fixed, connected: endpoint.with(port: 53)))
    }
    keep(try TestSocket.udp(bound: Endpoint(.anyIPv6, 20_001)))
    keep(try TestSocket.udp(bound: Endpoint(.anyIPv4, 20_002)))
  }

  /// Connections from each source, each left in another state.
  private mutating func connect(to destination: Endpoint, from sources: [Endpoint]) throws {
    let listener = try TestSocket.listener(destination)
    keep(listener)
    for source in sources {
      keep(try Connection.established(listener, from: source))
      var waiting = try Connection.established(listener, from: source.with(port: 0))
      try waiting.enterTimeWait()
      var orphan = try Connection.established(listener, from: source.with(port: 0))
      orphan.closeClient()
      keep(orphan)
      let lost = try Connection.established(listener, from: source.with(port: 0))
      try lost.enterFinWait1()
      keep(lost)
    }
  }

  private mutating func keep(_ socket: Any) { kept.append(socket) }

  private static func address(_ text: String) throws -> IPAddress {
    struct NoAddress: Error { let text: String }
    guard let address = IPAddress(text) else { throw NoAddress(text: text) }
    return address
  }
}

extension Endpoint {
  /// The same address with another port.
  fileprivate func with(port: UInt16) -> Endpoint {
    var copy = self
    copy.port = port
    return copy
  }
}
