internal import Census
internal import HostFacts
internal import Inet
public import Kernel
public import Pools
internal import Synchronization

extension Sampler where Transport: ~Copyable {
  /// What the last sample says, as far as `selection` asks: the model over the census.
  ///
  /// Filters choose what is listed; the counts of the namespace and the blocked ports are always
  /// those of the whole table.
  public func snapshot(
    of identity: NamespaceIdentity, _ selection: PoolSelection = PoolSelection()
  ) -> NamespaceSnapshot {
    let sides = side.state.withLock { $0 }
    let idle = sides.idleBinds.use
    let space = portSpace
    var held = census.connected
    held.formUnion(census.listening)
    held.formUnion(idle)

    var ranking = ConnectRanking(selection, in: space)
    for index in 0..<census.poolCount {
      let count = census.pool(at: index)
      ranking.offer(count, unscoped: census.unscopedPool(of: count))
    }
    ranking.cut()
    let udpUse = sides.udpError == nil ? sides.udp.use : nil
    let binds = bindPools(.tcp, held, in: space)
    let udpBinds = udpUse.map { bindPools(.udp, $0, in: space) } ?? []
    let udps = udpUse.map { udpPools($0, in: space) } ?? []

    let listed = (binds + udpBinds + udps).filter { includes($0.key, selection) }
    var addresses = addressSnapshots(listed)
    var pools = ranking.chosen + listed
    addOwners(to: &pools, &addresses)
    addProcesses(to: &pools, &addresses)
    for index in pools.indices {
      pools[index].verdict = selection.thresholds.level(of: pools[index])
    }
    pools.sort { selection.precedes($0, $1) }

    return NamespaceSnapshot(
      name: identity.name, inode: identity.inode, cookie: cookie, space: space,
      reservedIsKnown: facts.reserved != nil,
      settings: settings,
      tcp: TransportSnapshot(
        states: tcpStates(idleBinds: sides), portsInUse: portsInRange(census.connected.all),
        knowsBoundInactive: knowsIdleBinds(sides)),
      udp: udpUse.map {
        TransportSnapshot(
          states: sides.udp.states, portsInUse: portsInRange($0.all), knowsBoundInactive: false)
      },
      addresses: addresses, pools: pools, tightestConnect: ranking.worst,
      poolTotals: udpUse == nil
        ? [.connect: census.poolCount, .bind: binds.count]
        : [
          .connect: census.poolCount, .bind: binds.count, .udp: udps.count,
          .udpBind: udpBinds.count,
        ],
      other: Remainder(
        pools: ranking.leftOut + (census.lostMaximum > 0 ? 1 : 0),
        inUseMaximum: min(
          max(ranking.leftOutInUseMaximum, census.lostMaximum), space.range.count),
        isExact: census.lostMaximum == 0,
        addressInUseMaximum: min(lostAddressMaximum(sides), space.range.count)),
      countedAtNanoseconds: timing.takenAtNanoseconds)
  }

  /// The whole document of the last sample, of this one namespace.
  public func document(
    of identity: NamespaceIdentity, _ selection: PoolSelection = PoolSelection()
  ) -> Snapshot {
    let namespace = snapshot(of: identity, selection)
    let sides = side.state.withLock { $0 }
    let rows = timing.rows + sides.idleBinds.socketCount + sides.udp.states.total
    return Snapshot(
      host: Machine.hostName(), takenAtNanoseconds: timing.takenAtNanoseconds,
      durationNanoseconds: timing.durationNanoseconds, kernel: Machine.kernelRelease(),
      flags: flags(of: identity), namespaces: [namespace], isFiltered: selection.isFiltered,
      cost: SampleCost(
        dumpNanoseconds: timing.dumpNanoseconds, dumpRows: timing.dumpRows, rows: rows,
        cpuNanoseconds: timing.cpuNanoseconds))
  }

  /// The most ports in use that a local address which is not listed can have.
  func lostAddressMaximum(_ sides: SideCounts) -> Int {
    [census.connected, census.listening, sides.idleBinds.use, sides.udp.use]
      .map(\.addresses.lostMaximum).max() ?? 0
  }

