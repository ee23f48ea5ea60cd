import Inet
import Pools
import Testing

/// Sums over namespaces of which not everything is known.
@Suite struct NamespaceTotalsTests {
  private static func counted(
    _ name: String, sockets: UInt64, udp: Int?, failures: UInt64? = nil
  ) -> NamespaceSnapshot {
    var namespace = MadeUpNamespace.input().namespace
    namespace.name = name
    namespace.tcp.states[.established] = Int(sockets)
    namespace.tcp.portsInUse = Int(sockets)
    namespace.udp = udp.map { count in
      var states = StateCounts()
      states[.close] = count
      return TransportSnapshot(states: states, portsInUse: count, knowsBoundInactive: false)
    }
    namespace.attributedFailures = failures.map { Int($0) }
    return namespace
  }

  private static func bounded(
    _ name: String, _ sockets: Int?, range: PortRange? = .kernelDefault, capacity: Int? = nil,
    refusal: String? = nil
  ) -> UncountedNamespace {
    var namespace = UncountedNamespace(name: name, inode: 2)
    namespace.tcpSockets = sockets
    namespace.timeWait = sockets.map { $0 / 2 }
    namespace.udpSockets = sockets
    namespace.range = range
    namespace.capacity = capacity
    namespace.refusal = refusal
    return namespace
  }

  private static func totals(
    _ counted: [NamespaceSnapshot], _ bounded: [UncountedNamespace]
  ) -> NamespaceTotals {
    var snapshot = Snapshot(
      host: "h", takenAtNanoseconds: 1, durationNanoseconds: 1, kernel: "6", flags: [],
      namespaces: counted, isFiltered: false,
      cost: SampleCost(dumpNanoseconds: 0, dumpRows: 0, rows: 0, cpuNanoseconds: 0))
    snapshot.uncounted = bounded
    return snapshot.totals
  }

  @Test func `what was read is summed up, whatever is reserved`() {
    let range = MadeUpNamespace.range(40_000, 40_009)
    let totals = Self.totals(
      [Self.counted("a", sockets: 7, udp: 3)],
      [Self.bounded("b", 4, capacity: nil), Self.bounded("c", 30, range: range, capacity: 5)])
    #expect(totals.tcpSockets == 41 && totals.timeWait == 17 && totals.udpSockets == 37)
    // Ten ports are ten, also where five of them are reserved.
    #expect(totals.tcpPortsInUse == 7 && totals.tcpPortsInUseMaximum == 7 + 4 + 10)
    #expect(totals.namespaces == 3 && totals.counted == 1 && totals.bounded == 2)
  }

  @Test func `what may not be looked into is in no sum, and unknown is not zero`() {
    let refused = Self.totals(
      [Self.counted("a", sockets: 7, udp: 3)],
      [Self.bounded("b", 4, range: nil, refusal: "EPERM"), Self.bounded("c", nil)])
    #expect(refused.tcpSockets == 7 && refused.udpSockets == 3 && refused.timeWait == 0)
    #expect(refused.notVisible == 2 && refused.bounded == 0)
    #expect(refused.tcpPortsInUseMaximum == nil)
    let rangeless = Self.totals([], [Self.bounded("b", 4, range: nil)])
    #expect(rangeless.tcpSockets == 4 && rangeless.tcpPortsInUseMaximum == nil)
    let deaf = Self.totals([Self.counted("a", sockets: 7, udp: nil)], [Self.bounded("b", 4)])
    #expect(deaf.udpSockets == nil && deaf.tcpSockets == 11)
  }

  @Test func `failures are of the namespaces in which somebody counts them`() {
    let some = Self.totals(
      [
        Self.counted("a", sockets: 1, udp: 0, failures: 5), Self.counted("b", sockets: 1, udp: 0),
        Self.counted("c", sockets: 1, udp: 0, failures: 2),
      ], [])
    #expect(some.connectFailures == 7 && some.failureNamespaces == 2)
    #expect(Self.totals([Self.counted("a", sockets: 1, udp: 0)], []).connectFailures == nil)
  }
}
