import Glibc
import Inet
import Kernel
import KernelTestKit
import Pools
import PropertyTestKit

/// Something that is done again and again until it fails for want of ports.
struct OracleTrial {
  /// What is tried, as the table's rows name it.
  enum Kind: String, CaseIterable {
    case connect = "connect"
    case connectHalf = "connect, never answered"
    case connectRepair = "connect, without packets"
    case connectUnbound = "connect, source by the route"
    case connectOnInterface = "connect, on an interface"
    case bindAddress = "bind(address, 0)"
    case bindAnyIPv4 = "bind(0.0.0.0, 0)"
    case bindAny = "bind([::], 0)"
    case udpIPv4 = "udp connect, IPv4"
    case udpIPv6 = "udp connect, IPv6"
    case udpBindAddress = "udp-bind(address, 0)"
    case udpBindAny = "udp-bind([::], 0)"
  }

  let kind: Kind
  let key: PoolKey
  /// What the last call fails with.
  let errno: Int32
  /// Where the other ends queue up, if they do.
  var server: UInt16?
  let act: () throws -> TestSocket

  /// What came of it: the local ends, in their order.
  func run(on host: OracleHost) throws -> [Endpoint] {
    var sockets: [TestSocket] = []
    while sockets.count <= host.portCount {
      do {
        sockets.append(try act())
      } catch let error as SystemCallError where error.errno.rawValue == errno {
        break
      }
    }
    let locals = try sockets.map { try $0.local }
    let count = sockets.count
    sockets.removeAll()
    // The children are dead by now; their queue must be empty for whoever comes next.
    if let server { for _ in 0..<count { _ = try host.accept(at: server) } }
    return locals
  }
}

extension OracleTrial {
  /// A connect along `route`, in one of the ways.
  static func connect(_ kind: Kind, _ route: Route) -> OracleTrial {
    let key = PoolKey.connect(
      source: route.source, destination: route.destination, port: route.port,
      interface: kind == .connectOnInterface ? 1 : 0)
    let isHalf = kind == .connectHalf || kind == .connectOnInterface
    let isAnswered = !isHalf && kind != .connectRepair
    return OracleTrial(
      kind: kind, key: key, errno: EADDRNOTAVAIL, server: isAnswered ? route.port : nil
    ) {
      let socket = try TestSocket(.tcp, isIPv6: route.to.isIPv6Socket)
      if kind == .connectRepair { try socket.setRepair() } else { try socket.setReset() }
      if kind == .connectOnInterface { try socket.setInterface(1) }
      if kind != .connectUnbound {
        try socket.setBindsLate()
        try socket.bind(route.from)
      }
      if isHalf {
        try socket.startConnecting(route.to)
      } else {
        try socket.connect(route.to)
      }
      return socket
    }
  }

  /// bind(address, 0) of TCP; of the wildcards too.
  static func bind(_ address: IPAddress, isMapped: Bool = false) -> OracleTrial {
    let (kind, local): (Kind, BindLocal) =
      address == .anyIPv4
      ? (.bindAnyIPv4, .anyIPv4)
      : address == .anyIPv6 ? (.bindAny, .any) : (.bindAddress, .address(address))
    return OracleTrial(kind: kind, key: .bind(local), errno: EADDRINUSE) {
      try TestSocket.bound(Endpoint(address, isMapped: isMapped))
    }
  }

  /// A UDP connect() without bind.
  static func udp(to destination: IPAddress, isMapped: Bool = false) -> OracleTrial {
    let isIPv4 = destination.isIPv4 && !isMapped
    return OracleTrial(
      kind: isIPv4 ? .udpIPv4 : .udpIPv6, key: .udp(isIPv4 ? .ipv4 : .ipv6), errno: EAGAIN
    ) {
      try TestSocket.udp(connected: Endpoint(destination, 53, isMapped: isMapped))
    }
  }

  /// bind(address, 0) of UDP.
  static func udpBind(_ address: IPAddress, isMapped: Bool = false) -> OracleTrial {
    let isAny = address == .anyIPv6
    return OracleTrial(
      kind: isAny ? .udpBindAny : .udpBindAddress, key: .udpBind(isAny ? .any : .address(address)),
      errno: EADDRINUSE
    ) {
      try TestSocket.udp(bound: Endpoint(address, isMapped: isMapped))
    }
  }
}

extension OracleHost {
  /// What is tried in one phase: binds first, because a connect that takes a TIME_WAIT over changes them.
  mutating func trials(_ exact: NamespaceSnapshot) -> [OracleTrial] {
    var trials: [OracleTrial] = []
    for address in Self.ipv4 + Self.ipv6 + [.anyIPv4, .anyIPv6] {
      let isMapped = address.isIPv4 && address != .anyIPv4 && generator.oneIn(2)
      if Self.forgetsBinds { trials.append(.bind(address, isMapped: isMapped)) }
      if address != .anyIPv4 { trials.append(.udpBind(address, isMapped: isMapped)) }
    }
    for address in Self.ipv4 { trials.append(.udp(to: address, isMapped: generator.oneIn(2))) }
    for address in Self.ipv6 { trials.append(.udp(to: address)) }
    return trials + connects(exact)
  }

  private mutating func connects(_ exact: NamespaceSnapshot) -> [OracleTrial] {
    var trials: [OracleTrial] = []
    for route in allRoutes() {
      let kind: OracleTrial.Kind
      if route.port == Self.deafPort {
        kind = .connectHalf
      } else if generator.oneIn(3) {
        kind = .connectRepair
      } else if route.source == route.destination, generator.oneIn(2) {
        // What the route to an address of this host gives, but in 127.0.0.0/8.
        kind = route.source == Self.ipv4[3] ? .connect : .connectUnbound
      } else {
        kind = .connect
      }
      trials.append(.connect(kind, route))
    }
    for pool in exact.pools {
      if case .connect(let source, let destination, Self.deafPort, 1) = pool.key {
        trials.append(
          .connect(
            .connectOnInterface,
            Route(source, destination, Self.deafPort, isMapped: source.isIPv4 && generator.oneIn(3))
          ))
      }
    }
    trials.shuffle(using: &generator)
    return trials
  }

  private mutating func allRoutes() -> [Route] {
    var routes: [Route] = []
    for port in Self.answeringPorts + [Self.deafPort] {
      for sources in [Self.ipv4, Self.ipv6] {
        for source in sources {
          for destination in sources {
            let isMapped = source.isIPv4 && generator.oneIn(2)
            routes.append(Route(source, destination, port, isMapped: isMapped))
          }
        }
      }
    }
    return routes
  }
}
