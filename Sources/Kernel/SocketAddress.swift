internal import CKernel

/// An address and a port for a socket call, in host byte order: what stands below the address types.
public struct SocketAddress: Hashable, Sendable {
  /// Bits 127 to 64 of an IPv6 address; 0 for IPv4.
  public var high: UInt64
  /// Bits 63 to 0 of an IPv6 address; the 32 bits of an IPv4 address.
  public var low: UInt64
  /// The port; 0 lets the kernel choose one.
  public var port: UInt16
  /// Whether this is a sockaddr_in6; a mapped IPv4 address is.
  public var isIPv6: Bool
  /// The interface's index that a link-local IPv6 address needs; 0 for none.
  public var scope: UInt32

  /// The IPv4 address with these 32 bits.
  public init(ipv4 bits: UInt32, port: UInt16) {
    self.init(ipv6High: 0, low: UInt64(bits), port: port, scope: 0)
    isIPv6 = false
  }

  /// The IPv6 address with these 128 bits.
  public init(ipv6High high: UInt64, low: UInt64, port: UInt16, scope: UInt32 = 0) {
    self.high = high
    self.low = low
    self.port = port
    self.scope = scope
    isIPv6 = true
  }
}

extension SocketAddress {
  init(_ endpoint: CKernel_endpoint) {
    self.init(
      ipv6High: endpoint.high, low: endpoint.low, port: endpoint.port, scope: endpoint.scope)
    isIPv6 = endpoint.is_ipv6 != 0
  }

  var endpoint: CKernel_endpoint {
    CKernel_endpoint(
      high: high, low: low, scope: scope, port: port, is_ipv6: isIPv6 ? 1 : 0)
  }
}
