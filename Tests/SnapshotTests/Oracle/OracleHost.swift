import Inet
import Kernel
import KernelTestKit
import PropertyTestKit

/// A random namespace with a narrow range of ports, filled with every kind of socket that holds a port.
///
/// Two of three also have what a dump cannot tell: sockets that were bound before they connected, their
/// TIME_WAIT, children whose listener has gone. In a third of them some connections have no timestamps.
struct OracleHost {
  /// Of this host, all on `lo`; 127.0.0.2 is so without being added.
  static let ipv4 = [
    IPAddress(ipv4: 0x0a09_0001), IPAddress(ipv4: 0x0a09_0002), IPAddress(ipv4: 0x7f00_0001),
    IPAddress(ipv4: 0x7f00_0002),
  ]
  static let ipv6 = [IPAddress(high: 0, low: 1), IPAddress(high: 0xfd00_0009_0000_0000, low: 1)]
  /// Where connections are answered, and where nothing is heard.
  static let answeringPorts: [UInt16] = [5000, 5001]
  static let deafPort: UInt16 = 5002

  /// Whether a port is free again when its explicit owner has gone. Where it is not, binds leave traces, and
  /// ports are blocked that no dump shows.
  static let forgetsBinds = KernelVersion.running().has(.recomputesBuckets)

  let namespace: TestNamespace
  var generator: SeededGenerator
  /// Whether there are ports that block and do not show.
  let hasHidden: Bool
  /// Whether the age at which a TIME_WAIT is reused can be set (6.14).
  let hasDelay: Bool
  /// Whether some connections are without timestamps, which no dump tells either.
  let mixesTimestamps: Bool
  let low: UInt16
  let high: UInt16
  /// Tuples that most of the connections are of.
  var favourites: [Route] = []
  var kept: [TestSocket] = []
  /// How many of each kind were made.
  var made: [String: Int] = [:]
  /// What answers, by port.
  private(set) var servers: [UInt16: TestSocket] = [:]

  /// Settles in a namespace of its own, with small tables where the kernel gives such, so that a walk does
  /// not pass the sockets of the whole host.
  init(_ generator: SeededGenerator) throws {
    var generator = generator
    let parent = try TestNamespace.enter()
    try? parent.write("1024", to: "ipv4/tcp_child_ehash_entries")
    try? parent.write("1024", to: "ipv4/udp_child_hash_entries")
    namespace = try TestNamespace.enter()
    for address in Self.ipv4.prefix(2) + Self.ipv6.suffix(1) { try namespace.add(address) }
    hasHidden = !generator.oneIn(3) || !Self.forgetsBinds
    hasDelay = (try? namespace.write("200", to: "ipv4/tcp_tw_reuse_delay")) != nil
    mixesTimestamps = generator.oneIn(3)
    low = generator.pick([40_000, 40_001])
    high = low + generator.pick([19, 19, 19, 11, 39, 18, 20, 31, 2, 1, 0])
    try namespace.setPortRange(low, high)
    let rarity = generator.pick([8, 8, 3, 1000])
    let reserved = (low...high).filter { _ in generator.oneIn(rarity) }
    if !reserved.isEmpty {
      try namespace.write(
        reserved.map(String.init).joined(separator: ","), to: "ipv4/ip_local_reserved_ports")
    }
    self.generator = generator
    for port in Self.answeringPorts + [Self.deafPort] {
      servers[port] = try TestSocket.listener(Endpoint(.anyIPv6, port))
    }
    try servers[Self.deafPort]?.goDeaf()
    favourites = (0..<generator.pick([1, 2, 4])).map { _ in route() }
  }

  var portCount: Int { Int(high) - Int(low) + 1 }

  /// A port of the range.
  mutating func anyPort() -> UInt16 { UInt16.random(in: low...high, using: &generator) }

  /// A source and an answering destination that it reaches.
  mutating func route() -> Route {
    let port = generator.pick(Self.answeringPorts)
    if generator.oneIn(5) {
      return Route(generator.pick(Self.ipv6), generator.pick(Self.ipv6), port, isMapped: false)
    }
    return Route(
      generator.pick(Self.ipv4), generator.pick(Self.ipv4), port, isMapped: generator.oneIn(3))
  }

  /// One of the favourites mostly.
  mutating func likelyRoute() -> Route { generator.oneIn(4) ? route() : generator.pick(favourites) }

  /// The server's end of the next connection in its queue.
  func accept(at port: UInt16) throws -> TestSocket {
    guard let server = servers[port] else { throw MissingServer() }
    return try server.accept()
  }

  struct MissingServer: Error {}

  /// The local ends of kept sockets that TCP has given up, with their errors: their ports are free, and not
  /// by our doing. Empties the sockets' errors.
  func lostEnds() -> [String] {
    kept.filter(\.isClosed).compactMap { socket in
      let error = socket.takeError()
      return error == 0
        ? nil : "\((try? socket.local).map { "\($0)" } ?? "?") \(Errno(rawValue: error))"
    }
  }

  /// Lets orphans end soon, which hold the namespace as long as they try to be heard.
  func leave() throws { try namespace.write("1", to: "ipv4/tcp_orphan_retries") }

  /// Counts what was made.
  mutating func note(_ kind: String) { made[kind, default: 0] += 1 }

  /// Keeps what can be made; what collides with something else is left out.
  mutating func keep(_ kind: String, _ make: (inout Self) throws -> TestSocket) {
    guard let socket = try? make(&self) else { return }
    kept.append(socket)
    note(kind)
  }
}

/// A source and a destination.
struct Route: Hashable {
  var source: IPAddress
  var destination: IPAddress
  var port: UInt16
  /// Whether IPv4 goes through AF_INET6 sockets.
  var isMapped: Bool

  init(_ source: IPAddress, _ destination: IPAddress, _ port: UInt16, isMapped: Bool) {
    self.source = source
    self.destination = destination
    self.port = port
    self.isMapped = isMapped
  }

  var from: Endpoint { Endpoint(source, isMapped: isMapped) }
  var to: Endpoint { Endpoint(destination, port, isMapped: isMapped) }
}
