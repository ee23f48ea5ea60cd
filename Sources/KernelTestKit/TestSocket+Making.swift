import Glibc
internal import Inet
public import Kernel

extension TestSocket {
  /// A listener at `endpoint`; of a v6 wildcard, for both families unless `isV6Only`.
  public static func listener(
    _ endpoint: Endpoint, isV6Only: Bool = false, backlog: Int32 = 4096
  ) throws(SystemCallError) -> TestSocket {
    let socket = try TestSocket(.tcp, isIPv6: endpoint.family == AF_INET6)
    try socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
    if isV6Only { try socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    try socket.bind(endpoint)
    try socket.listen(backlog: backlog)
    return socket
  }

  /// A TCP connection to `destination`, from `source` if one is given.
  ///
  /// With `bindsLate` the source's port is chosen by connect() (IP_BIND_ADDRESS_NO_PORT).
  public static func connected(
    to destination: Endpoint, from source: Endpoint? = nil, bindsLate: Bool = false
  ) throws(SystemCallError) -> TestSocket {
    let socket = try TestSocket(.tcp, isIPv6: destination.family == AF_INET6)
    if let source {
      if bindsLate { try socket.set(Int32(IPPROTO_IP), bindAddressNoPort, 1) }
      try socket.bind(source)
    }
    try socket.connect(destination)
    return socket
  }

  /// A TCP socket that is bound and neither listens nor connects (6.8 reports it).
  public static func bound(
    _ endpoint: Endpoint, reuseAddress: Bool = false
  ) throws(SystemCallError) -> TestSocket {
    let socket = try TestSocket(.tcp, isIPv6: endpoint.family == AF_INET6)
    if reuseAddress { try socket.set(SOL_SOCKET, SO_REUSEADDR, 1) }
    try socket.bind(endpoint)
    return socket
  }

  /// A UDP socket, bound and connected as wanted.
  public static func udp(
    bound local: Endpoint? = nil, connected remote: Endpoint? = nil
  ) throws(SystemCallError) -> TestSocket {
    let family = (local ?? remote)?.family ?? AF_INET
    let socket = try TestSocket(.udp, isIPv6: family == AF_INET6)
    if let local { try socket.bind(local) }
    if let remote { try socket.connect(remote) }
    return socket
  }

  /// IP_BIND_ADDRESS_NO_PORT of include/uapi/linux/in.h.
  private static let bindAddressNoPort: Int32 = 24
}
