internal import Inet

/// The rows in A counted before it is known which ports idle binds block: eight bytes each.
///
///     pool 32 · 0 15 · reclaimable 1 · port 16
struct WaitingPorts: Sendable {
  private var entries: [UInt64] = []
  private static var limit: Int { 262_144 }

  /// Whether the rows of one more batch might be too many.
  var isNearLimit: Bool { entries.count + RowBatch.capacity > Self.limit }

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  /// Notes which pool each row in A went to; of rows without a pool, nothing.
  mutating func append(_ batch: borrowing RowBatch) {
    var filled = entries.count
    entries.append(contentsOf: repeatElement(0, count: batch.count))
    let rows = batch.storage.span
    var all = entries.mutableSpan
    for index in 0..<batch.count {
      all[filled] = Self.entry(rows[index])
      // What is not in A, or in no pool, is overwritten.
      filled &+= Self.isWaiting(rows[index]) ? 1 : 0
    }
    entries.removeSubrange(filled...)
  }

  /// Notes the pool of one row.
  mutating func append(_ row: BatchRow) {
    if Self.isWaiting(row) { entries.append(Self.entry(row)) }
  }

  @inline(__always)
  private static func isWaiting(_ row: BatchRow) -> Bool {
    row.share != PoolEntry.Counter.spare && row.pool != 0
  }

  @inline(__always)
  private static func entry(_ row: BatchRow) -> UInt64 {
    let flag: UInt64 = row.share >= PoolEntry.Counter.reclaimable ? 0x1_0000 : 0
    return UInt64(row.pool) << 32 | flag | UInt64(row.sourcePort)
  }

  /// Calls `body` for each row on one of `ports`.
  func forEach(
    on ports: PortSet, _ body: (_ pool: Int, _ port: UInt16, _ isReclaimable: Bool) -> Void
  ) {
    for entry in entries {
      let port = UInt16(truncatingIfNeeded: entry)
      guard ports.contains(port) else { continue }
      body(Int(entry >> 32), port, entry & 0x1_0000 != 0)
    }
  }

  /// Follows pools to their new numbers; rows of those that have none are forgotten.
  mutating func renumber(_ moved: [Int: Int]) {
    var kept = 0
    // By position: an iterator would hold the array, and the first change copy it.
    for position in entries.indices {
      let entry = entries[position]
      guard let new = moved[Int(entry >> 32)] else { continue }
      entries[kept] = UInt64(new) << 32 | entry & 0xffff_ffff
      kept += 1
    }
    entries.removeSubrange(kept...)
  }
}
