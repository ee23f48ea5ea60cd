import Census
import Inet
import Netlink
import NetlinkTestKit
import PropertyTestKit
import Testing

/// Every number of a census against the naive model, over random populations.
@Suite struct CensusModelTests {
  @Test func `every number equals the model's, pass after pass over warm tables`() throws {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for world in 0..<rounds(250) {
      let space = generator.space()
      var census = TCPCensus(space)
      for pass in 0..<5 {
        let population = Population(space: space, &generator)
        let arrival = generator.pick(IdleBindArrival.allCases)
        census.begin()
        try FakePass(population, &generator).count(into: &census, arrival)
        let counted = CensusFacts(census),
          expected = CensusFacts(CensusModel(population: population))
        let what = "world \(world), pass \(pass), \(arrival), \(replay)"
        #expect(counted == expected, "\(what)")
        let isExact = census.isExact && census.lostMaximum == 0
        #expect(isExact, "\(what)")
        guard counted == expected else { return }
      }
    }
  }

  @Test func `what a listener covers equals the model's for every end`() throws {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for _ in 0..<rounds(200) {
      let population = Population(space: generator.space(), &generator)
      var census = TCPCensus(population.space)
      census.begin()
      try FakePass(population, &generator).count(into: &census, .last)
      let model = CensusModel(population: population)
      for row in population.connections + population.listeners where !row.row.source.isWildcard {
        let covered = census.listeners.covers(
          row.row.source, row.row.sourcePort, interface: row.row.interface)
        #expect(covered == model.isInbound(row), "\(row.row) \(replay)")
      }
    }
  }

  @Test func `idle binds equal the model's`() throws {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for _ in 0..<rounds(120) {
      let space = generator.space()
      var census = IdleBindCensus(range: space.range)
      for _ in 0..<3 {
        let population = Population(space: space, &generator)
        census.begin()
        try FakePass(population, &generator).idleBinds.walk { rows throws(NetlinkError) in
          try census.count(&rows)
        }
        #expect(census.socketCount == population.idleBinds.count)
        let expected = BindUseModel(population.idleBinds, range: space.range, state: 13)
        #expect(BindUseModel(census.use) == expected, "\(replay)")
      }
    }
  }

  @Test func `UDP equals the model's`() throws {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for _ in 0..<rounds(120) {
      let space = generator.space()
      var census = UDPCensus(range: space.range)
      for _ in 0..<3 {
        let population = Population(space: space, &generator)
        census.begin()
        try FakeTable(population.datagramSockets, &generator).walk { rows throws(NetlinkError) in
          try census.count(&rows)
        }
        // A connected native IPv6 socket may have autobound the wildcard of both families.
        let expected = BindUseModel(population.datagramSockets, range: space.range) {
          $0.row.state == 1
        }
        #expect(BindUseModel(census.use) == expected, "\(replay)")
        #expect(numbers(census.states) == CensusModel.states(population.datagramSockets))
      }
    }
  }

  @Test func `the use of several walks is the union of theirs`() throws {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for _ in 0..<rounds(120) {
      let population = Population(space: generator.space(), &generator)
      let range = population.space.range
      let pass = FakePass(population, &generator)
      var census = TCPCensus(population.space)
      census.begin()
      try pass.count(into: &census, .first)
      var idle = IdleBindCensus(range: range)
      try pass.idleBinds.walk { rows throws(NetlinkError) in try idle.count(&rows) }
      var held = census.connected
      held.formUnion(census.listening)
      held.formUnion(idle.use)
      let model = CensusModel(population: population)
      let expected = BindUseModel(population.connections, range: range) { !model.isInbound($0) }
        .union(BindUseModel(population.listeners, range: range))
        .union(BindUseModel(population.idleBinds, range: range, state: 13))
      #expect(BindUseModel(held) == expected, "\(replay)")
      #expect(Set(held.all) == expected.ipv4.union(expected.perhapsIPv4).union(expected.ipv6))
      for address in Population.ipv4 + Population.ipv6 {
        let excluded = Set(held.ports(excludedFor: address))
        #expect(excluded == expected.excluded(for: address), "\(address) \(replay)")
      }
    }
  }
}
