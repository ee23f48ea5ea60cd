public import Inet
internal import Kernel

/// What a probe connects to, and from where.
public struct ProbeTarget: Hashable, Sendable {
  /// TCP, or UDP, where connect() sends nothing by itself.
  public var transport: TransportProtocol
  /// The address to bind to before, with IP_BIND_ADDRESS_NO_PORT; nil leaves it to the route.
  public var source: IPAddress?
  /// The remote address.
  public var destination: IPAddress
  /// The remote port.
  public var port: UInt16
  /// The index of the interface that a link-local address needs; 0 for none.
  public var interface: UInt32
  /// Whether an IPv4 destination is used through an AF_INET6 socket. For TCP the pool is the same; UDP
  /// then draws from the pool of dual-stack sockets.
  public var isMapped: Bool

  /// The target given.
  public init(
    _ transport: TransportProtocol = .tcp, source: IPAddress? = nil, destination: IPAddress,
    port: UInt16, interface: UInt32 = 0, isMapped: Bool = false
  ) {
    self.transport = transport
    self.source = source
    self.destination = destination
    self.port = port
    self.interface = interface
    self.isMapped = isMapped
  }

  /// Whether it takes an AF_INET6 socket.
  var isIPv6Socket: Bool { isMapped || !destination.isIPv4 }

  var remote: SocketAddress {
    SocketAddress(destination, port: port, scope: interface, isMapped: isMapped)
  }

  var local: SocketAddress? {
    source.map { SocketAddress($0, port: 0, scope: interface, isMapped: isMapped) }
  }
}
