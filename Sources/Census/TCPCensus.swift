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
  private var batch = RowBatch()
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
    let seed = HashSeed.random()
    self.space = space
    pools = FlatTable(limit: limits.pools, seed: seed)
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
  public mutating func countConnections(_ replies: inout ReplyCursor) throws(NetlinkError) {
    // The batch is taken out for the time, so that a span over it does not stand in the way.
    var batch = RowBatch.none
    swap(&batch, &self.batch)
    defer { swap(&batch, &self.batch) }
    while try batch.fill(from: &replies, listeners, available, space, pools.seed, &states) {
      rowCount &+= batch.count
      var rows = batch.rows
      connected.count(&rows)
      countPools(&rows)
    }
  }

  /// Whether the log of rows that wait for `blockIdleBinds` is full: call that before counting on.
  public var needsIdleBinds: Bool {
    !idleBindsAreKnown && (log.count + RowBatch.capacity > Self.logLimit || pools.isNearLimit)
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

  /// Counts outbound rows into their pools: all are looked up, then all new ones made, then all
  /// counters changed, so that the cache misses of different rows overlap.
  private mutating func countPools(_ rows: inout MutableSpan<BatchRow>) {
    pools.readAhead(&rows)
    let missing = pools.findEach(&rows)
    if missing > 0, !pools.insertEach(&rows, missing: missing) {
      countOneByOne(&rows)
    } else {
      apply(rows, 0..<rows.count)
    }
  }

  /// Counts rows some of whose pools may not fit.
  @inline(never)
  private mutating func countOneByOne(_ rows: inout MutableSpan<BatchRow>) {
    var counted = 0
    for index in 0..<rows.count where rows[index].pool != BatchRow.none {
      let key = rows[index].tuple
      var found = pools.find(key, hash: rows[index].hash)
      if found == nil {
        if pools.isFull {
          // Making room moves entries: what was looked up so far is counted before.
          apply(rows, counted..<index)
          counted = index
          makeRoom()
        }
        found = pools.insert(key, hash: rows[index].hash)
        if found == nil { rowsElsewhere += 1 }
      }
      rows[index].pool = found.map { UInt32($0) } ?? BatchRow.none
    }
    apply(rows, counted..<rows.count)
  }

  private mutating func apply(_ rows: borrowing MutableSpan<BatchRow>, _ part: Range<Int>) {
    if !idleBindsAreKnown { logRows(rows, part) }
    let low = space.range.low
    var entries = pools.mutableEntries
    for index in part {
      let row = rows[index]
      guard row.pool != BatchRow.none else { continue }
      let entry = Int(row.pool)
      let parity = Int((row.sourcePort ^ low) & 1)
      entries[entry].credit &+= 1
      // A number that no kernel documents is counted as close (7), so that its port is not lost.
      let state = row.state >= 1 && row.state <= 11 ? Int(row.state) - 1 : 6
      Self.increment(&entries[entry].states[state])
      guard row.isAvailable else { continue }
      if row.isReusable {
        Self.increment(&entries[entry].reclaimable[parity])
      } else {
        Self.increment(&entries[entry].taken[parity])
      }
    }
  }

  /// Adds one, unless the counter is at its end.
  @inline(__always)
  private static func increment(_ counter: inout UInt16) {
    if counter < .max { counter &+= 1 }
  }

  /// Notes which pool each row in A went to, for `blockIdleBinds`.
  private mutating func logRows(_ rows: borrowing MutableSpan<BatchRow>, _ part: Range<Int>) {
    var filled = log.count
    log.append(contentsOf: repeatElement(0, count: part.count))
    var entries = log.mutableSpan
    for index in part {
      let row = rows[index]
      guard row.pool != BatchRow.none, row.isAvailable else { continue }
      let flag: UInt64 = row.isReusable ? 0x1_0000 : 0
      entries[filled] = UInt64(row.pool) << 32 | flag | UInt64(row.sourcePort)
      filled += 1
    }
    log.removeSubrange(filled...)
  }

  @inline(never)
  private mutating func makeRoom() {
    var moved = [Int: Int]()
    pools.purgeLightest(remove: { _ in }, keep: { moved[$0] = $1 })
    var kept = 0
    // By position: an iterator would hold the log, and the first change copy it.
    for position in log.indices {
      let entry = log[position]
      guard let new = moved[Int(entry >> 32)] else { continue }
      log[kept] = UInt64(new) << 32 | entry & 0xffff_ffff
      kept += 1
    }
    log.removeSubrange(kept...)
  }
}

extension TCPCensus {
  /// Whether every pool and address that was seen is still known, so that all counts are exact.
  public var isExact: Bool {
    pools.base == 0 && connected.addresses.lostMaximum == 0
      && listening.addresses.lostMaximum == 0
  }

  /// The number of connect pools known.
  public var poolCount: Int { pools.entries.count }

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
    let key = PoolTuple(
      source: pool.source, destination: pool.destination, interface: 0,
      destinationPort: pool.destinationPort)
    guard pool.interface != 0, let index = pools.find(key, hash: pools.hash(of: key)) else {
      return nil
    }
    return self.pool(at: index)
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
}
