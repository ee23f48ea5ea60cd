import Inet
import PropertyTestKit
import Testing

@testable import ullage

/// Addresses and ports as `ullage probe` takes them.
@Suite struct ProbeEndpointTests {
  @Test func `every address with a port is taken for what it is`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(2000) {
      let address = generator.address()
      let port = max(1, generator.port())
      guard !address.isWildcard, !address.isLinkLocal else { continue }
      let text = address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
      let endpoint = try ProbeEndpoint(text)
      #expect(
        endpoint.host.address == address && endpoint.port == port && !endpoint.host.isMapped
          && endpoint.host.interface == nil, "\(text), \(generator.replay)")
      if address.isIPv4 {
        let mapped = try ProbeEndpoint("[::ffff:\(address)]:\(port)")
        #expect(mapped.host.address == address && mapped.host.isMapped)
        #expect(try ProbeEndpoint("[\(address)]:\(port)") == endpoint)
      }
    }
  }

  @Test func `a link-local address brings its interface, by name or number`() throws {
    let endpoint = try ProbeEndpoint("[fe80::1%eth0.7]:443")
    #expect(endpoint.host.address == IPAddress("fe80::1") && endpoint.host.interface == "eth0.7")
    #expect(try ProbeEndpoint("[fe80::1%2]:1").host.interface == "2")
    #expect(try ProbeAddress("fe80::1").interface == nil)
  }

  @Test func `other texts are refused and nothing worse`() {
    var generator = SeededGenerator.fresh()
    let pieces = ["[", "]", ":", "::", "%", "1", "65535", "fe80", "10.0.0.1", "é", " ", "-", "٣"]
    var taken = 0
    for _ in 0..<rounds(5000) {
      let text = (0..<generator.small(8)).map { _ in generator.pick(pieces) }.joined()
      guard let endpoint = try? ProbeEndpoint(text) else { continue }
      taken += 1
      #expect(endpoint.port > 0 && !endpoint.host.address.isWildcard, "\(text)")
      #expect(
        endpoint.host.interface != nil || text.utf8.allSatisfy { $0 < 0x80 },
        "\(text), \(generator.replay)")
    }
    #expect(taken < 2500)
  }
}
