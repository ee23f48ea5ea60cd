import CAllocationCounter
import Census
import Inet
import Netlink
import NetlinkTestKit
import PropertyTestKit
import SocketDiag
import Testing

/// Counting asks malloc for nothing: not per row, and not per pass once the tables have grown.
///
/// Calls are counted on this thread alone. scripts/test runs this in the release build as well, which is
/// the one that keeps the promise.
@Suite struct CensusAllocationTests {
  @Test func `a warm pass allocates nothing, whatever is in it`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    var generator = SeededGenerator.fresh()
    let table = AllocationTable(destinations: 3000, rows: 20_000, &generator)
    var census = TCPCensus(table.space)
    for pass in 0..<4 {
      let calls = try table.pass(over: &census)
      if pass >= 2 { #expect(calls <= mostCalls, "pass \(pass), \(generator.replay)") }
    }
    let (rows, pools) = (census.rowCount, census.poolCount)
    #expect(rows > 20_000)
    #expect(pools > 2000)
  }

  @Test func `a second, exact pass allocates nothing`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    var generator = SeededGenerator.fresh()
    let table = AllocationTable(destinations: 600, rows: 4000, &generator)
    var census = TCPCensus(table.space, limits: CensusLimits(pools: 256, addresses: 8))
    for round in 0..<4 {
      _ = try table.pass(over: &census)
      let calls = try table.pass(over: &census, isRecount: true)
      if round > 0 { #expect(calls <= mostCalls, "\(generator.replay)") }
    }
  }

  @Test func `warm walks over UDP and idle binds allocate nothing`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    var generator = SeededGenerator.fresh()
    let table = AllocationTable(destinations: 50, rows: 4000, &generator)
    var udp = UDPCensus(range: table.space.range)
    var idle = IdleBindCensus(range: table.space.range)
    for pass in 0..<3 {
      var calls: UInt64 = 0
      calls += AllocationTable.calls { udp.begin() }
      calls += AllocationTable.calls { idle.begin() }
      try table.connections.walk { rows throws(NetlinkError) in
        let before = CAllocationCounter_calls()
        try udp.count(&rows)
        calls += CAllocationCounter_calls() - before
      }
      try table.connections.walk { rows throws(NetlinkError) in
        let before = CAllocationCounter_calls()
        try idle.count(&rows)
        calls += CAllocationCounter_calls() - before
      }
      if pass > 0 { #expect(calls <= mostCalls) }
    }
    #expect(idle.socketCount == 4000)
  }
}

#if DEBUG
  /// Without optimisation spans and closures make temporaries: one or two a row, and nobody's concern.
  private let mostCalls: UInt64 = 100_000
#else
  private let mostCalls: UInt64 = 0
#endif

/// A table of many rows, and the calls of malloc that counting it makes.
private struct AllocationTable {
  let space = CensusSpace(range: .kernelDefault, reserved: [40_000], reuse: TimeWaitReuse(.always))
  let listeners: FakeTable
  let connections: FakeTable
  let idlePorts: PortSet = [33_000, 33_001]

  init(destinations: Int, rows count: Int, _ generator: inout SeededGenerator) {
    listeners = FakeTable(
      (0..<40).map { index in
        PopulationRow(
          row: FakeRow {
            $0.state = 10
            $0.source = index % 2 == 0 ? .anyIPv4 : IPAddress(ipv4: 0x0a00_0000 + UInt32(index))
            $0.sourcePort = 80 + UInt16(index)
            $0.destination = .anyIPv4
            $0.destinationPort = 0
          })
      }, &generator)
    connections = FakeTable(
      (0..<count).map { index in
        PopulationRow(
          row: FakeRow {
            $0.state = generator.pick([1, 6, 6, 8])
            if $0.state == 6 { ($0.timer, $0.expires) = (3, 10_000) }
            $0.source = IPAddress(ipv4: 0x0a00_0000 + UInt32(index % 20))
            $0.sourcePort = index % 5 == 0 ? 80 : 32_768 + UInt16(index % 28_000)
            $0.destination = IPAddress(ipv4: 0x0b00_0000 + UInt32(index % destinations))
          })
      }, &generator)
  }

  /// Counts one pass; the calls of malloc within the census.
  func pass(over census: inout TCPCensus, isRecount: Bool = false) throws -> UInt64 {
    var calls: UInt64 = 0
    var before = CAllocationCounter_calls()
    if isRecount { census.beginRecount() } else { census.begin() }
    calls += CAllocationCounter_calls() - before
    try listeners.walk { rows throws(NetlinkError) in
      let before = CAllocationCounter_calls()
      try census.countListeners(&rows)
      calls += CAllocationCounter_calls() - before
    }
    before = CAllocationCounter_calls()
    census.sealListeners()
    calls += CAllocationCounter_calls() - before
    try connections.walk { rows throws(NetlinkError) in
      let before = CAllocationCounter_calls()
      try census.countConnections(&rows)
      calls += CAllocationCounter_calls() - before
    }
    before = CAllocationCounter_calls()
    census.blockIdleBinds(idlePorts)
    return calls + CAllocationCounter_calls() - before
  }

  static func calls(_ body: () -> Void) -> UInt64 {
    let before = CAllocationCounter_calls()
    body()
    return CAllocationCounter_calls() - before
  }
}
