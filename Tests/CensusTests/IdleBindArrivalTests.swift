import Census
import Inet
import Netlink
import PropertyTestKit
import Testing

/// The slow walk over idle binds may end before, during or after the table's.
@Suite struct IdleBindArrivalTests {
  @Test func `whenever idle binds arrive the numbers are the same`() throws {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for _ in 0..<rounds(60) {
      let population = Population(space: generator.space(), &generator)
      let facts = try IdleBindArrival.allCases.map { arrival in
        var census = TCPCensus(population.space)
        census.begin()
        try FakePass(population, &generator).count(into: &census, arrival)
        return CensusFacts(census)
      }
      for other in facts.dropFirst() { #expect(other == facts[0], "\(replay)") }
    }
  }

  @Test func `a second pass knows nothing of idle binds until it is told`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(60) {
      let population = Population(space: generator.space(), &generator)
      let pass = FakePass(population, &generator)
      var census = TCPCensus(population.space)
      census.begin()
      try pass.count(into: &census, .first)
      census.beginRecount()
      try pass.count(into: &census, generator.pick(IdleBindArrival.allCases))
      let counted = CensusFacts(census).pools
      let expected = CensusModel(population: population).pools.mapValues(\.counts)
      #expect(counted == expected, "\(generator.replay)")
    }
  }

  @Test func `nobody waits for idle binds while the log has room`() {
    let census = TCPCensus(
      CensusSpace(range: .kernelDefault, reserved: [], reuse: TimeWaitReuse(.never)))
    let needs = census.needsIdleBinds
    #expect(!needs)
    var small = TCPCensus(
      CensusSpace(range: .kernelDefault, reserved: [], reuse: TimeWaitReuse(.never)),
      limits: CensusLimits(pools: 8))
    // Pools may be evicted within the next batch, and their log with them.
    let needsSmall = small.needsIdleBinds
    #expect(needsSmall)
    small.blockIdleBinds([])
    let needsStill = small.needsIdleBinds
    #expect(!needsStill)
  }
}
