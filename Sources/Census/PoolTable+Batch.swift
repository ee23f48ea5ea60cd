internal import Kernel

/// Finding and making the pools of a whole batch.
///
/// Each step is a short loop over all rows, and what the next one reads is asked for long before, so that
/// the cache misses of all rows overlap.
extension PoolTable {
  /// Counts the rows whose pools are there, and puts the pool's number into each; lists the others, with
  /// 0, as missing.
  mutating func countEach(_ batch: inout RowBatch) {
    var count = self.count
    batch.missingCount = Self.countEach(
      &batch.storage, &batch.missing, batch.count, batch.pairs, slots.words, &entries, pairs,
      &order, &count)
    note(count, entryCount)
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func countEach(
    _ rows: inout [BatchRow], _ missing: inout [UInt16], _ rowCount: Int,
    _ addresses: [AddressPair], _ words: [UInt32], _ entries: inout LineArray<PoolEntry>,
    _ pairs: [AddressPair], _ order: inout [UInt32], _ count: inout Int
  ) -> Int {
    var rows = rows.mutableSpan, missing = missing.mutableSpan, entries = entries.mutableSpan
    var order = order.mutableSpan
    let words = words.span
    let mask = words.count - 1
    if words.count > cachedWordCount {
      for row in 0..<rowCount { words.prefetch(Int(truncatingIfNeeded: rows[row].hash) & mask) }
    }
    // A key is in the first place or in the second, but for a few.
    for row in 0..<rowCount {
      let hash = rows[row].hash
      let position = Int(truncatingIfNeeded: hash) & mask
      let isTagged = SlotIndex.isTagged(words[position], hash: hash)
      let word = words[(position &+ (isTagged ? 0 : 1)) & mask]
      let number = SlotIndex.number(word)
      entries.prefetch(number)
      rows[row].pool = UInt32(truncatingIfNeeded: number)
    }
    var missingCount = 0
    var filled = count
    for row in 0..<rowCount {
      let number = Int(rows[row].pool)
      let isWide = rows[row].key.isWide
      if entries[number].key.equals(rows[row].key),
        !isWide || pairs[Int(entries[number].pair)] == addresses[row]
      {
        order[filled] = UInt32(truncatingIfNeeded: number)
        filled &+= entries[number].see()
        entries[number].increment(rows[row].state)
        entries[number].increment(rows[row].share)
      } else {
        rows[row].pool = 0
        missing[missingCount] = UInt16(truncatingIfNeeded: row)
        missingCount &+= 1
      }
    }
    count = filled
    return missingCount
  }

  /// Words that stay in the first-level cache without help.
  private static var cachedWordCount: Int { 4096 }

  /// Finds or makes a pool for each missing row, and counts it. False, with nothing done, when they might
  /// not all fit: they have to come one by one then.
  mutating func insertEach(_ batch: inout RowBatch) -> Bool {
    if batch.missingCount == 0 { return true }
    guard !isFrozen, entryCount + batch.missingCount <= limit else { return false }
    makeReady(for: batch.missingCount)
    var count = self.count, entryCount = self.entryCount
    Self.insertEach(&batch, &slots, &entries, &pairs, &order, &count, &entryCount, base)
    note(count, entryCount)
    return true
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func insertEach(
    _ batch: inout RowBatch, _ slots: inout SlotIndex, _ entries: inout LineArray<PoolEntry>,
    _ pairs: inout [AddressPair], _ order: inout [UInt32], _ count: inout Int,
    _ filled: inout Int, _ base: UInt32
  ) {
    let addresses = batch.pairs, missing = batch.missing, missingCount = batch.missingCount
    var rows = batch.storage.mutableSpan
    var words = slots.mutableWords, entries = entries.mutableSpan, order = order.mutableSpan
    let mask = words.count - 1
    for index in 0..<missingCount {
      let row = Int(missing[index])
      let key = rows[row].key
      let hash = rows[row].hash
      var position = Int(truncatingIfNeeded: hash) & mask
      // It may be in another place than the first, or an earlier row of the batch brought it in.
      var pool = 0
      while words[position] != 0 {
        let number = SlotIndex.number(words[position])
        if SlotIndex.isTagged(words[position], hash: hash), entries[number].key.equals(key),
          !key.isWide || pairs[Int(entries[number].pair)] == addresses[row]
        {
          pool = number
          break
        }
        position = (position + 1) & mask
      }
      if pool == 0 {
        filled += 1
        pool = filled
        entries[pool] = PoolEntry(key, base: base, pair: UInt32(truncatingIfNeeded: pairs.count))
        if key.isWide { pairs.append(addresses[row]) }
        words[position] = SlotIndex.word(pool, hash: hash)
      }
      rows[row].pool = UInt32(truncatingIfNeeded: pool)
      order[count] = UInt32(truncatingIfNeeded: pool)
      count &+= entries[pool].see()
      entries[pool].increment(rows[row].state)
      entries[pool].increment(rows[row].share)
    }
  }

  /// Counts a row that has its pool.
  mutating func count(_ row: BatchRow) {
    order[count] = row.pool
    var entries = self.entries.mutableSpan
    let more = entries[Int(row.pool)].see()
    entries[Int(row.pool)].increment(row.state)
    entries[Int(row.pool)].increment(row.share)
    note(count + more, entryCount)
  }

  /// Takes one from a counter of a pool.
  mutating func decrement(_ pool: Int, _ counter: UInt8) {
    var entries = self.entries.mutableSpan
    entries[pool].decrement(counter)
  }
}
