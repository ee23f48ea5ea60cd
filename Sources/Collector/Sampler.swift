internal import Census
public import HostFacts
internal import Inet
internal import Kernel
public import Netlink
internal import Pools
internal import Probe
internal import SocketDiag
internal import Synchronization

/// Takes samples of the network namespace of the thread that calls it.
///
/// One sampler serves one namespace and one thread for its life: its tables stay warm, so that a
/// second sample allocates nothing per row. Entering a namespace is the caller's affair
/// (`DedicatedThread`), because a thread that did never does anything else.
///
///     facts ─┬─► side thread: BOUND_INACTIVE, then UDP ─────────┐
///            └─► LISTEN ─► TCP, all states but LISTEN ─► join ─► a census, ready to be asked
///
/// Where blocked ports are probed, that comes before all walks: a probe's socket is in the table for a
/// microsecond, and would be counted.
public struct Sampler<Transport: DatagramTransport & ~Copyable>: ~Copyable {
  /// What the namespace said of itself before the last sample.
  public internal(set) var facts: NamespaceFacts
  /// When and how the last sample was counted.
  public internal(set) var timing = SampleTiming()
  /// The namespace's cookie; nil before Linux 5.14, and before the first sample.
  public internal(set) var cookie: UInt64?

  var census: TCPCensus
  /// Who holds the pools; nil when that is not asked for.
  var owners: OwnerCensus?
  /// Which processes do; nil when that is not asked for.
  var processes: ProcessCensus?
  let ownerNames: OwnerNames?
  private(set) var side: SideWalks<Transport>
  let source: SampleSource<Transport>
  let limits: CensusLimits
  private let walksBeside: Bool
  private let rememberedSockets: Int
  private let probesBlocked: Bool
  /// What the last sample's probe said of blocked ports; nil when none was asked for.
  var probed: Result<PortSet, ProbeError>?
  private(set) var space: CensusSpace
  /// Counts single pools between dumps.
  var focusCensus: TCPCensus
  private var idlePorts = PortSet()

  /// A sampler of what `source` answers; reads the facts.
  public init(
    _ options: SampleOptions = SampleOptions(), from source: SampleSource<Transport>
  ) throws(SampleError) {
    self.source = source
    do throws(FactError) { facts = try source.facts() } catch { throw .fact(error) }
    limits = CensusLimits(pools: options.maxPools, addresses: options.maxAddresses)
    space = CensusSpace(facts, source.kernel)
    census = TCPCensus(space, limits: limits)
    rememberedSockets = options.rememberedSockets
    owners =
      options.countsOwners
      ? OwnerCensus(range: facts.range, cookieLimit: options.rememberedSockets) : nil
    let range = facts.range
    processes = options.processes.map { ProcessCensus($0, range: range) }
    ownerNames = options.countsOwners ? OwnerNames() : nil
    focusCensus = TCPCensus(space, limits: Self.focusLimits)
    side = SideWalks(
      space: space, limits: limits, countsOwners: options.countsOwners, source: source)
    walksBeside =
      options.walksBeside ?? (source.kernel.has(.dumpsAtOnce) && source.processorCount > 1)
    probesBlocked = options.probesBlocked
  }

  /// Takes one sample. What cannot be had besides TCP is noted, not thrown.
  public mutating func sample() throws(SampleError) {
    timing = SampleTiming()
    let start = Clock.monotonicNanoseconds()
    let cpu = Clock.processCPUNanoseconds()
    timing.takenAtNanoseconds = Clock.realtimeNanoseconds()
    _ = try refreshFacts()
    processes?.begin()
    do throws(NetlinkError) { try walk() } catch { throw .netlink(error) }
    processes?.finish()
    timing.cpuNanoseconds = Clock.processCPUNanoseconds() - cpu
    timing.durationNanoseconds = Clock.monotonicNanoseconds() - start
  }

  /// Reads the facts again; a changed port space needs tables of another shape. Returns whether it
  /// changed; what was counted before is then gone.
  mutating func refreshFacts() throws(SampleError) -> Bool {
    do throws(FactError) { facts = try source.facts() } catch { throw .fact(error) }
    let current = CensusSpace(facts, source.kernel)
    guard current != space else { return false }
    space = current
    census = TCPCensus(current, limits: limits)
    if owners != nil {
      owners = OwnerCensus(range: facts.range, cookieLimit: rememberedSockets)
    }
    if let processes { self.processes = ProcessCensus(processes.search, range: facts.range) }
    focusCensus = TCPCensus(current, limits: Self.focusLimits)
    side = SideWalks(
      space: current, limits: limits, countsOwners: owners != nil, source: source)
    idlePorts.removeAll()
    probed = nil
    return true
  }

