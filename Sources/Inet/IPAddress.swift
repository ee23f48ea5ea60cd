/// An IPv4 or IPv6 address, with IPv4-mapped IPv6 addresses folded into IPv4.
///
/// A v6 socket that talks to `::ffff:10.1.2.3` occupies the IPv4 tuple, so both spellings are one
/// value here and nobody above this type can count them apart.
///
///     high  bits 127…64        low  bits 63…0            (host byte order)
///     IPv4: 0                  0x0000ffff_aabbccdd
///
/// 16 bytes, no allocation. Order: `::` and its neighbours, then IPv4, then the other IPv6.
public struct IPAddress: Hashable, Sendable, BitwiseCopyable {
  /// Bits 127 to 64, the network's most significant half, as a number.
  public let high: UInt64
  /// Bits 63 to 0 as a number.
  public let low: UInt64

  /// The address with these 128 bits; a mapped one *is* its IPv4 address.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The IPv4 address with these 32 bits (host byte order: 10.0.0.1 is `0x0a000001`).
  @inlinable
  public init(ipv4 bits: UInt32) {
    self.init(high: 0, low: 0x0000_ffff_0000_0000 | UInt64(bits))
  }

  /// 0.0.0.0, "any IPv4 address".
  @inlinable public static var anyIPv4: IPAddress { IPAddress(ipv4: 0) }
  /// ::, "any address", of both families unless the socket is v6only.
  @inlinable public static var anyIPv6: IPAddress { IPAddress(high: 0, low: 0) }

  /// Whether this is an IPv4 (or mapped) address.
  @inlinable public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

  /// Whether this is 0.0.0.0 or ::.
  @inlinable public var isWildcard: Bool { high == 0 && (low == 0 || low == 0x0000_ffff_0000_0000) }

  /// Whether the kernel calls the address loopback when it decides about TIME_WAIT reuse:
  /// 127.0.0.0/8 (mapped too) or ::1.
  ///
  /// Source: net/ipv4/tcp_ipv4.c, tcp_twsk_unique().
  @inlinable public var isLoopback: Bool {
    high == 0 && (low == 1 || low >> 24 == 0x0000_00ff_ff7f)
  }

  /// Whether this is fe80::/10: an address that means something only together with an interface.
  @inlinable public var isLinkLocal: Bool { high >> 54 == 0x3fa }

  /// The address's family.
  @inlinable public var family: AddressFamily { isIPv4 ? .ipv4 : .ipv6 }
}

extension IPAddress: Comparable {
  /// Numerical order of the 128 bits.
  @inlinable
  public static func < (left: IPAddress, right: IPAddress) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
