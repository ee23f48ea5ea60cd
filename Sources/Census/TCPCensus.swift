public import Inet
public import Netlink
internal import SocketDiag

/// Counts a TCP table in one pass: rows in, integers out.
///
///     begin → countListeners … sealListeners → countConnections … → finish
///
/// Listeners come first, because they decide which rows are inbound. Ports of bound-inactive sockets
/// come from a slower walk on another thread, at any time: `blockIdleBinds`; until then each outbound
/// row leaves eight bytes in a log, so that its port can be taken out of A afterwards.
/// Nothing is allocated per row, and nothing per pass once the tables have grown to what they hold.
public struct TCPCensus: ~Copyable {
  private var scene: RowScene
  /// Sockets by state, of all rows.
  public var states: StateCounts {
    var states = otherStates
    states.add(connected.addresses.allStates)
    return states
  }
  /// Sockets by state, but for connections with a local address of their own.
  private var otherStates = StateCounts()
  /// The listeners.
  public var listeners: ListenerIndex { scene.listeners }
  /// Ports held by listeners.
  public private(set) var listening: BindUse
  /// Ports held by connections, TIME_WAIT included.
  public private(set) var connected: BindUse
  /// The rows counted.
  public var rowCount: Int { states.total }
  private var pools: PoolTable
  private var batch = RowBatch()
  private var idleBinds = PortSet()
  private var idleBindsAreKnown = false
  private var waiting = WaitingPorts()
  /// Outbound rows of pools that did not fit, in the exact pass.
  private var rowsElsewhere = 0

  /// A census within `space`, remembering as much as `limits` allows.
  public init(_ space: CensusSpace, limits: CensusLimits = CensusLimits()) {
    let seed = HashSeed.random()
    scene = RowScene(space: space, seed: seed)
    pools = PoolTable(limit: limits.pools, seed: seed)
    listening = BindUse(range: space.range, addressLimit: limits.addresses, seed: seed)
    connected = BindUse(range: space.range, addressLimit: limits.addresses, seed: seed)
  }

  /// Starts a pass from nothing, keeping the memory.
  public mutating func begin() {
    clearCounts()
    pools.removeAll()
    connected.removeAll()
    listening.removeAll()
  }

  /// Starts a second pass that counts the pools and addresses still known exactly and admits no new
  /// ones: what to do when `isExact` is false.
  public mutating func beginRecount() {
    clearCounts()
    pools.freeze()
    connected.freeze()
    listening.freeze()
  }

  /// Counts the rows of one datagram of a LISTEN dump.
  public mutating func countListeners(_ rows: inout ReplyCursor) throws(NetlinkError) {
    while let row = try rows.nextRow() {
      otherStates.count(raw: row.rawState)
      scene.listeners.insert(row)
      let address = row.source
      if address.isWildcard {
        listening.countWildcard(address, row.sourcePort, v6Only: row.isV6Only ?? false)
      } else {
        listening.count(address, row.sourcePort, state: row.rawState, perhapsConnectBound: false)
      }
    }
  }

  /// Ends the listeners: from here on rows are told inbound from outbound.
  public mutating func sealListeners() {
    scene.seal()
    if idleBindsAreKnown { scene.available.subtract(idleBinds) }
  }

  /// Counts the rows of one datagram of the connected states.
  public mutating func countConnections(_ replies: inout ReplyCursor) throws(NetlinkError) {
    // The batch is taken out for the time, so that a span over it does not stand in the way.
    var batch = RowBatch.none
    swap(&batch, &self.batch)
    defer { swap(&batch, &self.batch) }
    var isMore = true
    while isMore {
      do throws(NetlinkError) {
        isMore = try connected.count(&replies, into: &batch, scene, &otherStates)
      } catch {
        countPools(&batch)
        throw error
      }
      countPools(&batch)
    }
  }

  /// Whether the log of rows that wait for `blockIdleBinds` is full: call that before counting on.
  public var needsIdleBinds: Bool {
    !idleBindsAreKnown && (waiting.isNearLimit || pools.isNearLimit)
  }

