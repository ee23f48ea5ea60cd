/// The transport protocols that have ephemeral ports; the raw value is the IPPROTO number.
public enum TransportProtocol: UInt8, Hashable, Sendable, CaseIterable {
  /// IPPROTO_TCP.
  case tcp = 6
  /// IPPROTO_UDP.
  case udp = 17

  /// "tcp" or "udp".
  public var name: String { self == .tcp ? "tcp" : "udp" }
}
