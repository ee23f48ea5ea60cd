import Inet
import SocketDiag
import Testing

@Suite struct SocketFilterTests {
  private let socket = SocketFields(
    source: IPAddress(ipv4: 0x0a00_0001), sourcePort: 40_000,
    destination: IPAddress(ipv4: 0x7f00_0001), destinationPort: 443, rawState: 1)

  @Test func `each leaf looks at its own field`() throws {
    let ten = try #require(AddressPrefix("10.0.0.0/8"))
    let loopback = try #require(AddressPrefix("127.0.0.0/8"))
    #expect(SocketFilter.source(ten).matches(socket))
    #expect(!SocketFilter.source(loopback).matches(socket))
    #expect(SocketFilter.destination(loopback).matches(socket))
    #expect(!SocketFilter.destination(ten).matches(socket))
    #expect(SocketFilter.sourcePort(.kernelDefault).matches(socket))
    #expect(!SocketFilter.sourcePort(PortRange(443)).matches(socket))
    #expect(SocketFilter.destinationPort(PortRange(443)).matches(socket))
    #expect(SocketFilter.states(.connected).matches(socket))
    #expect(!SocketFilter.states(.listen).matches(socket))
  }

  @Test func `every of none is all and any of none is nothing`() {
    #expect(SocketFilter.every([]) == .all)
    #expect(SocketFilter.every([.sourcePort(.all)]) == .sourcePort(.all))
    #expect(!SocketFilter.any([]).matches(socket))
    #expect(SocketFilter.any([.sourcePort(.all)]) == .sourcePort(.all))
    #expect(SocketFilter.any([.states(.listen), .sourcePort(.all)]).matches(socket))
    #expect(!SocketFilter.every([.states(.listen), .sourcePort(.all)]).matches(socket))
  }

  @Test func `a bound-inactive row matches as such and not as closed`() {
    var bound = socket
    bound.rawState = SocketState.boundInactive.rawValue
    #expect(SocketFilter.states(.boundInactive).matches(bound))
    #expect(!SocketFilter.states(StateSet(.close)).matches(bound))
  }
}
