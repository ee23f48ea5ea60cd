internal import Inet
internal import Kernel

extension SocketAddress {
  /// `address` and `port` for a socket of its own family, or of AF_INET6 with `isMapped`.
  init(_ address: IPAddress, port: UInt16, scope: UInt32 = 0, isMapped: Bool = false) {
    if address.isIPv4, !isMapped {
      self.init(ipv4: UInt32(truncatingIfNeeded: address.low), port: port)
    } else {
      self.init(ipv6High: address.high, low: address.low, port: port, scope: scope)
    }
  }

  /// The address; a mapped one is IPv4.
  var address: IPAddress {
    isIPv6
      ? IPAddress(high: high, low: low) : IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
  }
}
