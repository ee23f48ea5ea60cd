import Census
import Inet
import Netlink
import NetlinkTestKit
import PropertyTestKit
import Testing

/// What a census guarantees when there are more local addresses than it may remember.
@Suite struct AddressLimitTests {
  @Test func `an address with more ports than the bound is there, and exact the second time`()
    throws
  {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for limit in [8, 13, 40] {
      for _ in 0..<5 {
        let population = Self.crowd(limit: limit, &generator)
        let truth = BindUseModel(population.connections, range: population.space.range)
        var census = TCPCensus(population.space, limits: CensusLimits(addresses: limit))
        for _ in 0..<2 {
          census.begin()
          try FakePass(population, &generator).count(into: &census, .last)
          let first = BindUseModel(census.connected)
          let lost = census.connected.addresses.lostMaximum
          #expect(first.addresses.count <= limit)
          for (address, entry) in truth.addresses {
            let counted = first.addresses[address]?.ports ?? []
            #expect(counted.isSubset(of: entry.ports), "\(replay)")
            #expect(counted.count + lost >= entry.ports.count, "\(replay)")
          }
          census.beginRecount()
          try FakePass(population, &generator).count(into: &census, .first)
          let second = BindUseModel(census.connected)
          for (address, entry) in second.addresses {
            #expect(entry == truth.addresses[address], "\(replay)")
          }
          let still = census.connected.addresses.lostMaximum
          for (address, entry) in truth.addresses where second.addresses[address] == nil {
            #expect(entry.ports.count <= still, "\(replay)")
          }
          // What covers all addresses together knows no limit.
          #expect(second.ipv4 == truth.ipv4)
          #expect(first.ipv4 == truth.ipv4)
        }
      }
    }
  }

  @Test func `a second pass for the sake of pools loses no address that only listens`() throws {
    var generator = SeededGenerator.fresh()
    var population = CrowdedNamespace(limit: 8, .shuffled, &generator).population
    for index in 0..<5 {
      population.listeners.append(
        PopulationRow(
          row: FakeRow {
            $0.state = 10
            $0.source = IPAddress(ipv4: 0x0a63_0000 + UInt32(index))
            $0.destination = .anyIPv4
            $0.destinationPort = 0
          }))
    }
    var census = TCPCensus(population.space, limits: CensusLimits(pools: 8, addresses: 8))
    let pass = FakePass(population, &generator)
    census.begin()
    try pass.count(into: &census, .last)
    census.beginRecount()
    try pass.count(into: &census, .last)
    var idle = IdleBindCensus(
      range: population.space.range, limits: CensusLimits(addresses: 8))
    try pass.idleBinds.walk { rows throws(NetlinkError) in try idle.count(&rows) }
    var held = census.connected
    held.formUnion(census.listening)
    held.formUnion(idle.use)
    let expected = BindUseModel(population.connections, range: population.space.range)
      .union(BindUseModel(population.listeners, range: population.space.range))
      .union(BindUseModel(population.idleBinds, range: population.space.range, state: 13))
    #expect(BindUseModel(held).addresses == expected.addresses, "\(generator.replay)")
  }

  /// Connections of more addresses than fit, some heavy.
  private static func crowd(limit: Int, _ generator: inout SeededGenerator) -> Population {
    var population = Population(
      space: CensusSpace(
        range: .kernelDefault, reserved: PortSet(), reuse: TimeWaitReuse(.never)))
    for index in 0..<(limit * 5) {
      let count = generator.oneIn(6) ? 60 : generator.pick([1, 1, 2, 5])
      for _ in 0..<count {
        population.connections.append(
          PopulationRow(
            row: FakeRow {
              $0.source = IPAddress(ipv4: 0x0a01_0000 + UInt32(index))
              $0.sourcePort = UInt16.random(in: 32_700...61_100, using: &generator)
            }))
      }
    }
    if generator.oneIn(2) { population.connections.shuffle(using: &generator) }
    return population
  }
}
