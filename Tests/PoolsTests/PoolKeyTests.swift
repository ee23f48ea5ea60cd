import Inet
import Pools
import PropertyTestKit
import Testing

/// Words and order of keys.
@Suite struct PoolKeyTests {
  private static let v4 = IPAddress(ipv4: 0x0a00_0001)
  private static let v6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)
  private static let ordered: [PoolKey] = [
    .connect(source: v4, destination: v4, port: 80, interface: 0),
    .connect(source: v4, destination: v4, port: 80, interface: 2),
    .connect(source: v4, destination: v4, port: 443, interface: 0),
    .connect(source: v4, destination: v6, port: 1, interface: 0),
    .connect(source: v6, destination: v4, port: 1, interface: 0),
    .bind(.address(v4)), .bind(.address(v6)), .bind(.anyIPv4), .bind(.any),
    .udp(.ipv4), .udp(.ipv6),
    .udpBind(.address(v4)), .udpBind(.address(v6)), .udpBind(.anyIPv4), .udpBind(.any),
  ]

  @Test func `keys are ordered by kind, address and port`() {
    for (index, left) in Self.ordered.enumerated() {
      for (other, right) in Self.ordered.enumerated() {
        #expect((left < right) == (index < other), "\(left) \(right)")
        #expect((left == right) == (index == other))
      }
    }
    var generator = SeededGenerator.fresh()
    #expect(Self.ordered.shuffled(using: &generator).sorted() == Self.ordered)
  }

  @Test func `kinds and protocols have the contract's words`() {
    let kinds = Self.ordered.map(\.kind.rawValue)
    #expect(kinds.filter { $0 == "connect" }.count == 5)
    #expect(Set(kinds) == ["connect", "bind", "udp", "udp-bind"])
    for key in Self.ordered {
      #expect(key.transport == (key.kind == .connect || key.kind == .bind ? .tcp : .udp))
    }
    #expect(PoolKind.allCases.sorted() == [.connect, .bind, .udp, .udpBind])
  }

  @Test func `wildcards are written as they are bound`() {
    #expect("\(BindLocal.any)" == "*")
    #expect("\(BindLocal.anyIPv4)" == "0.0.0.0")
    #expect("\(BindLocal.address(Self.v6))" == "2001:db8::1")
  }
}