  func knowsIdleBinds(_ sides: SideCounts) -> Bool {
    side.knowsIdleBinds && sides.idleBindError == nil
  }

  private func tcpStates(idleBinds sides: SideCounts) -> StateCounts {
    var states = census.states
    states[.boundInactive] = sides.idleBinds.socketCount
    return states
  }

  private func portsInRange(_ ports: PortSet) -> Int {
    ports.intersection(PortSet(facts.range)).count
  }

  /// bind(address, 0) of every local address, and of the wildcards.
  private func bindPools(_ transport: TransportProtocol, _ use: BindUse, in space: PortSpace)
    -> [Pool]
  {
    func key(_ local: BindLocal) -> PoolKey { transport == .tcp ? .bind(local) : .udpBind(local) }
    var pools: [Pool] = []
    for index in 0..<use.addresses.count {
      let address = use.addresses.address(at: index)
      let held = use.ports(excludedFor: address)
      // A link-local address is another one on each interface, and all are counted together here: what
      // stands on it may or may not be in the way.
      let surely = address.isLinkLocal ? use.anyDual.union(use.anyIPv6Only) : held
      var pool = Pool.exclusive(
        key(.address(address)), held: surely, perhapsHeld: held,
        states: use.addresses.states(at: index), in: space)
      pool.inUse = portsInRange(held)
      pools.append(pool)
    }
    pools.append(.exclusive(key(.any), held: use.all, in: space))
    if transport == .tcp {
      pools.append(
        .exclusive(key(.anyIPv4), held: use.ipv4, perhapsHeld: use.perhapsIPv4, in: space))
    }
    return pools
  }

  /// UDP without bind takes the wildcard of the socket's family first: one pool for each.
  private func udpPools(_ use: BindUse, in space: PortSpace) -> [Pool] {
    [
      .exclusive(.udp(.ipv4), held: use.ipv4, perhapsHeld: use.perhapsIPv4, in: space),
      .exclusive(.udp(.ipv6), held: use.all, in: space),
    ]
  }

  private func includes(_ key: PoolKey, _ selection: PoolSelection) -> Bool {
    switch key {
    case .bind(.address(let address)), .udpBind(.address(let address)):
      selection.includes(source: address)
    case .bind(.anyIPv4), .udpBind(.anyIPv4):
      selection.source == nil && selection.family != .ipv6
    case .bind(.any), .udpBind(.any): selection.source == nil
    case .udp(let family):
      selection.source == nil && (selection.family.map { $0 == family } ?? true)
    case .connect: true
    }
  }

  private func addressSnapshots(_ pools: [Pool]) -> [AddressSnapshot] {
    let addresses: [AddressSnapshot] = pools.compactMap { pool in
      switch pool.key {
      case .bind(.address(let address)):
        AddressSnapshot(
          address: address, pool: pool,
          listeningPorts: census.listeners.portCount(covering: address))
      case .udpBind(.address(let address)):
        AddressSnapshot(address: address, pool: pool, listeningPorts: nil)
      default: nil
      }
    }
    return addresses.sorted {
      if $0.pool.inUse != $1.pool.inUse { return $0.pool.inUse > $1.pool.inUse }
      return $0.pool.key < $1.pool.key
    }
  }

  private var settings: [Setting] {
    let settings = facts.settings
    return [
      Setting("tcp_tw_reuse", settings.timeWaitReuse),
      Setting("tcp_tw_reuse_delay_ms", settings.timeWaitReuseDelayMilliseconds),
      Setting("tcp_fin_timeout_s", settings.finTimeoutSeconds),
      Setting("tcp_max_tw_buckets", settings.maxTimeWaitBuckets),
      Setting("tcp_timestamps", settings.timestamps),
      Setting("ip_autobind_reuse", settings.autobindReuse),
      Setting("tcp_ehash_entries", settings.establishedHashEntries),
    ]
  }
}
