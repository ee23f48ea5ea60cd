internal import Census
internal import HostFacts
internal import Inet
internal import Kernel
internal import Netlink
internal import Pools
internal import SocketDiag
internal import Synchronization

/// How much of the TCP table a pass asks for.
enum WalkScope {
  /// Every state, whatever the port: a one-shot sample, whose state counts can be held against `ss`.
  case everything
  /// What can hold a port of the range: mask 0x0B76, `sport in range`. The kernel leaves out the rest,
  /// which saves copying it, not walking it.
  case ephemeral

  func query(in range: PortRange) -> SocketQuery {
    switch self {
    case .everything: SocketQuery(.tcp, states: StateSet.table.subtracting(.listen))
    case .ephemeral:
      SocketQuery(.tcp, states: .connected, filter: .sourcePort(range))
    }
  }
}

/// The parts of a sample, each at its own pace: what a collector calls.
extension Sampler where Transport: ~Copyable {
  /// Counts the ports of the range in one pass on this thread, against the bound-inactive ports of the
  /// last side walk.
  mutating func countEphemeral() throws(SampleError) {
    begin()
    census.begin()
    blockIdleBinds()
    var thread: DedicatedThread<Void>?
    do throws(NetlinkError) {
      try walkTable(.ephemeral, &thread)
    } catch {
      throw .netlink(error)
    }
    end()
  }

  /// Walks bound-inactive sockets or UDP or both, on this thread. The next count knows the ports.
  mutating func walkSides(idleBinds: Bool, udp: Bool) { side.run(idleBinds: idleBinds, udp: udp) }

  /// Counts only these connect pools, in one walk: the kernel leaves out all other rows. The listeners
  /// and blocked ports are those of now and of the last side walk.
  ///
  /// Costs the walk (about 75 ns a socket) instead of the dump (330). At most 16 pools.
  mutating func focus(_ keys: [PoolKey]) throws(SampleError) -> [Pool] {
    begin()
    let filter = SocketFilter.any(keys.prefix(CountPlan.focusLimit).compactMap { Self.filter($0) })
    do throws(NetlinkError) {
      try countFocused(filter)
    } catch {
      throw .netlink(error)
    }
    end()
    return focusedPools(keys)
  }

  private mutating func countFocused(_ filter: SocketFilter) throws(NetlinkError) {
    focusCensus.begin()
    var idle = PortSet()
    side.state.withLock { $0.idleBinds.use.formUnion(into: &idle) }
    focusCensus.blockIdleBinds(idle)
    var dump = SocketDump(try source.connect())
    _ = try dump.run(SocketQuery(.tcp, states: .listen)) {
      (rows: inout ReplyCursor) throws(NetlinkError) in try focusCensus.countListeners(&rows)
    }
    focusCensus.sealListeners()
    let query = SocketQuery(.tcp, states: .connected, filter: filter)
    let report = try dump.run(query) {
      (rows: inout ReplyCursor) throws(NetlinkError) in try focusCensus.countConnections(&rows)
    }
    timing.rows += focusCensus.rowCount
    timing.wasInterrupted = report.wasInterrupted
  }

  /// What a focus has room for: its pools on every interface.
  static var focusLimits: CensusLimits { CensusLimits(pools: 1024, addresses: 64) }

  /// The pools with these keys, as the focus census has them; one without rows has no ports in use.
  private func focusedPools(_ keys: [PoolKey]) -> [Pool] {
    let portSpace = portSpace
    var pools: [Pool] = []
    for key in keys.prefix(CountPlan.focusLimit) {
      guard case .connect(let source, let destination, let port, let interface) = key else {
        continue
      }
      var count = ConnectCount(
        source: source, destination: destination, destinationPort: port, interface: interface)
      for index in 0..<focusCensus.poolCount {
        let found = focusCensus.pool(at: index)
        if found.isOfSamePool(as: count) { count = found }
      }
      let plain = focusCensus.unscopedPool(of: count)
      pools.append(.connect(count, unscoped: plain, in: portSpace))
    }
    return pools
  }

  private static func filter(_ key: PoolKey) -> SocketFilter? {
    guard case .connect(let source, let destination, let port, _) = key else { return nil }
    return .every([
      .source(AddressPrefix(source)), .destination(AddressPrefix(destination)),
      .destinationPort(PortRange(port)),
    ])
  }

  private mutating func begin() {
    timing = SampleTiming()
    timing.takenAtNanoseconds = Clock.realtimeNanoseconds()
    timing.startedAtMonotonic = Clock.monotonicNanoseconds()
  }

  private mutating func end() {
    timing.durationNanoseconds = Clock.monotonicNanoseconds() - timing.startedAtMonotonic
  }
}
