internal import Inet
internal import Netlink
internal import SocketDiag

/// A row on its way into the counters: what counting needs of it, 72 bytes.
struct BatchRow: BitwiseCopyable {
  var source: IPAddress
  var destination: IPAddress
  var hash: UInt64
  var interface: UInt32
  /// The index of the local address's entry.
  var address: UInt32
  /// The index of the connect pool's entry; `BatchRow.none` for rows that belong to none.
  var pool: UInt32
  var sourcePort: UInt16
  var destinationPort: UInt16
  var state: UInt8
  /// Whether the row is a TIME_WAIT that connect() may take over, were its port not blocked.
  var isReusable: Bool
  /// Whether the row came in through a listener.
  var isInbound: Bool
  /// Whether the row's port is in A.
  var isAvailable: Bool
  /// Whether the row stands on [::] for IPv6 alone; read for wildcards only.
  var isV6Only: Bool
  /// What `FlatTable.readAhead` has read: of no meaning, but kept, so that the reading is done.
  var readAhead: UInt32

  static var none: UInt32 { .max }
  /// The index of a pool that has no entry yet.
  static var missing: UInt32 { .max - 1 }

  /// A row of zeros.
  static var empty: BatchRow {
    BatchRow(
      source: .anyIPv6, destination: .anyIPv6, hash: 0, interface: 0, address: none, pool: none,
      sourcePort: 0, destinationPort: 0, state: 0, isReusable: false, isInbound: false,
      isAvailable: false, isV6Only: false, readAhead: 0)
  }

  var tuple: PoolTuple {
    PoolTuple(
      source: source, destination: destination, interface: interface,
      destinationPort: destinationPort)
  }
}

/// A fixed number of rows, taken through the counters one step at a time.
///
/// Each step is a short loop over all rows, so that the cache misses of different rows overlap; that
/// and spans in place of arrays (one uniqueness check a batch, not several a row) is what makes
/// counting cheap. Measured by scripts/bench-counting.
struct RowBatch: Sendable {
  private var storage: [BatchRow]
  private(set) var count = 0

  /// A full datagram has 261 rows of 124 bytes, or 372 of the shortest.
  static var capacity: Int { 384 }

  /// A batch without storage, to stand in for one that is in use. Costs no allocation.
  static var none: RowBatch { RowBatch(storage: []) }

  private init(storage: [BatchRow]) { self.storage = storage }

  init() { storage = Array(repeating: .empty, count: Self.capacity) }

  /// The rows that were read.
  var rows: MutableSpan<BatchRow> {
    @_lifetime(&self)
    mutating get {
      let count = self.count
      // By range: `first:` asks malloc for 32 bytes each time, in Swift 6.3 with optimisation too.
      return storage.mutableSpan._consumingExtracting(0..<count)
    }
  }

  /// Reads rows until the batch is full or the datagram ends, and tells inbound from outbound; false
  /// when there was none. Counts them by state.
  mutating func fill(
    from replies: inout ReplyCursor, _ listeners: borrowing ListenerIndex,
    _ available: borrowing PortSet, _ space: borrowing CensusSpace, _ seed: HashSeed,
    _ states: inout StateCounts
  ) throws(NetlinkError) -> Bool {
    count = 0
    var all = storage.mutableSpan
    // A copy of the cursor stays in registers from row to row.
    var cursor = replies
    var filled = 0
    do throws(NetlinkError) {
      while filled < Self.capacity, let row = try cursor.nextRow() {
        states.count(raw: row.rawState)
        let source = row.source, destination = row.destination
        let interface = row.interface, port = row.sourcePort
        let isWildcard = source.isWildcard
        let isInbound = listeners.covers(source, port, interface: interface)
        let isOutside =
          isInbound || isWildcard || row.destinationPort == 0 || !space.range.contains(port)
        let tuple = PoolTuple(
          source: source, destination: destination, interface: interface,
          destinationPort: row.destinationPort)
        all[filled] = BatchRow(
          source: source, destination: destination, hash: tuple.hash(seed), interface: interface,
          address: BatchRow.none, pool: isOutside ? BatchRow.none : BatchRow.missing,
          sourcePort: port, destinationPort: row.destinationPort, state: row.rawState,
          isReusable: space.reuse.allows(row, source, destination), isInbound: isInbound,
          isAvailable: available.contains(port), isV6Only: isWildcard && row.isV6Only ?? false,
          readAhead: 0)
        filled += 1
      }
    } catch {
      replies = cursor
      throw error
    }
    replies = cursor
    count = filled
    return filled > 0
  }
}
