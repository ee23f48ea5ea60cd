import Inet
import Testing

@Suite struct SocketStateTests {
  @Test func `the masks are the documented numbers`() {
    #expect(StateSet.table.rawValue == 0x0fff)
    #expect(StateSet.listen.rawValue == 0x0400)
    #expect(StateSet.connected.rawValue == 0x0b76)
    #expect(StateSet.boundInactive.rawValue == 0x2000)
  }

  @Test func `a connected socket is in none of the idle states`() {
    let idle: [SocketState] = [.synRecv, .close, .listen, .newSynRecv, .boundInactive]
    for state in SocketState.allCases {
      #expect(StateSet.connected.contains(state) == !idle.contains(state), "\(state)")
    }
  }

  @Test func `the states have the kernel's numbers and the contract's names`() {
    #expect(SocketState.allCases.map(\.rawValue) == Array(1...13))
    #expect(
      SocketState.allCases.map(\.name) == [
        "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait", "close",
        "close_wait", "last_ack", "listen", "closing", "new_syn_recv", "bound_inactive",
      ])
    #expect(Set(SocketState.allCases.map(\.abbreviation)).count == 13)
  }

  @Test func `a set of states is their bits`() {
    #expect(StateSet([.established, .listen, .established]).rawValue == 0x0402)
    #expect(StateSet([] as [SocketState]).isEmpty)
    #expect(StateSet(rawValue: 0x0402).contains(.listen))
    #expect(!StateSet(rawValue: 0x0402).contains(.close))
  }

  @Test func `the protocols have their numbers`() {
    #expect(TransportProtocol.allCases.map(\.rawValue) == [6, 17])
    #expect(TransportProtocol.allCases.map(\.name) == ["tcp", "udp"])
  }
}
