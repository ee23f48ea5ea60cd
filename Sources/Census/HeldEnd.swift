public import Inet
internal import SocketDiag

/// A local end that holds ports, as far as it decides which binds are kept from them.
struct HeldEnd: Hashable, BitwiseCopyable, Sendable {
  /// The local address, or a wildcard.
  let address: IPAddress
  /// Whether it surely keeps nothing from IPv4: [::] with v6only, and native addresses that no connect() bound.
  let isIPv6Alone: Bool

  init(_ address: IPAddress, isIPv6Alone: Bool = false) {
    self.address = address
    self.isIPv6Alone = isIPv6Alone
  }

  /// The end of a row, native addresses of which connect() may have bound, or not: `perhapsConnectBound`.
  init(_ row: borrowing SocketRow, perhapsConnectBound: Bool) {
    address = row.source
    if address.isWildcard {
      isIPv6Alone = !address.isIPv4 && row.isV6Only ?? false
    } else {
      isIPv6Alone = !address.isIPv4 && !perhapsConnectBound
    }
  }

  /// Whether its ports are kept from `scope`.
  func keeps(from scope: PortScope) -> Bool {
    switch scope {
    case .everything: return true
    case .ipv4: return !isIPv6Alone
    case .address(let wanted):
      if address == wanted { return true }
      guard address.isWildcard else { return false }
      if address.isIPv4 { return wanted.isIPv4 }
      return !isIPv6Alone || !wanted.isIPv4
    }
  }
}

/// The local ends that a pool without a destination shares its ports with.
public enum PortScope: Hashable, Sendable {
  /// A local address, and the wildcards that cover it.
  case address(IPAddress)
  /// Whatever keeps a port from 0.0.0.0, surely or perhaps.
  case ipv4
  /// All.
  case everything
}
