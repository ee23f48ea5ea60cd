internal import Inet

/// An outbound row on its way into its pool: what counting needs of it, 32 bytes.
struct BatchRow: BitwiseCopyable {
  var key: PoolKey
  /// The key's hash.
  var hash: UInt64
  /// The pool's number; 0 for none. Before, the index of the local address's entry.
  var pool: UInt32
  var sourcePort: UInt16
  /// The counter of the row's state.
  var state: UInt8
  /// The counter of what the row takes of A: `taken`, `reclaimable`, or `spare` for nothing.
  var share: UInt8

  /// What is in `share` before it is known whether the row's port is in A: whether connect() may take it
  /// over. The numbers of the counters begin with `taken`, and `reclaimable` are two on.
  static var reusableFlag: UInt8 { 2 }
  /// What is in `share` of a row that belongs to no pool.
  static var outside: UInt8 { .max }

  /// A row of nothing.
  static var empty: BatchRow {
    BatchRow(key: .none, hash: 0, pool: 0, sourcePort: 0, state: 0, share: 0)
  }
}

/// A fixed number of rows, taken through the pools one step at a time.
///
/// Each step is a short loop over all rows, so that the cache misses of different rows overlap; that
/// and spans in place of arrays (one uniqueness check a batch, not several a row) is what makes
/// counting cheap. Measured by scripts/bench-counting.
struct RowBatch: Sendable {
  /// Places for rows, of which the first `count` are taken.
  var storage: [BatchRow]
  /// The addresses of the rows whose keys are wide; of others, anything.
  var pairs: [AddressPair]
  var count = 0
  /// The indices of rows whose pools are not known yet: the first `missingCount` places.
  var missing: [UInt16]
  var missingCount = 0

  /// A full datagram has 261 rows of 124 bytes, or 372 of the shortest.
  static var capacity: Int { 384 }

  /// A batch without storage, to stand in for one that is in use. Costs no allocation.
  static var none: RowBatch { RowBatch(storage: [], pairs: [], missing: []) }

  private init(storage: [BatchRow], pairs: [AddressPair], missing: [UInt16]) {
    self.storage = storage
    self.pairs = pairs
    self.missing = missing
  }

  init() {
    storage = Array(repeating: .empty, count: Self.capacity)
    missing = Array(repeating: 0, count: Self.capacity)
    pairs = Array(
      repeating: AddressPair(source: .anyIPv6, destination: .anyIPv6), count: Self.capacity)
  }

  /// Forgets all rows.
  mutating func removeAll() {
    count = 0
    missingCount = 0
  }

  /// Removes the rows that belong to no pool, of those from `first` on.
  mutating func removeOutside(from first: Int) {
    var kept = first
    for index in first..<count where storage[index].share != BatchRow.outside {
      storage[kept] = storage[index]
      if storage[kept].key.isWide { pairs[kept] = pairs[index] }
      kept += 1
    }
    count = kept
  }

  /// The row at `index`.
  subscript(index: Int) -> BatchRow { storage[index] }

  /// The addresses of the row at `index`.
  func pair(of index: Int) -> AddressPair {
    storage[index].key.isWide ? pairs[index] : storage[index].key.narrowPair
  }

}
