internal import Inet
internal import Netlink
internal import SocketDiag

/// A row on its way into the counters: what counting needs of it, 64 bytes.
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
  /// The first slot that the pool's hash leads to, as it was when the batch was hashed.
  var slot: UInt32

  static var none: UInt32 { .max }

  /// A row of zeros.
  static var empty: BatchRow {
    BatchRow(
      source: .anyIPv6, destination: .anyIPv6, hash: 0, interface: 0, address: none, pool: none,
      sourcePort: 0, destinationPort: 0, state: 0, isReusable: false, isInbound: false,
      isAvailable: false, isV6Only: false, slot: 0)
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

  /// Reads rows until the batch is full or the datagram ends; false when there was none.
  mutating func fill(
    from replies: inout ReplyCursor, _ reuse: TimeWaitReuse
  ) throws(NetlinkError) -> Bool {
    count = 0
    var all = storage.mutableSpan
    var filled = 0
    while filled < Self.capacity, let row = try replies.nextRow() {
      let source = row.source, destination = row.destination
      all[filled] = BatchRow(
        source: source, destination: destination, hash: 0, interface: row.interface,
        address: BatchRow.none, pool: BatchRow.none, sourcePort: row.sourcePort,
        destinationPort: row.destinationPort, state: row.rawState,
        isReusable: reuse.allows(row, source, destination), isInbound: false, isAvailable: false,
        isV6Only: source.isWildcard && row.isV6Only ?? false, slot: 0)
      filled += 1
    }
    count = filled
    return filled > 0
  }
}
