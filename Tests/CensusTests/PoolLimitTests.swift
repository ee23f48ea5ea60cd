import Census
import Inet
import Netlink
import PropertyTestKit
import Testing

/// What a census guarantees when there are more pools than it may remember.
@Suite struct PoolLimitTests {
  @Test(arguments: CrowdedNamespace.Order.allCases)
  func `a pool with more than the bound is there, and survivors are exact the second time`(
    _ order: CrowdedNamespace.Order
  ) throws {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for limit in [8, 9, 16, 33, 64, 100, 200] {
      let crowd = CrowdedNamespace(limit: limit, order, &generator)
      var census = TCPCensus(crowd.population.space, limits: CensusLimits(pools: limit))
      for _ in 0..<3 {
        census.begin()
        try FakePass(crowd.population, &generator)
          .count(into: &census, generator.pick(IdleBindArrival.allCases))
        let what = "limit \(limit), \(replay)"
        expectBounded(census, crowd.truth, limit, isRecount: false, what)
        let isExact = census.isExact
        #expect(!isExact, "\(what)")
        census.beginRecount()
        try FakePass(crowd.population, &generator)
          .count(into: &census, generator.pick(IdleBindArrival.allCases))
        expectBounded(census, crowd.truth, limit, isRecount: true, what)
      }
    }
  }

  @Test func `a warm census that was full is exact again when all fit`() throws {
    var generator = SeededGenerator.fresh()
    let crowd = CrowdedNamespace(limit: 16, .shuffled, &generator)
    var census = TCPCensus(crowd.population.space, limits: CensusLimits(pools: 16))
    var small = crowd.population
    small.connections = Array(small.connections.prefix(16))
    for population in [crowd.population, small, crowd.population, small] {
      census.begin()
      try FakePass(population, &generator).count(into: &census, .last)
    }
    let counted = CensusFacts(census), expected = CensusFacts(CensusModel(population: small))
    #expect(counted == expected, "\(generator.replay)")
    let isExact = census.isExact
    #expect(isExact)
  }

  @Test func `exactly as many pools as the limit are all kept`() throws {
    var generator = SeededGenerator.fresh()
    var crowd = CrowdedNamespace(limit: 64, .shuffled, &generator).population
    var names: Set<PoolName> = []
    crowd.connections = crowd.connections.filter { row in
      if names.count < 64 { names.insert(PoolName(row)) }
      return names.contains(PoolName(row))
    }
    var census = TCPCensus(crowd.space, limits: CensusLimits(pools: 64))
    census.begin()
    try FakePass(crowd, &generator).count(into: &census, .amid)
    let counted = CensusFacts(census).pools
    #expect(counted == CensusModel(population: crowd).pools.mapValues(\.counts))
    let (isExact, lost) = (census.isExact, census.lostMaximum)
    #expect(isExact)
    #expect(lost == 0)
  }

  private func expectBounded(
    _ census: borrowing TCPCensus, _ truth: [PoolName: PoolFacts], _ limit: Int, isRecount: Bool,
    _ what: String
  ) {
    let facts = CensusFacts(census)
    let (lost, rows) = (census.lostMaximum, facts.rows)
    #expect(facts.pools.count <= limit, "\(what)")
    #expect(lost <= rows * 8 / (7 * limit) + 1, "the bound is too wide: \(lost) \(what)")
    for (name, pool) in truth {
      guard let counted = facts.pools[name] else {
        #expect(pool.inUse <= lost, "\(pool.inUse) lost, \(lost) allowed \(what)")
        continue
      }
      if isRecount {
        #expect(counted == pool, "\(what)")
      } else {
        // The first time a pool may have come back after it was evicted: it never has too many.
        #expect(counted.inUse <= pool.inUse, "\(what)")
        #expect(counted.inUse + lost >= pool.inUse, "\(what)")
      }
    }
    for name in facts.pools.keys { #expect(truth[name] != nil, "\(what)") }
    // What concerns the whole table is exact, whatever fits.
    #expect(facts.states.values.reduce(0, +) == rows)
  }
}
