internal import Inet
internal import NIOCore

/// Whose a connection is, as far as its address says: an IPv4 address, or the 64 bits that a host has of IPv6.
///
/// All of this host that come over a socket of the file system are one.
struct ClientAddress: Hashable {
  private let network: AddressPrefix?

  /// Whose the other end of a connection is.
  init(_ address: SocketAddress?) {
    let address = address?.ipAddress.flatMap { IPAddress($0) }
    network = address.flatMap { AddressPrefix($0, length: $0.isIPv4 ? 32 : 64) }
  }

  /// How many of `limit` one address may have: a quarter, where that is of use.
  static func share(of limit: Int) -> Int { max(limit / 4, min(limit, 16)) }
}
