internal import Inet
internal import Kernel

/// The connect pools: a table with a hard limit; keys to dense numbers.
///
///     slots    [ 0 | tag·number | 0 | … ]                SlotIndex
///     entries  [ blank | pool 1 | pool 2 | … | unused ]  those seen in this pass, and absent ones
///     pairs    [ addresses of the first wide pool | … ]  in the same order
///
/// The blank entry has a key that no row has. Keys stay from pass to pass, for most come again: entries
/// without a row in this pass are *absent*, whatever was counted before, and are the first to leave.
/// At its limit the owner purges, as with `FlatTable`, which explains `base`.
/// Allocates only while it grows to a size not seen yet, and when it makes room.
struct PoolTable: ~Copyable {
  /// The number of pools.
  private(set) var count = 0
  /// The number of entries, those of absent pools among them.
  private(set) var entryCount = 0
  /// The numbers of the pools in order of arrival: `count` of them, and places for more.
  var order: [UInt32] = [0]
  var entries = LineArray(repeating: Self.blank, count: 1)
  var pairs: [AddressPair] = []
  var slots = SlotIndex()
  let seed: HashSeed
  let limit: Int

  /// Whether keys that are not there stay out: the second, exact pass over survivors.
  private(set) var isFrozen = false
  /// The most that a key which is absent now can have counted.
  private(set) var base: UInt32 = 0

  private static var blank: PoolEntry { PoolEntry(.none, base: 0, pair: 0) }

  init(limit: Int, seed: HashSeed) {
    self.limit = min(max(limit, 8), SlotIndex.largestNumber)
    self.seed = seed
  }

  /// Whether a new key would need room made for it.
  var isFull: Bool { !isFrozen && entryCount == limit }

  /// Whether the keys of one more batch might not all fit.
  var isNearLimit: Bool { !isFrozen && count + RowBatch.capacity > limit }

  /// The number of the pool at `index`, 0 to `count` - 1.
  func number(at index: Int) -> Int { Int(order[index]) }

  /// The entry of a pool.
  func entry(_ number: Int) -> PoolEntry { entries.span[number] }

  /// The addresses of an entry.
  func pair(of entry: PoolEntry) -> AddressPair {
    entry.key.isWide ? pairs[Int(entry.pair)] : entry.key.narrowPair
  }

  /// The number of the entry with `key`, whose addresses are `pair`; nil when there is none.
  func find(_ key: PoolKey, _ pair: AddressPair) -> Int? {
    let hash = key.hash(seed)
    let mask = slots.words.count - 1
    var position = Int(truncatingIfNeeded: hash) & mask
    while slots.words[position] != 0 {
      let word = slots.words[position]
      let number = SlotIndex.number(word)
      if SlotIndex.isTagged(word, hash: hash), entries.span[number].key.equals(key),
        !key.isWide || pairs[Int(entries.span[number].pair)] == pair
      {
        return number
      }
      position = (position + 1) & mask
    }
    return nil
  }

  /// Makes an entry for `key`, which must not have one; nil when frozen, or full: make room, or lose it.
  mutating func insert(_ key: PoolKey, _ pair: AddressPair) -> Int? {
    guard !isFrozen, entryCount < limit else { return nil }
    makeReady(for: 1)
    entryCount += 1
    update(entryCount, PoolEntry(key, base: base, pair: UInt32(truncatingIfNeeded: pairs.count)))
    if key.isWide { pairs.append(pair) }
    slots.put(entryCount, hash: key.hash(seed))
    return entryCount
  }

  /// Makes slots and entries for `more` pools.
  mutating func makeReady(for more: Int) {
    let most = entryCount + more
    if !slots.hasRoom(for: most) {
      slots.grow(for: most)
      indexAll()
    }
    entries.grow(to: most + 1, with: Self.blank)
    while order.count < most + 1 { order.append(0) }
  }

  private mutating func update(_ number: Int, _ entry: PoolEntry) {
    var entries = self.entries.mutableSpan
    entries[number] = entry
  }

  /// Takes over that there are `count` pools now, and `entryCount` entries.
  mutating func note(_ count: Int, _ entryCount: Int) {
    self.count = count
    self.entryCount = entryCount
  }

  /// Forgets all pools, and keeps the memory, and the keys of those that the last pass saw: and of others
  /// too while they are few.
  mutating func removeAll() {
    if entryCount - count > entryCount / 4 { removeAbsent { _, _ in } }
    clearEntries(isSeen: false)
    count = 0
    isFrozen = false
    base = 0
  }

  /// Zeroes all counters and admits no new pool from now on.
  mutating func freeze() {
    removeAbsent { _, _ in }
    clearEntries(isSeen: true)
    isFrozen = true
  }

  private mutating func clearEntries(isSeen: Bool) {
    guard entryCount > 0 else { return }
    let end = entryCount
    var entries = self.entries.mutableSpan
    for number in 1...end { entries[number].clear(isSeen: isSeen) }
  }

  /// Makes room for a pool: absent ones leave, or if there are none the lightest, calling `keep` with the
  /// old and the new number of each that stays.
  mutating func makeRoom(keep: (_ old: Int, _ new: Int) -> Void) {
    entryCount > count ? removeAbsent(keep: keep) : purgeLightest(keep: keep)
  }

  private mutating func removeAbsent(keep: (_ old: Int, _ new: Int) -> Void) {
    if entryCount > count { remove({ !$0.isSeen }, keep: keep) }
  }

  /// Raises `base` to the credit of the lightest eighth and removes all pools without more.
  private mutating func purgeLightest(keep: (_ old: Int, _ new: Int) -> Void) {
    let credits = (1...entryCount).map { entries.span[$0].credit }.sorted()
    let lightest = credits[credits.count / 8]
    base = lightest
    remove({ $0.credit <= lightest }, keep: keep)
  }

  /// Removes entries; those that stay must all be of this pass.
  private mutating func remove(
    _ isLeaving: (PoolEntry) -> Bool, keep: (_ old: Int, _ new: Int) -> Void
  ) {
    var kept = 0, keptPairs = 0
    for old in 1...entryCount where !isLeaving(entries.span[old]) {
      var entry = entries.span[old]
      if entry.key.isWide {
        pairs[keptPairs] = pairs[Int(entry.pair)]
        entry.pair = UInt32(truncatingIfNeeded: keptPairs)
        keptPairs += 1
      }
      kept += 1
      update(kept, entry)
      order[kept - 1] = UInt32(truncatingIfNeeded: kept)
      keep(old, kept)
    }
    count = kept
    entryCount = kept
    pairs.removeSubrange(keptPairs...)
    slots.removeAll()
    indexAll()
  }

  private mutating func indexAll() {
    guard entryCount > 0 else { return }
    for number in 1...entryCount { slots.put(number, hash: entries.span[number].key.hash(seed)) }
  }
}
