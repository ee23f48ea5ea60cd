import Inet
import Kernel
import KernelTestKit
import Netlink
import SocketDiag
import Testing

/// Every TCP state, made for real and found by a dump, in both families and mapped.
@Suite(.needsRoot) struct EveryStateTests {
  @Test func `every state can be made and is reported`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        try expectEveryState(.loopback(5000))
        try expectEveryState(.loopbackIPv6(5500))
        try expectEveryState(.mappedLoopback(6000))
      }
    }
  }

  @Test func `a bound socket is reported when its state is asked for alone`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let bound = try TestSocket.bound(.loopback(7000))
        defer { withExtendedLifetime(bound) {} }
        #expect(try liveRows(SocketQuery(.tcp, states: .table)).isEmpty)
        let rows = try liveRows(SocketQuery(.tcp, states: .boundInactive))
        // Before 6.8 the bit is ignored and nothing comes.
        let expected = KernelVersion.running().has(.reportsBoundInactive) ? ["close"] : []
        #expect(rows.states(at: 7000) == expected)
      }
    }
  }

  @Test func `UDP sockets are established or closed`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let bound = try TestSocket.udp(bound: .loopback(7000))
        let connected = try TestSocket.udp(bound: .loopback(7001), connected: .loopback(7000))
        let mapped = try TestSocket.udp(bound: .mappedLoopback(7002))
        defer { withExtendedLifetime((bound, connected, mapped)) {} }
        for form in RequestForm.allCases {
          let rows = try liveRows(SocketQuery(.udp, states: .table), form: form)
          #expect(rows.count == 3)
          #expect(rows.states(at: 7000) == ["close"])
          #expect(rows.states(at: 7001) == ["established"])
          #expect(rows.filter(\.isMapped).map(\.sourcePort) == [7002])
        }
      }
    }
  }
}

/// Brings a connection from ports above `base`'s to a listener at it into each state, one by one.
private func expectEveryState(_ base: Endpoint) throws {
  let listener = try TestSocket.listener(base)
  var kept: [Any] = [listener]
  func make(
    _ offset: UInt16, _ change: (inout Connection) throws -> Void, _ expected: String
  ) throws {
    var source = base
    source.port = base.port + offset
    var connection = try Connection.established(listener, from: source)
    try change(&connection)
    Settling.pause()
    let rows = try liveRows(SocketQuery(.tcp, states: .table))
    #expect(rows.states(at: source.port) == [expected], "\(base)")
    kept.append(connection)
  }
  try make(1, { _ in }, "established")
  try make(2, { $0.closeServer() }, "close_wait")
  try make(3, { try $0.halfCloseClient() }, "fin_wait2")
  try make(4, { $0.closeClient() }, "fin_wait2 minisock")
  try make(5, { try $0.enterTimeWait() }, "time_wait minisock")
  try make(6, { try $0.enterFinWait1() }, "fin_wait1")
  try make(7, { try $0.enterLastAck() }, "last_ack")
  try make(8, { try $0.enterClosing() }, "closing")

  func at(_ offset: UInt16) -> Endpoint {
    var endpoint = base
    endpoint.port = base.port + offset
    return endpoint
  }
  kept.append(try HalfOpen.synSent(at: at(20), from: at(21)))
  kept.append(try HalfOpen.synReceived(at: at(30), from: at(31)))
  let rows = try liveRows(SocketQuery(.tcp, states: .table))
  #expect(rows.states(at: base.port + 21) == ["syn_sent"], "\(base)")
  #expect(rows.states(at: base.port + 20) == ["listen"], "\(base)")
  #expect(rows.states(at: base.port + 31) == ["syn_sent"], "\(base)")
  #expect(rows.states(at: base.port + 30) == ["listen", "syn_recv"], "\(base)")
}
