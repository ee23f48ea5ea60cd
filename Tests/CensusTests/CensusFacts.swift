import Census
import Inet
import NetlinkTestKit

/// A connect pool's numbers.
struct PoolFacts: Equatable {
  var states: [UInt8: Int]
  var takenLow: Int
  var takenOther: Int
  var reclaimableLow: Int
  var reclaimableOther: Int
}

extension PoolFacts {
  init(_ count: ConnectCount) {
    self.init(
      states: numbers(count.states), takenLow: count.takenLow, takenOther: count.takenOther,
      reclaimableLow: count.reclaimableLow, reclaimableOther: count.reclaimableOther)
  }

  var inUse: Int { states.values.reduce(0, +) }
}

/// Everything that a census says, by value, so that it can be kept and compared.
struct CensusFacts: Equatable {
  var rows = 0
  var states: [UInt8: Int] = [:]
  var pools: [PoolName: PoolFacts] = [:]
  var listening: BindUseModel
  var connected: BindUseModel
  var listenerPorts: Set<UInt16> = []
  var listeningPorts: [IPAddress: Int] = [:]

  /// What was counted.
  init(_ census: borrowing TCPCensus) {
    rows = census.rowCount
    states = numbers(census.states)
    listening = BindUseModel(census.listening)
    connected = BindUseModel(census.connected)
    listenerPorts = Set(census.listeners.ports)
    for index in 0..<census.poolCount {
      let count = census.pool(at: index)
      let name = PoolName(
        source: count.source, destination: count.destination, port: count.destinationPort,
        interface: count.interface)
      pools[name] = PoolFacts(count)
    }
    for address in Population.ipv4 + Population.ipv6 {
      listeningPorts[address] = census.listeners.portCount(covering: address)
    }
  }

  /// What the model says must be counted.
  init(_ model: CensusModel) {
    let population = model.population
    let range = population.space.range
    rows = population.listeners.count + population.connections.count
    states = CensusModel.states(population.listeners + population.connections)
    pools = model.pools.mapValues(\.counts)
    listening = BindUseModel(population.listeners, range: range)
    connected = BindUseModel(population.connections, range: range) { !model.isInbound($0) }
    listenerPorts = Set(population.listeners.map(\.row.sourcePort))
    for address in Population.ipv4 + Population.ipv6 {
      listeningPorts[address] = model.listeningPorts(address).count
    }
  }
}
