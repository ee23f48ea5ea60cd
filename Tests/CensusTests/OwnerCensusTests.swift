import CAllocationCounter
import Census
import Inet
import Netlink
import NetlinkTestKit
import PropertyTestKit
import Testing

/// Owners of pools, counted beside a census, against a naive model.
@Suite struct OwnerCensusTests {
  private struct Tuple: Hashable {
    var source: IPAddress
    var destination: IPAddress
    var interface: UInt32
  }

  private struct Holder: Hashable {
    var tuple: Tuple
    var cgroup: UInt64?
    var user: UInt32?
  }

  /// What the census takes from one pass to the next.
  private struct Remembered {
    var cgroup: UInt64?
    var user: UInt32?
    var pass: Int
  }

  private static let listeners = [
    PopulationRow(
      row: FakeRow {
        ($0.state, $0.source, $0.sourcePort) = (10, IPAddress(ipv4: 0x0a00_0001), 40_007)
        ($0.destination, $0.destinationPort) = (.anyIPv4, 0)
      })
  ]

  private static func population(_ generator: inout SeededGenerator) -> [PopulationRow] {
    (0..<generator.small(600)).map { _ in
      PopulationRow(
        row: FakeRow { row in
          row.sourcePort = generator.oneIn(10) ? 80 : UInt16(40_000 + generator.small(40))
          let end = UInt32(generator.small(3))
          if generator.oneIn(3) {
            row.family = 10
            row.source = IPAddress(high: 0x2001_0db8_0000_0000, low: UInt64(end))
            row.destination = IPAddress(high: 0xfe80_0000_0000_0000, low: UInt64(end))
          } else {
            row.family = generator.oneIn(4) ? 10 : 2
            row.source = IPAddress(ipv4: 0x0a00_0001 + end)
            row.destination = IPAddress(ipv4: 0x0a00_0101 + UInt32(generator.small(3)))
          }
          row.interface = generator.oneIn(6) ? 3 : 0
          row.cookie = UInt64(generator.small(300))
          if generator.oneIn(3) {
            (row.state, row.timer) = (generator.oneIn(4) ? 5 : 6, 3)
          } else {
            row.inode = generator.oneIn(9) ? 0 : 1
            row.uid = UInt32(generator.pick([0, 33, 1000]))
            row.append(.cgroupID(UInt64(generator.pick([1, 25, 4711, 1 << 40]))))
          }
        })
    }
  }

  /// Runs the rows through a census of owners, as a sampler does.
  private static func pass(
    _ rows: [PopulationRow], _ owners: inout OwnerCensus, _ generator: inout SeededGenerator
  ) throws -> UInt64 {
    var census = TCPCensus(
      CensusSpace(range: .kernelDefault, reserved: [], reuse: TimeWaitReuse(.always)))
    try FakeTable(listeners, &generator).walk { rows throws(NetlinkError) in
      try census.countListeners(&rows)
    }
    census.sealListeners()
    let inbound = census.listeners
    var calls: UInt64 = 0
    owners.begin()
    try FakeTable(rows, &generator).walk { rows throws(NetlinkError) in
      let before = CAllocationCounter_calls()
      try owners.count(&rows, inbound)
      calls += CAllocationCounter_calls() - before
    }
    owners.end()
    return calls
  }

  private static func isOutbound(_ row: FakeRow) -> Bool {
    row.sourcePort != 80
      && !(row.sourcePort == 40_007 && row.source == IPAddress(ipv4: 0x0a00_0001))
  }

