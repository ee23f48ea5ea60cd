import Inet
import Testing

@Suite struct IPAddressTests {
  @Test func `a mapped address is its IPv4 address`() throws {
    let mapped = IPAddress(high: 0, low: 0x0000_ffff_0a00_0001)
    #expect(mapped == IPAddress(ipv4: 0x0a00_0001))
    #expect(mapped.family == .ipv4)
    #expect(try #require(IPAddress("::ffff:10.0.0.1")) == mapped)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.255.255.255", true), ("::ffff:127.0.0.1", true), ("::1", true),
    ("126.255.255.255", false), ("128.0.0.0", false), ("::", false), ("::2", false),
    ("::127.0.0.1", false), ("0.0.0.0", false), ("fe80::1", false), ("1::1", false),
  ])
  func `loopback is what the kernel takes for it`(_ text: String, _ isLoopback: Bool) throws {
    #expect(try #require(IPAddress(text)).isLoopback == isLoopback)
  }

  @Test(arguments: [
    ("0.0.0.0", true), ("::", true), ("::ffff:0.0.0.0", true), ("0.0.0.1", false), ("::1", false),
    ("1::", false),
  ])
  func `the wildcards are zero in their family`(_ text: String, _ isWildcard: Bool) throws {
    #expect(try #require(IPAddress(text)).isWildcard == isWildcard)
  }

  @Test func `addresses sort by their bits, with IPv4 inside IPv6`() {
    let sorted = ["1::", "10.0.0.2", "::", "9.255.255.255", "::ffff:0:0:0", "::1", "10.0.0.1"]
      .compactMap { IPAddress($0) }.sorted().map(\.description)
    #expect(
      sorted == ["::", "::1", "9.255.255.255", "10.0.0.1", "10.0.0.2", "::ffff:0:0:0", "1::"])
  }
}