  /// Takes the ports of bound-inactive sockets out of A, also for the rows counted so far.
  public mutating func blockIdleBinds(_ ports: PortSet) {
    idleBindsAreKnown = true
    idleBinds.removeAll()
    idleBinds.formUnion(ports)
    waiting.forEach(on: ports) { pool, share in pools.decrement(pool, share) }
    waiting.removeAll()
    scene.available.subtract(ports)
  }

  private mutating func clearCounts() {
    otherStates = StateCounts()
    scene.listeners.removeAll()
    rowsElsewhere = 0
    idleBindsAreKnown = false
    waiting.removeAll()
  }

  /// Counts outbound rows into their pools: first those whose pools are there, then the others.
  private mutating func countPools(_ batch: inout RowBatch) {
    pools.countEach(&batch)
    let allFit = pools.insertEach(&batch)
    if !idleBindsAreKnown { waiting.append(batch) }
    if !allFit { countMissing(&batch) }
  }

  /// Counts the missing rows one by one, because their pools may not fit.
  @inline(never)
  private mutating func countMissing(_ batch: inout RowBatch) {
    for index in 0..<batch.missingCount {
      let position = Int(batch.missing[index])
      var row = batch[position]
      let pair = batch.pair(of: position)
      var found = pools.find(row.key, pair)
      if found == nil {
        if pools.isFull { makeRoom() }
        found = pools.insert(row.key, pair)
      }
      guard let found else {
        rowsElsewhere += 1
        continue
      }
      row.pool = UInt32(truncatingIfNeeded: found)
      pools.count(row)
      if !idleBindsAreKnown { waiting.append(row) }
    }
  }

  @inline(never)
  private mutating func makeRoom() {
    var moved = [UInt32](repeating: 0, count: pools.entryCount + 1)
    pools.makeRoom { moved[$0] = UInt32(truncatingIfNeeded: $1) }
    waiting.renumber(moved)
  }
}

extension TCPCensus {
  /// Whether every pool and address that was seen is still known, so that all counts are exact.
  public var isExact: Bool {
    pools.base == 0 && connected.addresses.lostMaximum == 0
      && listening.addresses.lostMaximum == 0
  }

  /// The number of connect pools known.
  public var poolCount: Int { pools.count }

  /// The most ports in use that a connect pool which is not known can have; 0 when all are known.
  ///
  /// After a second pass: no more than the first pass allows, and no more than rows fell outside the
  /// known pools; if the first pass lost none, what is outside is new since.
  public var lostMaximum: Int {
    guard pools.isFrozen else { return Int(pools.base) }
    return pools.base == 0 ? rowsElsewhere : min(Int(pools.base), rowsElsewhere)
  }

  /// The pool of the same connects without an interface, whose tuples stand in the way of a pool with
  /// one too; nil when there is none.
  public func unscopedPool(of pool: ConnectCount) -> ConnectCount? {
    guard pool.interface != 0 else { return nil }
    let pair = AddressPair(source: pool.source, destination: pool.destination)
    let key = PoolKey(pair, interface: 0, destinationPort: pool.destinationPort, pools.seed)
    guard let number = pools.find(key, pair), pools.entry(number).isSeen else { return nil }
    return self.pool(number)
  }

  /// The connect pool at `index`, 0 to `poolCount` - 1.
  public func pool(at index: Int) -> ConnectCount { pool(pools.number(at: index)) }

  private func pool(_ number: Int) -> ConnectCount {
    let entry = pools.entry(number)
    let pair = pools.pair(of: entry)
    let taken = PoolEntry.Counter.taken, reclaimable = PoolEntry.Counter.reclaimable
    var states = StateCounts()
    for state in PoolEntry.Counter.states { states.set(raw: state, entry[state]) }
    return ConnectCount(
      source: pair.source, destination: pair.destination,
      destinationPort: entry.key.destinationPort, interface: entry.key.interface, states: states,
      takenLow: entry[taken], takenOther: entry[taken + 1],
      reclaimableLow: entry[reclaimable], reclaimableOther: entry[reclaimable + 1])
  }
}
