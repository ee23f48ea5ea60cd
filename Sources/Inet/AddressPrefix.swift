/// An address prefix such as 10.0.0.0/8: the addresses that share its first `length` bits.
///
/// An IPv4 prefix covers mapped addresses too, because they are folded; an IPv6 prefix never covers
/// an IPv4 address, not even `::/0`.
public struct AddressPrefix: Hashable, Sendable {
  /// The first address of the prefix: host bits are zero.
  public let address: IPAddress
  /// The number of leading bits that must be equal: 0…32 for IPv4, 0…128 for IPv6.
  public let length: Int

  /// The prefix of `length` bits that holds `address`; nil when the family has fewer bits.
  public init?(_ address: IPAddress, length: Int) {
    guard (0...(address.isIPv4 ? 32 : 128)).contains(length) else { return nil }
    self.length = length
    let bits = address.isIPv4 ? length + 96 : length
    self.address = IPAddress(
      high: address.high & Self.mask(bits), low: address.low & Self.mask(bits - 64))
  }

  /// The prefix that holds one address.
  public init(_ address: IPAddress) {
    self.address = address
    self.length = address.isIPv4 ? 32 : 128
  }

  /// The prefix that holds a whole family: 0.0.0.0/0 or ::/0.
  public init(_ family: AddressFamily) {
    self.address = family == .ipv4 ? .anyIPv4 : .anyIPv6
    self.length = 0
  }

  /// Whether `candidate` lies in the prefix; false across families.
  public func contains(_ candidate: IPAddress) -> Bool {
    guard candidate.isIPv4 == address.isIPv4 else { return false }
    let bits = address.isIPv4 ? length + 96 : length
    return candidate.high & Self.mask(bits) == address.high
      && candidate.low & Self.mask(bits - 64) == address.low
  }

  /// A mask of the `bits` most significant of 64 bits, clamped to 0…64.
  private static func mask(_ bits: Int) -> UInt64 {
    bits <= 0 ? 0 : bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits))
  }
}

extension AddressPrefix: CustomStringConvertible, LosslessStringConvertible {
  /// "10.0.0.0/8"; a prefix of one address is written without its length.
  public var description: String {
    length == (address.isIPv4 ? 32 : 128) ? "\(address)" : "\(address)/\(length)"
  }

  /// Parses `ADDRESS` or `ADDRESS/LENGTH`; host bits may be set and are cleared.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self.init(address)
      return
    }
    guard let length = Int(parts[1]), parts[1].allSatisfy(\.isNumber) else { return nil }
    self.init(address, length: length)
  }
}
