import Glibc
import Inet
import Kernel
import KernelTestKit
import PropertyTestKit

/// What holds ports without being connected, and children of listeners that have gone.
extension OracleHost {
  /// Some of everything.
  mutating func occupy() throws {
    let most = max(1, portCount / 8)
    for _ in 0..<generator.small(most + 1) { listen() }
    for _ in 0..<generator.small(most + 1) { bindIdly() }
    for _ in 0..<generator.small(2) { listenUnbound() }
    for _ in 0..<generator.small(2) { bindLateAndStay() }
    for _ in 0..<generator.small(2) { resetBound() }
    for _ in 0..<generator.small(3) { joinAndLeave() }
    for _ in 0..<generator.small(portCount / 2 + 1) { holdDatagrams() }
    guard hasHidden else { return }
    for _ in 0..<generator.small(4) { leaveChild() }
  }

  /// Any local address and a wildcard, for a socket of either family.
  private mutating func anyLocal(_ port: UInt16) -> Endpoint {
    let address = generator.pick(Self.ipv4 + Self.ipv6 + [.anyIPv4, .anyIPv6, .anyIPv6])
    return Endpoint(address, port, isMapped: address.isIPv4 && generator.oneIn(4))
  }

  /// A socket with none, either or both of the sharing options, v6only or not, on an interface or not.
  private mutating func anySocket(for endpoint: Endpoint) throws -> TestSocket {
    let socket = try TestSocket(.tcp, isIPv6: endpoint.isIPv6Socket)
    if generator.oneIn(3) { try socket.set(SOL_SOCKET, SO_REUSEADDR, 1) }
    if generator.oneIn(4) { try socket.set(SOL_SOCKET, SO_REUSEPORT, 1) }
    if endpoint.address == .anyIPv6, generator.oneIn(2) {
      try socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
    }
    if generator.oneIn(6) { try socket.setInterface(1) }
    return socket
  }

  private mutating func listen() {
    let endpoint = anyLocal(anyPort())
    keep("listener") { host in
      let socket = try host.anySocket(for: endpoint)
      try socket.bind(endpoint)
      try socket.listen()
      return socket
    }
  }

  private mutating func bindIdly() {
    let endpoint = anyLocal(generator.oneIn(2) ? anyPort() : 0)
    let isLate = endpoint.port != 0 && generator.oneIn(4)
    keep(endpoint.port == 0 ? "bind(…, 0), idle" : "bind(…, P), idle") { host in
      let socket = try host.anySocket(for: endpoint)
      // Has no effect on a bind with a port.
      if isLate { try socket.setBindsLate() }
      try socket.bind(endpoint)
      return socket
    }
  }

  /// listen() without bind() takes a port of the range.
  private mutating func listenUnbound() {
    let isIPv6 = generator.oneIn(2)
    keep("listen() without bind") { _ in
      let socket = try TestSocket(.tcp, isIPv6: isIPv6)
      try socket.listen()
      return socket
    }
  }

  /// Holds no port.
  private mutating func bindLateAndStay() {
    let endpoint = likelyRoute().from
    keep("bind(…, 0) late, idle") { _ in
      let socket = try TestSocket(.tcp, isIPv6: endpoint.isIPv6Socket)
      try socket.setBindsLate()
      try socket.bind(endpoint)
      return socket
    }
  }

  /// A child on a port of the range whose listener has closed; it stays, or waits.
  private mutating func leaveChild() {
    let route = route()
    let isWaiting = generator.oneIn(2), isWild = generator.oneIn(2)
    let port = anyPort()
    let wildcard: IPAddress = route.to.isIPv6Socket ? .anyIPv6 : .anyIPv4
    let local = Endpoint(isWild ? wildcard : route.destination, port, isMapped: route.isMapped)
    do {
      var listener: TestSocket? = try TestSocket.listener(local)
      var target = route.to
      target.port = port
      var client: TestSocket? = try TestSocket.connected(
        to: target, from: route.from, bindsLate: true)
      guard let child = try listener?.accept() else { return }
      listener = nil
      if isWaiting {
        try child.shutDownWriting()
        Settling.pause(milliseconds: 5)
        client = nil
        Settling.pause(milliseconds: 5)
      } else {
        kept.append(child)
      }
      if let client { kept.append(client) }
      note(isWaiting ? "child in TIME_WAIT, listener gone" : "child, listener gone")
    } catch { return }
  }

  /// Bound, connected, reset by its peer: the port stays, and is no connection's.
  private mutating func resetBound() {
    let route = route()
    var local = route.from
    local.port = generator.oneIn(2) ? anyPort() : 0
    do {
      let client = try TestSocket.connected(to: route.to, from: local)
      try accept(at: route.port).setReset()
      kept.append(client)
      note(local.port == 0 ? "bind(…, 0), reset by peer" : "bind(…, P), reset by peer")
    } catch { return }
  }

  /// A bind beside what connect() chose, on another address, and gone again: blocks no more.
  private mutating func joinAndLeave() {
    let route = route()
    guard let client = try? TestSocket.connected(to: route.to, from: route.from, bindsLate: true),
      let server = try? accept(at: route.port), let port = try? client.local.port
    else { return }
    kept += [client, server]
    let other = generator.pick(Self.ipv4)
    if let joined = try? TestSocket.bound(Endpoint(other, port)) {
      withExtendedLifetime(joined) { note("joined by a bind that left") }
    }
  }

  private mutating func holdDatagrams() {
    let local = anyLocal(generator.oneIn(2) ? anyPort() : 0)
    let remote = generator.oneIn(2) ? generator.pick(Self.ipv4) : Self.ipv6[0]
    switch generator.small(3) {
    case 0: keep("UDP, bound") { _ in try TestSocket.udp(bound: local) }
    case 1: keep("UDP, connected") { _ in try TestSocket.udp(connected: Endpoint(remote, 53)) }
    default:
      let isOnly = local.address == .anyIPv6
      keep("UDP, v6only or bound") { _ in
        let socket = try TestSocket(.udp, isIPv6: local.isIPv6Socket)
        if isOnly { try socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        try socket.bind(local)
        return socket
      }
    }
  }
}
