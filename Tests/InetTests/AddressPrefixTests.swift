import Inet
import PropertyTestKit
import Testing

@Suite struct AddressPrefixTests {
  @Test func `a prefix contains what shares its bits, one by one`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<20_000 {
      let base = generator.address()
      let prefix = generator.prefix(around: base)
      var candidate = generator.oneIn(3) ? generator.address() : base
      if generator.oneIn(2) {
        // One flipped bit: the length decides, and a flip may leave the family.
        let bit = UInt64.random(in: 0..<128, using: &generator)
        candidate = IPAddress(
          high: bit < 64 ? candidate.high : candidate.high ^ 1 << (bit - 64),
          low: bit < 64 ? candidate.low ^ 1 << bit : candidate.low)
      }
      let expected = Self.shares(base, candidate, bits: prefix.length)
      #expect(
        prefix.contains(candidate) == expected, "\(prefix) \(candidate) \(generator.replay)")
      #expect(prefix.contains(base), "\(prefix) \(base) \(generator.replay)")
    }
  }

  @Test func `a prefix survives the way through text`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<2000 {
      let prefix = generator.prefix(around: generator.address())
      #expect(AddressPrefix(prefix.description) == prefix, "\(prefix) \(generator.replay)")
    }
  }

  @Test(arguments: [
    ("10.1.2.3/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3"), ("10.1.2.3/32", "10.1.2.3"),
    ("2001:db8:ffff::/33", "2001:db8:8000::/33"), ("::1/128", "::1"), ("0.0.0.0/0", "0.0.0.0/0"),
    ("::/0", "::/0"), ("1.2.3.4/0", "0.0.0.0/0"),
  ])
  func `a prefix is written without host bits`(_ text: String, _ canonical: String) {
    #expect(AddressPrefix(text)?.description == canonical)
  }

  @Test(arguments: [
    "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8",
    "::/129", "10.0.0.0/8 ", "10.0.0.0/٣", "10.0.0.0/x", "10.0.0.0/99999999999999999999", "10/8",
  ])
  func `a malformed text is no prefix`(_ text: String) {
    #expect(AddressPrefix(text) == nil)
  }

  @Test func `no IPv6 prefix contains an IPv4 address`() throws {
    let mapped = try #require(IPAddress("::ffff:10.0.0.1"))
    #expect(!AddressPrefix(.ipv6).contains(mapped))
    #expect(AddressPrefix(.ipv4).contains(mapped))
    #expect(!AddressPrefix(.ipv4).contains(.anyIPv6))
    #expect(AddressPrefix(mapped, length: 33) == nil)
  }

  /// The naive model: family, then bit by bit from the left.
  private static func shares(_ left: IPAddress, _ right: IPAddress, bits: Int) -> Bool {
    guard left.isIPv4 == right.isIPv4 else { return false }
    let skipped = left.isIPv4 ? 96 : 0
    for index in skipped..<skipped + bits {
      let shift = UInt64(63 - index % 64)
      let (a, b) = index < 64 ? (left.high, right.high) : (left.low, right.low)
      if (a >> shift) & 1 != (b >> shift) & 1 { return false }
    }
    return true
  }
}
