internal import Inet
internal import Owners
internal import Pools

/// Which processes hold the ports of the chosen pools.
extension Sampler where Transport: ~Copyable {
  /// Puts processes behind the other owners of the connect pools among `pools`, and their numbers into `addresses`;
  /// nothing where they were not asked for.
  func addProcesses(to pools: inout [Pool], _ addresses: inout [AddressSnapshot]) {
    guard let processes, processes.error == nil else { return }
    let connects = pools.indices.filter { pools[$0].key.tuple != nil }
    let tuples = connects.compactMap { pools[$0].key.tuple }
    for (index, holdings) in zip(connects, processes.holdings(of: tuples)) {
      let owners =
        processes.search == .exact
        ? Self.divided(holdings, pools[index]) : Self.estimated(holdings, pools[index])
      pools[index].owners = (pools[index].owners ?? []) + owners
    }
    let counts = processes.processCounts()
    for index in addresses.indices where addresses[index].pool.key.transport == .tcp {
      addresses[index].processCount = counts[addresses[index].address] ?? 0
      addresses[index].processCountIsExact = processes.search == .exact
    }
  }

  /// What has no owner any more is divided among all, and those who were not found keep their part: nobody else is
  /// to be blamed for it.
  private static func divided(_ holdings: [ProcessCensus.Holding], _ pool: Pool) -> [PoolOwner] {
    let holders = holdings.map {
      (id: $0.process?.number ?? notFound, name: $0.process?.name, ports: $0.ports, timeWait: 0)
    }
    return PoolOwner.divided(
      .process, holders, inUse: pool.inUse, timeWait: pool.states?[.timeWait] ?? 0
    ).filter { $0.id != notFound }
  }

  private static var notFound: UInt64 { .max }

  private static func estimated(_ holdings: [ProcessCensus.Holding], _ pool: Pool) -> [PoolOwner] {
    let owners: [PoolOwner] = holdings.compactMap { holding in
      guard let process = holding.process else { return nil }
      var owner = PoolOwner(
        kind: .process, id: process.number, name: process.name,
        ports: min(holding.ports, pool.inUse), timeWait: 0, isInferred: false)
      owner.bounds = holding.bounds(within: pool.inUse)
      return owner
    }
    return owners.sorted { $0.ports == $1.ports ? $0.id < $1.id : $0.ports > $1.ports }
  }

  /// What could not be seen of processes, and why.
  var processFlags: [SnapshotFlag] {
    guard let processes else { return [] }
    if let error = processes.error {
      return [
        SnapshotFlag("processes_unavailable", "processes could not be looked at: \(error)")
      ]
    }
    var flags: [SnapshotFlag] = []
    if case .sampled(let links) = processes.search {
      flags.append(
        SnapshotFlag(
          "processes_sampled",
          "\(links) descriptors of each large process were looked at: ports by process are "
            + "estimates for living sockets, with bounds that hold 95 times of 100"))
    }
    if let error = processes.refusal, processes.hasUnseen {
      flags.append(
        SnapshotFlag(
          "processes_refused", ProcessScan.refusalText(processes.refusedCount, error)))
    }
    if let shared = processes.sharedCount, shared > 0 {
      flags.append(
        SnapshotFlag(
          "processes_shared",
          "\(shared) \(shared == 1 ? "socket is" : "sockets are") held by several processes: "
            + "counted for the lowest number"))
    }
    return flags
  }
}

extension ProcessScan.Process {
  /// Its number, as owners have it.
  fileprivate var number: UInt64 { UInt64(clamping: id) }
}

extension PoolKey {
  /// What sockets of a connect pool share; nil for other kinds.
  fileprivate var tuple: TupleKey? {
    guard case .connect(let source, let destination, let port, let interface) = self else {
      return nil
    }
    return TupleKey(source: source, destination: destination, port: port, interface: interface)
  }
}
