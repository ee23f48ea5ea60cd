public import Inet

extension SeededGenerator {
  /// Any address; groups of zeros and small numbers are as frequent as in real ones.
  public mutating func address() -> IPAddress {
    if oneIn(3) { return ipv4Address() }
    var halves: [UInt64] = [0, 0]
    for index in 0..<8 {
      let group: UInt16 =
        switch Int.random(in: 0..<6, using: &self) {
        case 0, 1, 2: 0
        case 3: UInt16.random(in: 0...15, using: &self)
        case 4: 0xffff
        default: UInt16.random(in: .min ... .max, using: &self)
        }
      halves[index / 4] = halves[index / 4] << 16 | UInt64(group)
    }
    return IPAddress(high: halves[0], low: halves[1])
  }

  /// Any IPv4 address.
  public mutating func ipv4Address() -> IPAddress {
    IPAddress(ipv4: UInt32.random(in: .min ... .max, using: &self))
  }

  /// A prefix that holds `address`, of any length.
  public mutating func prefix(around address: IPAddress) -> AddressPrefix {
    let length = Int.random(in: 0...(address.isIPv4 ? 32 : 128), using: &self)
    return AddressPrefix(address, length: length) ?? AddressPrefix(address)
  }

  /// A port; the ends of the space and of words of a bitmap are as frequent as all others.
  public mutating func port() -> UInt16 {
    oneIn(2)
      ? pick([0, 1, 62, 63, 64, 65, 127, 128, 32_768, 60_999, 61_000, 65_472, 65_534, 65_535])
      : UInt16.random(in: .min ... .max, using: &self)
  }

  /// A range of ports, of one port often.
  public mutating func portRange() -> PortRange {
    let first = port()
    let second = oneIn(4) ? first : port()
    return PortRange(low: min(first, second), high: max(first, second)) ?? PortRange(first)
  }
}
