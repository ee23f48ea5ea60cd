internal import Inet

/// The outbound rows counted before it is known which ports idle binds block: eight bytes each.
///
///     pool 32 · 0 8 · what the row takes 8 · port 16
struct WaitingPorts: Sendable {
  private var entries: [UInt64] = []
  private static var limit: Int { 262_144 }

  /// Whether the rows of one more batch might be too many.
  var isNearLimit: Bool { entries.count + RowBatch.capacity > Self.limit }

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  /// Notes which pool each row went to, also of rows that are not in A or without a pool: 0.
  mutating func append(_ batch: borrowing RowBatch) {
    let before = entries.count
    entries.append(contentsOf: repeatElement(0, count: batch.count))
    let rows = batch.storage.span
    var all = entries.mutableSpan
    for index in 0..<batch.count { all[before &+ index] = Self.entry(rows[index]) }
  }

  /// Notes the pool of one row.
  mutating func append(_ row: BatchRow) { entries.append(Self.entry(row)) }

  @inline(__always)
  private static func entry(_ row: BatchRow) -> UInt64 {
    UInt64(row.pool) << 32 | UInt64(row.share) << 16 | UInt64(row.sourcePort)
  }

  /// Calls `body` for each row in A on one of `ports`, with the counter of what it takes.
  func forEach(
    on ports: PortSet, _ body: (_ pool: Int, _ share: UInt8) -> Void
  ) {
    for entry in entries {
      let port = UInt16(truncatingIfNeeded: entry)
      guard ports.contains(port) else { continue }
      let pool = Int(entry >> 32), share = UInt8(truncatingIfNeeded: entry >> 16)
      if pool != 0, share != PoolEntry.Counter.spare { body(pool, share) }
    }
  }

  /// Follows pools to their new numbers; rows of those that have none, 0, are forgotten.
  mutating func renumber(_ moved: [UInt32]) {
    var kept = 0
    // By position: an iterator would hold the array, and the first change copy it.
    for position in entries.indices {
      let entry = entries[position]
      let new = moved[Int(entry >> 32)]
      if new == 0 { continue }
      entries[kept] = UInt64(new) << 32 | entry & 0xffff_ffff
      kept += 1
    }
    entries.removeSubrange(kept...)
  }
}
