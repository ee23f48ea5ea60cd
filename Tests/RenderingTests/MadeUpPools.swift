import Inet
import Pools

extension MadeUpHost {
  static func address(_ text: String) -> IPAddress { IPAddress(text) ?? .anyIPv6 }

  static func defaultSpace(
    reserved: PortSet = [], blocked: PortSet, bound: BlockedBound = .lower
  ) -> PortSpace {
    PortSpace(
      range: .kernelDefault, reserved: reserved, blocked: blocked, blockedBound: bound)
  }

  static func counts(_ states: [SocketState: Int]) -> StateCounts {
    states.reduce(into: StateCounts()) { $0[$1.key] = $1.value }
  }

  static func connect(
    _ source: String, _ destination: String, _ port: UInt16, interface: UInt32 = 0,
    _ states: [SocketState: Int], _ space: PortSpace, _ reclaimable: Int = 0
  ) -> Pool {
    let taken = min(states.values.reduce(0, +), space.connectCapacity) - reclaimable
    let low = min(taken, space.cliff)
    return judged(
      .connect(
        .connect(
          source: address(source), destination: address(destination), port: port,
          interface: interface), states: counts(states), takenLow: low, takenOther: taken - low,
        reclaimable: reclaimable, in: space))
  }

  static func bind(
    _ local: BindLocal, held: Int, perhaps: Int = 0, _ space: PortSpace,
    _ states: [SocketState: Int]? = nil
  ) -> Pool {
    exclusive(.bind(local), held, perhaps, space, states)
  }

  static func udp(_ family: AddressFamily, held: Int, _ space: PortSpace) -> Pool {
    exclusive(.udp(family), held, 0, space, nil)
  }

  static func udpBind(_ local: BindLocal, held: Int, _ space: PortSpace) -> Pool {
    exclusive(.udpBind(local), held, 0, space, local == .any ? nil : [.close: held])
  }

  private static func exclusive(
    _ key: PoolKey, _ held: Int, _ perhaps: Int, _ space: PortSpace,
    _ states: [SocketState: Int]?
  ) -> Pool {
    let free = Array(space.bindable)
    return judged(
      .exclusive(
        key, held: PortSet(free.prefix(held)),
        perhapsHeld: PortSet(free.dropFirst(held).prefix(perhaps)), states: states.map(counts),
        in: space))
  }

  private static func judged(_ pool: Pool) -> Pool {
    var pool = pool
    pool.verdict = VerdictThresholds().level(of: pool)
    return pool
  }

  static let settingKeys = [
    "tcp_tw_reuse", "tcp_tw_reuse_delay_ms", "tcp_fin_timeout_s", "tcp_max_tw_buckets",
    "tcp_timestamps", "ip_autobind_reuse", "tcp_ehash_entries",
  ]

  static func madeUp(
    _ space: PortSpace, _ pools: [Pool], listeners: Int, name: String = "host",
    other: Remainder = Remainder(pools: 0, inUseMaximum: 0, isExact: true)
  ) -> NamespaceSnapshot {
    var states = StateCounts()
    for pool in pools where pool.key.kind == .connect {
      if let counted = pool.states { states.add(counted) }
    }
    states[.listen] = listeners
    states[.boundInactive] = 2
    let addresses = pools.compactMap { pool in
      switch pool.key {
      case .bind(.address(let address)):
        AddressSnapshot(address: address, pool: pool, listeningPorts: listeners)
      case .udpBind(.address(let address)):
        AddressSnapshot(address: address, pool: pool, listeningPorts: nil)
      default: nil
      }
    }
    let values = [2, 1000, 60, 131_072, 1, 0, -262_144]
    return NamespaceSnapshot(
      name: name, inode: 4_026_531_840, cookie: 1, space: space,
      settings: zip(settingKeys, values).map { Setting($0, $1) },
      tcp: TransportSnapshot(
        states: states, portsInUse: min(states.total, space.range.count), knowsBoundInactive: true),
      udp: TransportSnapshot(
        states: counts([.close: 40, .established: 12]), portsInUse: 52, knowsBoundInactive: false),
      addresses: addresses,
      pools: pools.sorted { $0.usage != $1.usage ? $0.usage > $1.usage : $0.key < $1.key },
      poolTotals: Dictionary(grouping: pools, by: \.key.kind).mapValues(\.count), other: other,
      countedAtNanoseconds: moment)
  }

  static func snapshot(_ namespaces: [NamespaceSnapshot]) -> Snapshot {
    let rows = namespaces.reduce(0) { $0 + $1.tcp.states.total + ($1.udp?.sockets ?? 0) }
    return Snapshot(
      host: "proxy-17", takenAtNanoseconds: moment, durationNanoseconds: 41_234_567,
      kernel: "6.18.44",
      flags: [
        SnapshotFlag("blocked_lower_bound", "headroom of connect pools is an upper bound"),
        SnapshotFlag("no_collector", "arrivals and failed connects need samples over time"),
        SnapshotFlag("owners_not_collected", "owners of ports were not asked for"),
      ], namespaces: namespaces,
      cost: SampleCost(
        dumpNanoseconds: 12_345_678, dumpRows: rows, rows: rows, cpuNanoseconds: 23_456_789))
  }
}
