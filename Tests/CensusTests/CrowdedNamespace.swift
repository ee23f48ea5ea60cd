import Census
import Inet
import NetlinkTestKit
import PropertyTestKit

/// More pools than fit: some heavy ones among many light ones, in an order that may be an adversary's.
struct CrowdedNamespace {
  /// In which order the rows come.
  enum Order: CaseIterable {
    /// In no order.
    case shuffled
    /// The heavy pools first, then all light ones, to push them out.
    case heavyFirst
    /// The light pools first, so that the table is full when the heavy ones come.
    case heavyLast
    /// Light pools in turns, each row of another one, which keeps all of them near eviction.
    case interleaved
    /// Each heavy row is followed by as many new pools as fit: each turn evicts.
    case drowned
  }

  let population: Population
  /// The true number of ports of every pool.
  let truth: [PoolName: PoolFacts]

  init(limit: Int, _ order: Order, _ generator: inout SeededGenerator) {
    let space = CensusSpace(
      range: .kernelDefault, reserved: PortSet(),
      reuse: TimeWaitReuse(generator.pick([.never, .always])))
    var port = UInt16(32_768)
    func row(_ destination: UInt32) -> PopulationRow {
      var row = FakeRow()
      row.destination = IPAddress(ipv4: destination)
      row.state = generator.pick([1, 1, 6])
      if row.state == 6 { (row.timer, row.expires) = (3, generator.pick([100, 59_900])) }
      row.sourcePort = port
      port = port == 60_999 ? 32_768 : port + 1
      return PopulationRow(row: row)
    }
    func rows(_ destination: UInt32, _ count: Int) -> [PopulationRow] {
      (0..<count).map { _ in row(destination) }
    }
    let heavy = (0..<generator.count(upTo: limit / 2)).map { index in
      rows(0x0b00_0000 + UInt32(index), Int.random(in: 20...120, using: &generator))
    }
    let light = (0..<(limit * 6)).map { index in
      rows(0x0c00_0000 + UInt32(index), generator.pick([1, 1, 1, 2, 3]))
    }
    var connections: [PopulationRow]
    switch order {
    case .shuffled: connections = (heavy + light).flatMap { $0 }.shuffled(using: &generator)
    case .heavyFirst: connections = (heavy + light).flatMap { $0 }
    case .heavyLast: connections = (light + heavy).flatMap { $0 }
    case .interleaved:
      connections = (0..<120).flatMap { turn in
        (heavy + light).compactMap { turn < $0.count ? $0[turn] : nil }
      }
    case .drowned:
      let drops = heavy.flatMap { $0 }
      let flood = light.flatMap { $0 }
      let share = max(1, flood.count / max(1, drops.count))
      connections = drops.enumerated().flatMap { index, drop in
        [drop] + flood.dropFirst(index * share).prefix(share)
      }
      connections += flood.dropFirst(drops.count * share)
    }
    if generator.oneIn(3) { connections.reverse() }
    var population = Population(space: space)
    population.connections = connections
    population.idleBinds = [33_000, 33_001, 40_000 as UInt16].map { port in
      PopulationRow(
        row: FakeRow {
          $0.state = 7
          $0.sourcePort = port
          $0.destination = .anyIPv4
          $0.destinationPort = 0
        })
    }
    self.population = population
    truth = CensusModel(population: population).pools.mapValues(\.counts)
  }
}

extension Population {
  /// A population of nobody.
  init(space: CensusSpace) { self.space = space }
}
