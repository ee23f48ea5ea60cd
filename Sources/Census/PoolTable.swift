internal import Inet
internal import Kernel

/// The connect pools: a table with a hard limit; keys to dense numbers.
///
///     slots    [ 0 | tag·number | 0 | … ]                SlotIndex
///     entries  [ blank | pool 1 | pool 2 | … | unused ]  in order of arrival
///     pairs    [ addresses of the first wide pool | … ]  in the same order
///
/// The blank entry has a key that no row has, and takes what belongs to no pool. At its limit the
/// owner purges, as with `FlatTable`, which explains `base`.
/// Allocates only while it grows to a size not seen yet, and when it purges.
struct PoolTable: ~Copyable {
  /// The number of pools; their numbers are 1 to `count`.
  private(set) var count = 0
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
  var isFull: Bool { !isFrozen && count == limit }

  /// Whether the keys of one more batch might not all fit.
  var isNearLimit: Bool { !isFrozen && count + RowBatch.capacity > limit }

  /// The entry of a pool.
  func entry(_ number: Int) -> PoolEntry { entries.span[number] }

  /// The addresses of an entry.
  func pair(of entry: PoolEntry) -> AddressPair {
    entry.key.isWide ? pairs[Int(entry.pair)] : entry.key.narrowPair
  }

  /// The number of the pool with `key`, whose addresses are `pair`; nil when there is none.
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

  /// Makes a pool for `key`, which must not have one; nil when frozen, or full: purge, or lose it.
  mutating func insert(_ key: PoolKey, _ pair: AddressPair) -> Int? {
    guard !isFrozen, count < limit else { return nil }
    makeReady(for: 1)
    count += 1
    update(count, PoolEntry(key, base: base, pair: UInt32(truncatingIfNeeded: pairs.count)))
    if key.isWide { pairs.append(pair) }
    slots.put(count, hash: key.hash(seed))
    return count
  }

  /// Makes slots and entries for `more` pools.
  mutating func makeReady(for more: Int) {
    let most = count + more
    if !slots.hasRoom(for: most) {
      slots.grow(for: most)
      indexAll()
    }
    entries.grow(to: most + 1, with: Self.blank)
  }

  private mutating func update(_ number: Int, _ entry: PoolEntry) {
    var entries = self.entries.mutableSpan
    entries[number] = entry
  }

  /// Takes over that there are `count` pools now.
  mutating func noteInsertions(_ count: Int) { self.count = count }

  /// Forgets all pools and keeps the memory.
  mutating func removeAll() {
    count = 0
    pairs.removeAll(keepingCapacity: true)
    slots.removeAll()
    isFrozen = false
    base = 0
  }

  /// Zeroes all counters and admits no new pool from now on.
  mutating func freeze() {
    var entries = self.entries.mutableSpan
    for index in entries.indices { entries[index].clear() }
    isFrozen = true
  }

  /// Raises `base` to the credit of the lightest eighth and removes all pools without more, calling
  /// `keep` with the old and new number of each that stays.
  mutating func purgeLightest(keep: (_ old: Int, _ new: Int) -> Void) {
    let credits = (1...count).map { entries.span[$0].credit }.sorted()
    base = credits[credits.count / 8]
    var kept = 0, keptPairs = 0
    for old in 1...count where entries.span[old].credit > base {
      var entry = entries.span[old]
      if entry.key.isWide {
        pairs[keptPairs] = pairs[Int(entry.pair)]
        entry.pair = UInt32(truncatingIfNeeded: keptPairs)
        keptPairs += 1
      }
      kept += 1
      update(kept, entry)
      keep(old, kept)
    }
    count = kept
    pairs.removeSubrange(keptPairs...)
    slots.removeAll()
    indexAll()
  }

  private mutating func indexAll() {
    guard count > 0 else { return }
    for number in 1...count { slots.put(number, hash: entries.span[number].key.hash(seed)) }
  }
}