  private mutating func walk() throws(NetlinkError) {
    probed =
      probesBlocked ? source.probeBlocked(facts.range, facts.reserved ?? PortSet()) : nil
    var thread = walksBeside ? startSideWalks() : nil
    timing.walkedBeside = thread != nil
    census.begin()
    // Without a second thread the slow walks come first, so that no row waits for them.
    if !timing.walkedBeside {
      side.run()
      blockIdleBinds()
    }
    try walkTable(.everything, &thread)
  }

  /// Counts the TCP table, a second time where limits were met.
  mutating func walkTable(
    _ scope: WalkScope, _ thread: inout DedicatedThread<Void>?
  ) throws(NetlinkError) {
    var dump = SocketDump(try source.connect())
    cookie = dump.namespaceCookie
    try countTable(scope, &dump, &thread)
    finish(&thread)
    if !census.isExact {
      timing.wasRecounted = true
      census.beginRecount()
      blockIdleBinds()
      try countTable(scope, &dump, &thread)
    }
  }

  /// Listeners, then all other states: one pass over the TCP table.
  private mutating func countTable(
    _ scope: WalkScope, _ dump: inout SocketDump<Transport>, _ thread: inout DedicatedThread<Void>?
  ) throws(NetlinkError) {
    owners?.begin()
    let listeners = try dump.run(SocketQuery(.tcp, states: .listen)) {
      (rows: inout ReplyCursor) throws(NetlinkError) in
      var again = rows
      try census.countListeners(&rows)
      try owners?.countListeners(&again)
    }
    census.sealListeners()
    let listenerRows = census.rowCount
    let inbound = census.listeners
    processes?.beginPass()
    let start = Clock.monotonicNanoseconds()
    let table = try dump.run(scope.query(in: space.range)) {
      (rows: inout ReplyCursor) throws(NetlinkError) in
      if census.needsIdleBinds { finish(&thread) }
      // The same rows again, while they are in the cache.
      var again = rows, onceMore = rows
      try census.countConnections(&rows)
      try owners?.count(&again, inbound)
      try processes?.count(&onceMore, inbound)
    }
    owners?.end()
    timing.dumpNanoseconds += Clock.monotonicNanoseconds() - start
    timing.rows += census.rowCount
    timing.dumpRows += census.rowCount - listenerRows
    timing.fellBack = table.fellBack
    timing.missingFamilies = table.missingFamilies
    if listeners.wasInterrupted || table.wasInterrupted { timing.wasInterrupted = true }
  }

  /// The slow walks on a thread of their own; nil when none can be had, and then they run here.
  private func startSideWalks() -> DedicatedThread<Void>? {
    let side = self.side
    do throws(SystemCallError) { return try DedicatedThread { side.run() } } catch { return nil }
  }

  /// Waits for the slow walks, if they still run, and takes their ports out of A.
  private mutating func finish(_ thread: inout DedicatedThread<Void>?) {
    guard let running = thread.take() else { return }
    // Joining fails only for a thread that was to enter a namespace; this one was not.
    do throws(SystemCallError) { try running.join() } catch { return }
    blockIdleBinds()
  }

  /// Takes the ports of the last walk of bound-inactive sockets out of A, and those that were probed.
  mutating func blockIdleBinds() {
    idlePorts.removeAll()
    side.state.withLock { $0.idleBinds.use.formUnion(into: &idlePorts) }
    if case .success(let ports)? = probed { idlePorts.formUnion(ports) }
    census.blockIdleBinds(idlePorts)
  }

  /// The port space as the last counts know it: B is what listens, what is bound and idle, and what was
  /// probed, if it was.
  var portSpace: PortSpace {
    var blocked = census.listeners.ports
    side.state.withLock { $0.idleBinds.use.formUnion(into: &blocked) }
    if case .success(let ports)? = probed { blocked.formUnion(ports) }
    return PortSpace(
      range: facts.range, reserved: facts.reserved ?? PortSet(), blocked: blocked,
      blockedBound: knowsBlocked ? .exact : .lower,
      splitsByParity: kernel.has(.splitsByParity))
  }

  /// Whether all blocked ports are known.
  var knowsBlocked: Bool { if case .success? = probed { true } else { false } }

  /// The kernel's version.
  var kernel: KernelVersion { source.kernel }
}

extension Sampler where Transport == NetlinkSocket {
  /// A sampler for the calling thread's namespace on the running kernel.
  public init(_ options: SampleOptions = SampleOptions()) throws(SampleError) {
    try self.init(options, from: .running)
  }
}
