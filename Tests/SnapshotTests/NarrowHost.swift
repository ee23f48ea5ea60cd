import Glibc
import Inet
import Kernel
import KernelTestKit
import PropertyTestKit

/// A random namespace with a narrow range of ports, in which every number can be tried out.
///
/// All that a dump can tell is made here: connects with ports of connect's choosing, listeners and idle
/// binds before and after them, TIME_WAIT, orphans. Sockets that were bound before they connected are
/// not: their ports block and do not show, which is what "upper bound" means.
struct NarrowHost {
  /// 10.9.0.1 and 10.9.0.2, 127.0.0.1, and ::1.
  static let addresses = [
    IPAddress(ipv4: 0x0a09_0001), IPAddress(ipv4: 0x0a09_0002), IPAddress(ipv4: 0x7f00_0001),
  ]
  static let loopbackIPv6 = IPAddress(high: 0, low: 1)

  var generator: SeededGenerator
  let low: UInt16
  let high: UInt16
  private let hasShortDelay: Bool
  private var kept: [TestSocket] = []
  private(set) var servers: [TestSocket] = []

  /// Settles in the calling thread's namespace. An even number of ports: of odd ones the kernel may
  /// miss one.
  init(_ namespace: TestNamespace, _ generator: SeededGenerator) throws {
    var generator = generator
    low = generator.pick([40_000, 40_001])
    high = low + generator.pick([19, 19, 11, 39])
    for address in Self.addresses.prefix(2) { try namespace.add(address) }
    try namespace.setPortRange(low, high)
    let reserved = (low...high).filter { _ in generator.oneIn(8) }
    if !reserved.isEmpty {
      try namespace.write(
        reserved.map(String.init).joined(separator: ","), to: "ipv4/ip_local_reserved_ports")
    }
    try namespace.write("\(generator.pick([0, 1, 2]))", to: "ipv4/tcp_tw_reuse")
    // 6.14 has the delay; before it is one second.
    hasShortDelay =
      (try? namespace.write("50", to: "ipv4/tcp_tw_reuse_delay")) != nil
    self.generator = generator
    servers = [try TestSocket.listener(Endpoint(.anyIPv6, 5000))]
  }

  /// Fills the namespace; what the kernel refuses, because it collides, is left out.
  mutating func fill() throws {
    for _ in 0..<3 {
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: occupy()
      case 1: try connectSome()
      default: datagrams()
      }
    }
    try connectSome()
    occupy()
    Settling.pause(milliseconds: hasShortDelay ? 150 : 1200)
  }

  /// Listeners and idle binds within the range.
  private mutating func occupy() {
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      let endpoint = anyEndpoint(UInt16.random(in: low...high, using: &generator))
      let isV6Only = generator.oneIn(3)
      if generator.oneIn(2) {
        keep { try TestSocket.listener(endpoint, isV6Only: isV6Only && endpoint.isIPv6Socket) }
      } else {
        keep { try TestSocket.bound(endpoint) }
      }
    }
  }

  private mutating func datagrams() {
    for _ in 0..<Int.random(in: 0...5, using: &generator) {
      let port = UInt16.random(in: low...high, using: &generator)
      let local = anyEndpoint(port)
      if generator.oneIn(2) {
        keep { try TestSocket.udp(bound: local) }
      } else {
        let remote = Endpoint(generator.oneIn(2) ? Self.addresses[0] : Self.loopbackIPv6, 53)
        keep { try TestSocket.udp(connected: remote) }
      }
    }
  }

  /// Connections to two destinations, left established, as TIME_WAIT or as orphans in FIN_WAIT2.
  private mutating func connectSome() throws {
    var ends: [(client: TestSocket, server: TestSocket)] = []
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      let (source, destination) = pair()
      do {
        let client = try TestSocket.connected(to: destination, from: source, bindsLate: true)
        ends.append((client, try servers[0].accept()))
      } catch { continue }
    }
    let kinds = ends.map { _ in generator.pick([0, 0, 1, 2]) }
    for (kind, end) in zip(kinds, ends) where kind == 1 { try end.client.shutDownWriting() }
    for (kind, end) in zip(kinds, ends) where kind == 0 { kept += [end.client, end.server] }
    for (kind, end) in zip(kinds, ends) where kind == 2 { kept.append(end.server) }
    Settling.pause()
    // The servers of kind 1 close second, their clients' ports stay in TIME_WAIT; the clients of kind 2
    // close, their servers do not.
    var waiting = zip(kinds, ends).filter { $0.0 == 1 }.map { Optional($0.1.server) }
    var clients = ends.map { Optional($0.client) }
    ends.removeAll()
    for index in waiting.indices { waiting[index] = nil }
    Settling.pause()
    for index in clients.indices { clients[index] = nil }
  }

  /// A source and a destination that can reach each other, plain, mapped or native IPv6.
  mutating func pair() -> (source: Endpoint, destination: Endpoint) {
    if generator.oneIn(5) {
      return (Endpoint(Self.loopbackIPv6), Endpoint(Self.loopbackIPv6, 5000))
    }
    let isMapped = generator.oneIn(3)
    return (
      Endpoint(generator.pick(Self.addresses), isMapped: isMapped),
      Endpoint(generator.pick(Array(Self.addresses.prefix(2))), 5000, isMapped: isMapped)
    )
  }

  private mutating func anyEndpoint(_ port: UInt16) -> Endpoint {
    let address = generator.pick(Self.addresses + [.anyIPv4, Self.loopbackIPv6, .anyIPv6])
    return Endpoint(address, port, isMapped: address.isIPv4 && generator.oneIn(4))
  }

  private mutating func keep(_ make: () throws -> TestSocket) {
    if let socket = try? make() { kept.append(socket) }
  }
}
