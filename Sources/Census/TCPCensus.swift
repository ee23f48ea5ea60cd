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
  private let space: CensusSpace
  /// Sockets by state, of all rows.
  public private(set) var states = StateCounts()
  /// The listeners.
  public private(set) var listeners = ListenerIndex()
  /// Ports held by listeners.
  public private(set) var listening: BindUse
  /// Ports held by connections, TIME_WAIT included.
  public private(set) var connected: BindUse
  /// The rows counted.
  public private(set) var rowCount = 0
  private var pools: FlatTable<PoolEntry>
  private var candidates: CandidateBatch
  /// A without the ports of idle binds: E \ R \ ports of listeners.
  private var available = PortSet()
  private var idleBinds = PortSet()
  private var idleBindsAreKnown = false
  private var log: [UInt64] = []
  /// Outbound rows of pools that did not fit, in the exact pass.
  private var rowsElsewhere = 0
  private static var logLimit: Int { 262_144 }

  /// A census within `space`, remembering as much as `limits` allows.
  public init(_ space: CensusSpace, limits: CensusLimits = CensusLimits()) {
    let seed = UInt64.random(in: .min ... .max)
    self.space = space
    pools = FlatTable(limit: limits.pools, seed: seed)
    listening = BindUse(range: space.range, addressLimit: limits.addresses, seed: seed)
    connected = BindUse(range: space.range, addressLimit: limits.addresses, seed: seed)
    candidates = CandidateBatch()
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
    listening.removeAll()
  }

  /// Counts the rows of one datagram of a LISTEN dump.
  public mutating func countListeners(_ rows: inout ReplyCursor) throws(NetlinkError) {
    while let row = try rows.nextRow() {
      rowCount += 1
      states.count(raw: row.rawState)
      listeners.insert(row)
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
    listeners.seal()
    available.removeAll()
    available.insert(space.range)
    available.subtract(space.reserved)
    available.subtract(listeners.ports)
    if idleBindsAreKnown { available.subtract(idleBinds) }
  }

  /// Counts the rows of one datagram of the connected states.
  public mutating func countConnections(_ rows: inout ReplyCursor) throws(NetlinkError) {
    while let row = try rows.nextRow() {
      rowCount &+= 1
      let raw = row.rawState
      states.count(raw: raw)
      let source = row.source, port = row.sourcePort
      let isInbound = listeners.covers(source, port, interface: row.interface)
      if source.isWildcard {
        connected.countWildcard(source, port, v6Only: row.isV6Only ?? false)
        continue
      }
      connected.count(source, port, state: raw, perhapsConnectBound: !isInbound)
      if isInbound || !space.range.contains(port) || row.destinationPort == 0 { continue }
      let destination = row.destination
      let key = PoolTuple(
        source: source, destination: destination, interface: row.interface,
        destinationPort: row.destinationPort)
      let isAvailable = available.contains(port)
      let isReclaimable = isAvailable && space.reuse.allows(row, source, destination)
      candidates.append(
        key, hash: pools.hash(of: key), port: port, state: raw, isAvailable: isAvailable,
        isReclaimable: isReclaimable)
      if candidates.isFull { flush() }
    }
    flush()
  }

  /// Whether the log of rows that wait for `blockIdleBinds` is full: call that before counting on.
  public var needsIdleBinds: Bool {
    !idleBindsAreKnown && (log.count + CandidateBatch.capacity > Self.logLimit || pools.isNearLimit)
  }

  /// Takes the ports of bound-inactive sockets out of A, also for the rows counted so far.
  public mutating func blockIdleBinds(_ ports: PortSet) {
    idleBindsAreKnown = true
    idleBinds.removeAll()
    idleBinds.formUnion(ports)
    for entry in log where ports.contains(UInt16(truncatingIfNeeded: entry)) {
      let port = UInt16(truncatingIfNeeded: entry)
      let parity = Int((port ^ space.range.low) & 1)
      pools.update(Int(entry >> 32)) {
        if entry & 0x1_0000 != 0 {
          $0.reclaimable[parity] &-= 1
        } else {
          $0.taken[parity] &-= 1
        }
      }
    }
    log.removeAll(keepingCapacity: true)
    available.subtract(ports)
  }

  private mutating func clearCounts() {
    states = StateCounts()
    listeners.removeAll()
    rowCount = 0
    rowsElsewhere = 0
    idleBindsAreKnown = false
    log.removeAll(keepingCapacity: true)
  }

  /// Moves the collected rows into their pools: first all slots are looked up, then all entries
  /// changed, so that the cache misses of different rows overlap.
  private mutating func flush() {
    for index in 0..<candidates.count {
      let candidate = candidates[index]
      guard let pool = findOrInsert(candidate.key, candidate.hash) else {
        rowsElsewhere += 1
        continue
      }
      let parity = Int((candidate.port ^ space.range.low) & 1)
      pools.update(pool) {
        $0.credit &+= 1
        $0.states[candidate.state] &+= 1
        if candidate.isReclaimable {
          $0.reclaimable[parity] &+= 1
        } else if candidate.isAvailable {
          $0.taken[parity] &+= 1
        }
      }
      if !idleBindsAreKnown, candidate.isAvailable {
        let flag: UInt64 = candidate.isReclaimable ? 0x1_0000 : 0
        log.append(UInt64(pool) << 32 | flag | UInt64(candidate.port))
      }
    }
    candidates.removeAll()
  }

  @inline(__always)
  private mutating func findOrInsert(_ key: PoolTuple, _ hash: UInt64) -> Int? {
    pools.findOrInsert(key, hash: hash) ?? makeRoom(key, hash)
  }

  @inline(never)
  private mutating func makeRoom(_ key: PoolTuple, _ hash: UInt64) -> Int? {
    if pools.isFrozen { return nil }
    var moved = [Int: Int]()
    pools.purgeLightest(remove: { _ in }, keep: { moved[$0] = $1 })
    var kept = 0
    for entry in log {
      guard let new = moved[Int(entry >> 32)] else { continue }
      log[kept] = UInt64(new) << 32 | entry & 0xffff_ffff
      kept += 1
    }
    log.removeSubrange(kept...)
    return pools.findOrInsert(key, hash: hash)
  }
}

extension TCPCensus {
  /// Whether every pool and address that was seen is still known, so that all counts are exact.
  public var isExact: Bool { pools.base == 0 && connected.addresses.lostMaximum == 0 }

  /// The number of connect pools known.
  public var poolCount: Int { pools.entries.count }

  /// The most ports in use that a connect pool which is not known can have; 0 when all are known.
  public var lostMaximum: Int {
    pools.isFrozen ? min(Int(pools.base), rowsElsewhere) : Int(pools.base)
  }

  /// The connect pool at `index`, 0 to `poolCount` - 1.
  public func pool(at index: Int) -> ConnectCount {
    let entry = pools.entries[index]
    var states = StateCounts()
    for index in entry.states.indices {
      states.set(raw: UInt8(index + 1), Int(entry.states[index]))
    }
    return ConnectCount(
      source: entry.source, destination: entry.destination,
      destinationPort: entry.destinationPort, interface: entry.interface, states: states,
      takenLow: Int(entry.taken[0]), takenOther: Int(entry.taken[1]),
      reclaimableLow: Int(entry.reclaimable[0]), reclaimableOther: Int(entry.reclaimable[1]))
  }

  /// The ports of pool `index` that are taken for good and not blocked, for ranking without a copy.
  public func taken(at index: Int) -> Int {
    Int(pools.entries[index].taken[0]) + Int(pools.entries[index].taken[1])
  }
}
