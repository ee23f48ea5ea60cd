internal import Kernel

/// Finding and making the pools of a whole batch.
///
/// Each step is a short loop over all rows in which no branch depends on what was read, so that the
/// cache misses of all rows overlap and none waits for a branch of another row guessed wrong.
extension PoolTable {
  /// Counts the rows whose pools are there, and puts the pool's number into each; lists the others, with
  /// 0, as missing.
  mutating func countEach(_ batch: inout RowBatch) {
    batch.missingCount = Self.countEach(
      &batch.storage, &batch.missing, batch.count, &batch.readAhead, batch.pairs,
      slots.words, &entries, pairs)
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func countEach(
    _ rows: inout [BatchRow], _ missing: inout [UInt16], _ count: Int, _ readAhead: inout UInt32,
    _ addresses: [AddressPair], _ words: [UInt32], _ entries: inout LineArray<PoolEntry>,
    _ pairs: [AddressPair]
  ) -> Int {
    var rows = rows.mutableSpan, missing = missing.mutableSpan, entries = entries.mutableSpan
    let words = words.span
    let mask = words.count - 1
    if words.count > cachedWordCount {
      for row in 0..<count { words.prefetch(Int(truncatingIfNeeded: rows[row].hash) & mask) }
    }
    // A key is in the first place or in the second, but for a few.
    for row in 0..<count {
      let hash = rows[row].hash
      let position = Int(truncatingIfNeeded: hash) & mask
      let isTagged = SlotIndex.isTagged(words[position], hash: hash)
      let word = words[(position &+ (isTagged ? 0 : 1)) & mask]
      let number = SlotIndex.number(word)
      entries.prefetch(number)
      rows[row].pool = UInt32(truncatingIfNeeded: number)
    }
    var missingCount = 0
    for row in 0..<count {
      let number = rows[row].pool
      // As numbers, 0 or 1: a branch on what is found would be guessed wrong too often.
      var isOther = entries[Int(number)].key.differs(from: rows[row].key)
      if rows[row].key.isWide {
        let pair = isOther == 0 ? pairs[Int(entries[Int(number)].pair)] : addresses[row]
        isOther |= pair == addresses[row] ? 0 : 1
      }
      let pool = number & (isOther &- 1)
      rows[row].pool = pool
      entries[Int(pool)].increment(rows[row].state)
      entries[Int(pool)].increment(rows[row].share)
      missing[missingCount] = UInt16(truncatingIfNeeded: row)
      missingCount &+= Int(isOther)
    }
    return missingCount
  }

  /// Words that stay in the first-level cache without help.
  private static var cachedWordCount: Int { 4096 }

  /// Reads the words to which the rows lead. A loop of a few instructions has more cache misses under
  /// way at once than one that does something with what it reads: under 1 ns each in place of 6.
  private static func touch(
    _ rows: borrowing MutableSpan<BatchRow>, _ count: Int, _ words: Span<UInt32>
  ) -> UInt32 {
    var sum: UInt32 = 0
    let mask = words.count - 1
    for row in 0..<count { sum &+= words[Int(truncatingIfNeeded: rows[row].hash) & mask] }
    return sum
  }

  /// Reads the entries to which the rows lead.
  private static func touch(
    _ rows: borrowing MutableSpan<BatchRow>, _ count: Int,
    _ entries: borrowing MutableSpan<PoolEntry>
  ) -> UInt32 {
    var sum: UInt32 = 0
    for row in 0..<count { sum &+= entries[Int(rows[row].pool)].base }
    return sum
  }

  /// Finds or makes a pool for each missing row, and counts it. False, with nothing done, when they might
  /// not all fit: they have to come one by one then.
  mutating func insertEach(_ batch: inout RowBatch) -> Bool {
    if batch.missingCount == 0 { return true }
    guard !isFrozen, count + batch.missingCount <= limit else { return false }
    makeReady(for: batch.missingCount)
    var filled = count
    Self.insertEach(&batch, &slots, &entries, &pairs, &filled, base)
    noteInsertions(filled)
    return true
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func insertEach(
    _ batch: inout RowBatch, _ slots: inout SlotIndex, _ entries: inout LineArray<PoolEntry>,
    _ pairs: inout [AddressPair], _ filled: inout Int, _ base: UInt32
  ) {
    let addresses = batch.pairs, missing = batch.missing, missingCount = batch.missingCount
    var rows = batch.storage.mutableSpan
    var words = slots.mutableWords, entries = entries.mutableSpan
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
      entries[pool].increment(rows[row].state)
      entries[pool].increment(rows[row].share)
    }
  }

  /// Counts a row that has its pool.
  mutating func count(_ row: BatchRow) {
    var entries = self.entries.mutableSpan
    entries[Int(row.pool)].increment(row.state)
    entries[Int(row.pool)].increment(row.share)
  }

  /// Takes one from a counter of a pool.
  mutating func decrement(_ pool: Int, _ counter: UInt8) {
    var entries = self.entries.mutableSpan
    entries[pool].decrement(counter)
  }
}
