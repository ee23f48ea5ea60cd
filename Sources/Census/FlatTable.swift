/// What a flat table holds: a key with counters, plain memory.
protocol FlatEntry: BitwiseCopyable, Sendable {
  associatedtype Key: FlatKey
  /// A new entry, all counters zero.
  init(_ key: Key, credit: UInt32)
  /// The entry's key.
  var key: Key { get }
  /// Whether this is the entry of `key`.
  func matches(_ key: Key) -> Bool
  /// The table's base when the entry was made, plus one for each row counted into it since.
  var credit: UInt32 { get }
  /// Zeroes the counters and keeps the key.
  mutating func clear()
}

/// A key of a flat table.
protocol FlatKey: BitwiseCopyable, Sendable {
  /// A hash that an attacker who chooses addresses and ports cannot predict without the seed.
  func hash(_ seed: HashSeed) -> UInt64
}

/// A table with a hard limit on its entries; keys to dense indices.
///
///     slots    [ 0 | tag·number | 0 | … ]      SlotIndex; the number is the entry's index plus 1
///     entries  [ entry 0 | entry 1 | … ]       dense, in order of arrival
///
/// At its limit `insert` says so, and the owner purges: `base` rises to the credit of the lightest
/// eighth, and what has no credit above it leaves.
/// So an absent key can have been counted `base` times at most, and `base` is at most
/// rows · 8 / (7 · limit), because 7/8 of the entries pay each rise (Misra and Gries, 1982).
/// Allocates only while it grows to a size not seen yet, and when it purges.
struct FlatTable<Entry: FlatEntry>: Sendable {
  var entries: [Entry] = []
  private(set) var slots = SlotIndex()
  let seed: HashSeed
  private(set) var limit: Int

  /// Whether keys that are not there stay out: the second, exact pass over survivors.
  private(set) var isFrozen = false
  /// The most that a key which is absent now can have counted.
  private(set) var base: UInt32 = 0

  init(limit: Int, seed: HashSeed) {
    self.limit = min(max(limit, 8), SlotIndex.largestNumber)
    self.seed = seed
  }

  /// Whether a new key would need room made for it.
  var isFull: Bool { !isFrozen && entries.count == limit }

  @inline(__always)
  func hash(of key: Entry.Key) -> UInt64 { key.hash(seed) }

  /// The index of the entry for `key`, if there is one.
  @inline(__always)
  func find(_ key: Entry.Key, hash: UInt64) -> Int? {
    Self.find(key, hash: hash, slots.words.span, entries.span)
  }

  /// The same for one who has spans of both.
  @inline(__always)
  static func find(
    _ key: Entry.Key, hash: UInt64, _ words: Span<UInt32>, _ entries: Span<Entry>
  ) -> Int? {
    let mask = words.count - 1
    var position = Int(truncatingIfNeeded: hash) & mask
    while words[position] != 0 {
      if SlotIndex.isTagged(words[position], hash: hash) {
        let index = SlotIndex.number(words[position]) - 1
        if entries[index].matches(key) { return index }
      }
      position = (position + 1) & mask
    }
    return nil
  }

  /// Makes an entry for `key`, which must not have one; nil when frozen, or full: purge, or lose it.
  @inline(never)
  mutating func insert(_ key: Entry.Key, hash: UInt64) -> Int? {
    if isFrozen || entries.count == limit { return nil }
    entries.append(Entry(key, credit: base))
    if slots.hasRoom(for: entries.count) {
      slots.put(entries.count, hash: hash)
    } else {
      slots.grow(for: entries.count)
      indexAll()
    }
    return entries.count - 1
  }

  /// Changes the entry at `index` in place.
  mutating func update(_ index: Int, _ change: (inout Entry) -> Void) { change(&entries[index]) }

  /// Forgets all entries and keeps the memory.
  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    slots.removeAll()
    isFrozen = false
    base = 0
  }

  /// Admits `count` more keys than there are, whatever the limit was.
  mutating func admit(_ count: Int) {
    limit = min(max(limit, entries.count + count), SlotIndex.largestNumber)
    isFrozen = false
  }

  /// Zeroes all counters and admits no new key from now on.
  mutating func freeze() {
    for index in entries.indices { entries[index].clear() }
    isFrozen = true
  }

  /// Raises `base` to the credit of the lightest eighth and removes all entries without more,
  /// calling `remove` with each.
  mutating func purgeLightest(remove: (Entry) -> Void) {
    let credits = entries.map(\.credit).sorted()
    base = credits[credits.count / 8]
    var kept = 0
    for old in entries.indices {
      if entries[old].credit <= base {
        remove(entries[old])
      } else {
        entries[kept] = entries[old]
        kept += 1
      }
    }
    entries.removeSubrange(kept...)
    slots.removeAll()
    indexAll()
  }

  private mutating func indexAll() {
    for index in entries.indices { slots.put(index + 1, hash: hash(of: entries[index].key)) }
  }
}
