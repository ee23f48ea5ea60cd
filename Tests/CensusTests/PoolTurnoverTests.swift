import Census
import Inet
import Netlink
import NetlinkTestKit
import PropertyTestKit
import Testing

/// A warm census keeps the keys of its last pass; nobody can tell.
@Suite struct PoolTurnoverTests {
  @Test func `pools that are gone make room for those that came`() throws {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for limit in [8, 12, 33, 200, 500] {
      let space = CensusSpace(
        range: .kernelDefault, reserved: PortSet(), reuse: TimeWaitReuse(.always))
      var census = TCPCensus(space, limits: CensusLimits(pools: limit))
      for pass in 0..<12 {
        // Few or many, of three times as many as fit: some stay, some go, some come back.
        let all = (0..<(limit * 3)).shuffled(using: &generator)
        let count = generator.pick([0, 1, limit / 2, limit - 1, limit, limit])
        let population = Self.population(space, Array(all.prefix(count)), &generator)
        let expected = CensusFacts(CensusModel(population: population))
        let what = "limit \(limit), pass \(pass), \(count) pools, \(replay)"
        census.begin()
        try FakePass(population, &generator)
          .count(into: &census, generator.pick(IdleBindArrival.allCases))
        #expect(CensusFacts(census) == expected, "\(what)")
        let isExact = census.isExact && census.lostMaximum == 0 && census.poolCount == count
        #expect(isExact, "\(what)")
        guard generator.oneIn(3) else { continue }
        census.beginRecount()
        try FakePass(population, &generator).count(into: &census, .amid)
        #expect(CensusFacts(census) == expected, "\(what)")
      }
    }
  }

  @Test func `a second pass knows only what the first one saw`() throws {
    var generator = SeededGenerator.fresh()
    let space = CensusSpace(
      range: .kernelDefault, reserved: PortSet(), reuse: TimeWaitReuse(.always))
    var census = TCPCensus(space)
    let before = Self.population(space, Array(0..<20), &generator)
    let after = Self.population(space, Array(0..<18), &generator)
    census.begin()
    try FakePass(before, &generator).count(into: &census, .last)
    census.begin()
    try FakePass(after, &generator).count(into: &census, .last)
    let count = census.poolCount
    #expect(count == 18)
    census.beginRecount()
    try FakePass(before, &generator).count(into: &census, .last)
    let (recount, lost) = (census.poolCount, census.lostMaximum)
    #expect(recount == 18)
    #expect(lost > 0)
  }

  /// One to five connections to each destination, of both families.
  private static func population(
    _ space: CensusSpace, _ destinations: [Int], _ generator: inout SeededGenerator
  ) -> Population {
    var population = Population(space: space)
    for destination in destinations {
      for _ in 0..<generator.pick([1, 1, 2, 5]) {
        let port = UInt16(32_768 + population.connections.count)
        population.connections.append(
          PopulationRow(
            row: FakeRow {
              $0.state = generator.pick([1, 6, 8])
              if $0.state == 6 { ($0.timer, $0.expires) = (3, generator.pick([100, 59_900])) }
              $0.sourcePort = port
              if destination % 3 == 0 {
                $0.family = 10
                $0.source = IPAddress(high: 0x2001_0db8 << 32, low: UInt64(destination % 2) + 1)
                $0.destination = IPAddress(high: 0x2001_0db8 << 32, low: UInt64(destination) + 9)
              } else {
                $0.destination = IPAddress(ipv4: 0x0b00_0000 + UInt32(destination))
              }
            }))
      }
    }
    population.connections.shuffle(using: &generator)
    population.idleBinds = [32_769, 32_770, 32_790 as UInt16].map { port in
      PopulationRow(
        row: FakeRow {
          $0.state = 7
          $0.sourcePort = port
          $0.destination = .anyIPv4
          $0.destinationPort = 0
        })
    }
    return population
  }
}
