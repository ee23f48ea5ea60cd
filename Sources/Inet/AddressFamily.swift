/// The two families after folding: a mapped address is of family `ipv4`.
public enum AddressFamily: String, Hashable, Sendable, CaseIterable {
  /// AF_INET, and IPv4-mapped addresses of AF_INET6.
  case ipv4
  /// AF_INET6 without the mapped addresses.
  case ipv6
}
