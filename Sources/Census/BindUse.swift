public import Inet

/// Which local ports are held, by address and by what else they exclude: what bind() pools draw on.
///
/// Every port is put into exactly one of three classes besides its address:
/// `ipv4` (IPv4 rows, and [::] unless v6only), which exclude bind(0.0.0.0, port);
/// `perhapsIPv4` (native IPv6 rows that may have been bound by connect(), which takes both families);
/// `ipv6` (all others), which exclude bind([::], port) alone.
public struct BindUse: Sendable {
  /// Ports by local address; wildcards are not in here.
  public internal(set) var addresses: AddressPorts
  /// Ports held on 0.0.0.0.
  public internal(set) var anyIPv4 = PortSet()
  /// Ports held on [::] without v6only: they cover both families.
  public internal(set) var anyDual = PortSet()
  /// Ports held on [::] with v6only.
  public internal(set) var anyIPv6Only = PortSet()
  /// Those of `ipv4` that are not surely among the ports of an IPv4 address.
  var otherIPv4 = PortSet()
  /// Ports that may or may not exclude bind(0.0.0.0, port): not in a dump.
  public internal(set) var perhapsIPv4 = PortSet()
  /// Ports that exclude bind([::], port) alone.
  public internal(set) var ipv6 = PortSet()

  init(range: PortRange, addressLimit: Int, seed: HashSeed) {
    addresses = AddressPorts(range: range, limit: addressLimit, seed: seed)
  }

  /// Ports that surely exclude bind(0.0.0.0, port): all ports of IPv4 addresses, and some more.
  public var ipv4: PortSet {
    var ports = otherIPv4
    addresses.formUnionOfIPv4(into: &ports)
    return ports
  }

  /// Every held port.
  public var all: PortSet {
    var ports = PortSet()
    formUnion(into: &ports)
    return ports
  }

  /// Adds every held port to `ports`, without allocating.
  public func formUnion(into ports: inout PortSet) {
    ports.formUnion(otherIPv4)
    addresses.formUnionOfIPv4(into: &ports)
    ports.formUnion(perhapsIPv4)
    ports.formUnion(ipv6)
  }

  /// The ports that bind(address, port) cannot have: the address's own and those of wildcards that
  /// cover it.
  public func ports(excludedFor address: IPAddress) -> PortSet {
    var ports = addresses.index(of: address).map { addresses.ports(at: $0) } ?? PortSet()
    ports.formUnion(anyDual)
    ports.formUnion(address.isIPv4 ? anyIPv4 : anyIPv6Only)
    return ports
  }

  /// Counts a row with a local address of its own.
  @inline(__always)
  mutating func count(
    _ address: IPAddress, _ port: UInt16, state: UInt8, perhapsConnectBound: Bool
  ) {
    addresses.count(address, port, state: state)
    if address.isIPv4 {
      otherIPv4.insert(port)
    } else if perhapsConnectBound {
      perhapsIPv4.insert(port)
    } else {
      ipv6.insert(port)
    }
  }

  /// Counts a row on a wildcard.
  mutating func countWildcard(_ address: IPAddress, _ port: UInt16, v6Only: Bool) {
    if address.isIPv4 {
      anyIPv4.insert(port)
      otherIPv4.insert(port)
    } else if v6Only {
      anyIPv6Only.insert(port)
      ipv6.insert(port)
    } else {
      anyDual.insert(port)
      otherIPv4.insert(port)
    }
  }

  mutating func removeAll() {
    addresses.removeAll()
    clearSets()
  }

  /// Zeroes what was counted and admits no new address: the exact pass over survivors.
  mutating func freeze() {
    addresses.freeze()
    clearSets()
  }

  private mutating func clearSets() {
    anyIPv4.removeAll()
    anyDual.removeAll()
    anyIPv6Only.removeAll()
    otherIPv4.removeAll()
    perhapsIPv4.removeAll()
    ipv6.removeAll()
  }

  /// Adds what `other` counted.
  public mutating func formUnion(_ other: BindUse) {
    addresses.formUnion(other.addresses)
    anyIPv4.formUnion(other.anyIPv4)
    anyDual.formUnion(other.anyDual)
    anyIPv6Only.formUnion(other.anyIPv6Only)
    otherIPv4.formUnion(other.otherIPv4)
    perhapsIPv4.formUnion(other.perhapsIPv4)
    ipv6.formUnion(other.ipv6)
  }
}
