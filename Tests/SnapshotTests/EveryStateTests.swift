import Collector
import Inet
import Kernel
import KernelTestKit
import Pools
import Testing

/// Every state made for real: our counts, those of `ss`, and the ledger of who made them.
@Suite(.needsRoot) struct EveryStateTests {
  @Test func `IPv4 counts equal those of ss and the ledger`() async {
    await #expect(processExitsWith: .success) { expectEqualCounts([.loopback(5000)]) }
  }

  @Test func `IPv6 counts equal those of ss and the ledger`() async {
    await #expect(processExitsWith: .success) { expectEqualCounts([.loopbackIPv6(5000)]) }
  }

  @Test func `mapped counts equal those of ss and the ledger`() async {
    await #expect(processExitsWith: .success) { expectEqualCounts([.mappedLoopback(5000)]) }
  }

  @Test func `listeners within the range, all families at once`() async {
    await #expect(processExitsWith: .success) {
      expectEqualCounts([.loopback(40_100), .loopbackIPv6(40_200), .mappedLoopback(40_300)])
    }
  }
}

/// Makes every state at each of `bases` and compares the three accounts.
private func expectEqualCounts(_ bases: [Endpoint]) {
  inFreshNamespace { namespace in
    try namespace.setPortRange(40_000, 45_001)
    // connect() must not be given the port of a listener that comes later.
    let listeners = bases.map { "\($0.port)-\($0.port + 9)" }.joined(separator: ",")
    try namespace.write(listeners, to: "ipv4/ip_local_reserved_ports")
    var ledger = Ledger()
    for base in bases { try ledger.makeEveryState(base) }
    let before = try SocketStatisticsTool.list(.tcp)
    let snapshot = try takeSnapshot()
    let knowsIdle = snapshot.tcp.knowsBoundInactive
    let range = snapshot.space.range

    let expected = ledger.tcp.states.filter { $0.key != .boundInactive || knowsIdle }
    var counted: [SocketState: Int] = [:]
    for state in SocketState.allCases where snapshot.tcp.states[state] > 0 {
      counted[state] = snapshot.tcp.states[state]
    }
    ExitTestReport.check(counted == expected, "counted \(counted), made \(expected)")
    ExitTestReport.check(
      before.states == expected.filter { $0.key != .boundInactive }, "ss counted \(before.states)")
    ExitTestReport.check(
      snapshot.tcp.sockets == before.count, "\(snapshot.tcp.sockets), ss \(before.count)")
    let inUse = ledger.tcp.portsInUse(in: range)
    ExitTestReport.check(
      snapshot.tcp.portsInUse == inUse, "ports \(snapshot.tcp.portsInUse), made \(inUse)")
    ExitTestReport.check(
      before.portsInUse(in: range) == inUse, "ports of ss \(before.portsInUse(in: range))")

    let datagrams = try SocketStatisticsTool.list(.udp)
    ExitTestReport.check(
      snapshot.udp?.sockets == ledger.udp.count, "udp \(snapshot.udp?.sockets ?? -1)")
    ExitTestReport.check(datagrams.states == ledger.udp.states, "ss counted \(datagrams.states)")
    ExitTestReport.check(
      snapshot.udp?.portsInUse == Set(ledger.udp.map(\.port)).count,
      "udp ports \(snapshot.udp?.portsInUse ?? -1)")
    withExtendedLifetime(ledger) {}
  }
}
