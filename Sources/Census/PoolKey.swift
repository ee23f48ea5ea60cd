internal import Inet

/// Both addresses of a tuple.
struct AddressPair: BitwiseCopyable, Equatable, Sendable {
  var source: IPAddress
  var destination: IPAddress

  /// Whether both are IPv4, so that they fit into a key.
  @inline(__always)
  var isNarrow: Bool { source.isIPv4 && destination.isIPv4 }
}

/// The key of a connect pool, everything of a tuple but the source port, in 16 bytes.
///
///     addresses   IPv4: source 32 · destination 32         otherwise 64 bits that stand for both
///     scope       interface 32 · 0 15 · wide 1 · destination port 16
///
/// Where the addresses are not IPv4 the key is *wide*: equal keys are then a reason to compare the
/// addresses themselves, which the table keeps beside.
struct PoolKey: BitwiseCopyable, Sendable {
  let addresses: UInt64
  let scope: UInt64

  /// The key that no row has.
  static var none: PoolKey { PoolKey(addresses: .max, scope: .max) }

  @inline(__always)
  private init(addresses: UInt64, scope: UInt64) {
    self.addresses = addresses
    self.scope = scope
  }

  @inline(__always)
  init(_ pair: AddressPair, interface: UInt32, destinationPort: UInt16, _ seed: HashSeed) {
    scope =
      UInt64(interface) << 32 | (pair.isNarrow ? 0 : Self.wideBit) | UInt64(destinationPort)
    addresses =
      pair.isNarrow
      ? pair.source.low << 32 | pair.destination.low & 0xffff_ffff
      : Self.digest(pair, seed)
  }

  /// The key of IPv4 addresses.
  @inline(__always)
  init(_ source: UInt32, _ destination: UInt32, interface: UInt32, destinationPort: UInt16) {
    addresses = UInt64(source) << 32 | UInt64(destination)
    scope = UInt64(interface) << 32 | UInt64(destinationPort)
  }

  @inline(never)
  private static func digest(_ pair: AddressPair, _ seed: HashSeed) -> UInt64 {
    let source = mix(pair.source.low ^ seed.first, pair.source.high ^ seed.second)
    let destination = mix(pair.destination.low ^ seed.second, pair.destination.high ^ seed.first)
    return mix(source ^ seed.second, destination ^ seed.first)
  }

  private static var wideBit: UInt64 { 0x1_0000 }

  @inline(__always)
  var isWide: Bool { scope & Self.wideBit != 0 }

  var interface: UInt32 { UInt32(truncatingIfNeeded: scope >> 32) }

  var destinationPort: UInt16 { UInt16(truncatingIfNeeded: scope) }

  /// The addresses of a key that is not wide.
  var narrowPair: AddressPair {
    AddressPair(
      source: IPAddress(ipv4: UInt32(truncatingIfNeeded: addresses >> 32)),
      destination: IPAddress(ipv4: UInt32(truncatingIfNeeded: addresses)))
  }

  @inline(__always)
  func equals(_ other: PoolKey) -> Bool {
    addresses == other.addresses && scope == other.scope
  }

  /// A hash that an attacker who chooses addresses and ports cannot predict without the seed.
  @inline(__always)
  func hash(_ seed: HashSeed) -> UInt64 { mix(addresses ^ seed.first, scope ^ seed.second) }
}
