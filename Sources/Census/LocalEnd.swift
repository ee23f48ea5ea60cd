internal import Inet

/// What counting needs of the local address of a row; kept while the next row has the same.
struct LocalEnd {
  let address: IPAddress
  /// The index of the address's entry; `LocalEnd.lost` when it has none.
  let entry: UInt32
  /// The 32 bits of an IPv4 address, quickly compared; of others, more than 32.
  let ipv4Bits: UInt64
  /// False for the end of no row at all.
  let isSet: Bool

  static var lost: UInt32 { .max }
  /// The end of no row.
  static var none: LocalEnd { LocalEnd() }

  private init() {
    address = .anyIPv6
    entry = Self.lost
    ipv4Bits = .max
    isSet = false
  }

  @inline(__always)
  init(_ address: IPAddress, entry: Int?) {
    self.address = address
    self.entry = entry.map { UInt32(truncatingIfNeeded: $0) } ?? Self.lost
    ipv4Bits = address.isIPv4 ? address.low & 0xffff_ffff : .max
    isSet = true
  }
}