  @Test(arguments: [0, 1000]) func `holders are as in the model, pass by pass`(
    _ cookieLimit: Int
  ) throws {
    for _ in 0..<rounds(15) {
      var generator = SeededGenerator.fresh()
      var owners = OwnerCensus(range: .kernelDefault, cookieLimit: cookieLimit)
      var remembered: [UInt64: Remembered] = [:]
      for pass in 0..<4 {
        let rows = Self.population(&generator)
        _ = try Self.pass(rows, &owners, &generator)
        var living: [Holder: Int] = [:], waiting: [Holder: Int] = [:]
        var orphaned: [Holder: Int] = [:]
        for row in rows.map(\.row) where Self.isOutbound(row) {
          let tuple = Tuple(
            source: row.source, destination: row.destination, interface: row.interface)
          if row.timer == 3 {
            guard cookieLimit > 0, row.cookie != 0, let known = remembered[row.cookie]
            else { continue }
            let holder = Holder(tuple: tuple, cgroup: known.cgroup, user: known.user)
            if row.state == 6 {
              waiting[holder, default: 0] += 1
            } else {
              orphaned[holder, default: 0] += 1
            }
            remembered[row.cookie]?.pass = pass
          } else {
            let cgroup = row.attributeBytes[4..<12].reversed().reduce(UInt64(0)) {
              $0 << 8 | UInt64($1)
            }
            var user: UInt32? = row.uid
            if row.uid == 0, row.inode == 0 {
              // An orphan keeps its cgroup: the user is who it was in the same one.
              let known = remembered[row.cookie]
              user = known?.cgroup == cgroup ? known?.user : nil
            }
            living[Holder(tuple: tuple, cgroup: cgroup, user: user), default: 0] += 1
            if row.cookie != 0, cookieLimit > 0 {
              remembered[row.cookie] = Remembered(cgroup: cgroup, user: user, pass: pass)
            }
          }
        }
        remembered = remembered.filter { $0.value.pass >= pass - 1 }
        try Self.compare(owners, living, waiting, orphaned, generator.replay)
      }
    }
  }

  private static func compare(
    _ owners: OwnerCensus, _ living: [Holder: Int], _ waiting: [Holder: Int],
    _ orphaned: [Holder: Int], _ seed: String
  ) throws {
    let holders = Set(living.keys).union(waiting.keys).union(orphaned.keys)
    let tuples = Array(Set(holders.map(\.tuple)))
    let counts = tuples.map {
      ConnectCount(
        source: $0.source, destination: $0.destination, destinationPort: 443,
        interface: $0.interface)
    }
    for (tuple, holdings) in zip(tuples, owners.holdings(of: counts)) {
      var seen: Set<Holder> = []
      for holding in holdings {
        let holder = Holder(tuple: tuple, cgroup: holding.cgroup, user: holding.user)
        #expect(seen.insert(holder).inserted, "\(seed)")
        #expect(holding.living == living[holder] ?? 0, "\(holder), \(seed)")
        #expect(holding.waiting == waiting[holder] ?? 0, "\(holder), \(seed)")
        #expect(holding.orphaned == orphaned[holder] ?? 0, "\(holder), \(seed)")
      }
      let expected = holders.filter { $0.tuple == tuple }
      #expect(seen == expected, "\(seed)")
    }
    for address in Set(tuples.map(\.source)) {
      let here = holders.filter { $0.tuple.source == address }
      let count = owners.ownerCount(of: address)
      #expect(count.cgroups == Set(here.compactMap(\.cgroup)).count, "\(seed)")
      #expect(count.users == Set(here.compactMap(\.user)).count, "\(seed)")
    }
    #expect(owners.lostRowCount == 0)
  }

  @Test func `what does not fit stays without owner, and is counted`() throws {
    var generator = SeededGenerator.fresh()
    var owners = OwnerCensus(range: .kernelDefault, holderLimit: 8)
    let rows = (0..<50).map { index in
      PopulationRow(row: FakeRow { $0.destination = IPAddress(ipv4: UInt32(1 + index)) })
    }
    _ = try Self.pass(rows, &owners, &generator)
    #expect(owners.lostRowCount == 42)
    let counts = rows.map {
      ConnectCount(
        source: $0.row.source, destination: $0.row.destination, destinationPort: 443, interface: 0)
    }
    #expect(owners.holdings(of: counts).count { !$0.isEmpty } == 8)
  }

  @Test func `a warm pass allocates nothing per row`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    var generator = SeededGenerator.fresh()
    let rows = (0..<4000).map { index in
      PopulationRow(
        row: FakeRow { row in
          row.sourcePort = UInt16(33_000 + index)
          row.destination = IPAddress(ipv4: UInt32(1 + index % 300))
          row.cookie = UInt64(index + 1)
          row.inode = 1
          row.append(.cgroupID(UInt64(1 + index % 7)))
        })
    }
    var owners = OwnerCensus(range: .kernelDefault, cookieLimit: 10_000)
    for pass in 0..<4 {
      let calls = try Self.pass(rows, &owners, &generator)
      if pass >= 2 { #expect(calls <= mostCalls, "pass \(pass)") }
    }
  }
}

#if DEBUG
  /// Without optimisation spans and closures make temporaries.
  private let mostCalls: UInt64 = 100_000
#else
  private let mostCalls: UInt64 = 0
#endif
