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

/// Two secret numbers: each operand of a mixing step gets one, so that nobody who chooses addresses can
/// choose an operand that is zero.
struct HashSeed: Sendable {
  let first: UInt64
  let second: UInt64

  /// Numbers that nobody else knows.
  static func random() -> HashSeed {
    HashSeed(first: .random(in: .min ... .max), second: .random(in: .min ... .max))
  }
}

/// Multiplies to 128 bits and folds: the mixing step of the keys' hashes.
@inline(__always)
func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}

/// An open-addressed table with a hard limit on its entries; keys to dense indices.
///
///     slots    [ 0 | tag·index | 0 | tag·index | … ]     UInt32, a power of two, at most half full
///     entries  [ entry 0 | entry 1 | … ]                 dense, in order of arrival
///
/// A probe touches one slot (4 bytes) and one entry. At its limit `insert` says so, and the owner
/// purges: `base` rises to the credit of the lightest eighth, and what has no credit above it leaves.
/// So an absent key can have been counted `base` times at most, and `base` is at most
/// rows · 8 / (7 · limit), because 7/8 of the entries pay each rise (Misra and Gries, 1982).
/// Allocates only while it grows to a size not seen yet, and when it purges.
struct FlatTable<Entry: FlatEntry>: Sendable {
  private(set) var entries: [Entry] = []
  private var slots: [UInt32]
  private let seed: HashSeed
  private(set) var limit: Int

  /// Whether keys that are not there stay out: the second, exact pass over survivors.
  private(set) var isFrozen = false
  /// The most that a key which is absent now can have counted.
  private(set) var base: UInt32 = 0

  private static var indexBits: UInt32 { 22 }
  private static var indexMask: UInt32 { (1 << indexBits) - 1 }
  /// The largest limit that the slots' index bits allow.
  static var largestLimit: Int { Int(indexMask) - 1 }

  init(limit: Int, seed: HashSeed) {
    self.limit = min(max(limit, 8), Self.largestLimit)
    self.seed = seed
    slots = Array(repeating: 0, count: 64)
  }

  /// Whether a new key would need room made for it.
  var isFull: Bool { !isFrozen && entries.count == limit }

  /// Whether the keys of one more batch might not all fit.
  var isNearLimit: Bool { !isFrozen && entries.count + RowBatch.capacity > limit }

  @inline(__always)
  func hash(of key: Entry.Key) -> UInt64 { key.hash(seed) }

  /// The slot that a hash leads to first: loaded for many rows at once, ahead of `find`.
  @inline(__always)
  func firstSlot(_ hash: UInt64) -> UInt32 {
    slots[Int(truncatingIfNeeded: hash) & (slots.count - 1)]
  }

  /// The index of the entry for `key` if `slot` leads straight to it, as nearly all do.
  @inline(__always)
  func find(_ key: Entry.Key, hash: UInt64, atFirst slot: UInt32) -> Int? {
    let index = Int(slot & Self.indexMask) - 1
    guard slot & ~Self.indexMask == Self.tag(hash), index >= 0, entries[index].matches(key) else {
      return find(key, hash: hash)
    }
    return index
  }

  /// The index of the entry for `key`, if there is one.
  @inline(__always)
  func find(_ key: Entry.Key, hash: UInt64) -> Int? {
    let slots = self.slots.span
    let entries = self.entries.span
    let mask = slots.count - 1
    let tag = Self.tag(hash)
    var position = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[position]
      if slot == 0 { return nil }
      if slot & ~Self.indexMask == tag {
        let index = Int(slot & Self.indexMask) - 1
        if entries[index].matches(key) { return index }
      }
      position = (position + 1) & mask
    }
  }

  /// Makes an entry for `key`, which must not have one; nil when frozen, or full: purge, or lose it.
  @inline(never)
  mutating func insert(_ key: Entry.Key, hash: UInt64) -> Int? {
    if isFrozen || entries.count == limit { return nil }
    entries.append(Entry(key, credit: base))
    if entries.count * 2 > slots.count {
      slots = Array(repeating: 0, count: slots.count * 2)
      indexAll()
    } else {
      index(entries.count - 1, hash: hash)
    }
    return entries.count - 1
  }

  /// The entries, to be changed in place.
  var mutableEntries: MutableSpan<Entry> {
    @_lifetime(&self)
    mutating get { entries.mutableSpan }
  }

  /// Changes the entry at `index` in place.
  mutating func update(_ index: Int, _ change: (inout Entry) -> Void) { change(&entries[index]) }

  /// Forgets all entries and keeps the memory.
  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    for index in slots.indices { slots[index] = 0 }
    isFrozen = false
    base = 0
  }

  /// Admits `count` more keys than there are, whatever the limit was.
  mutating func admit(_ count: Int) {
    limit = min(max(limit, entries.count + count), Self.largestLimit)
    isFrozen = false
  }

  /// Zeroes all counters and admits no new key from now on.
  mutating func freeze() {
    for index in entries.indices { entries[index].clear() }
    isFrozen = true
  }

  /// Raises `base` to the credit of the lightest eighth and removes all entries without more,
  /// calling `remove` with each, and `keep` with the old and new index of each that stays.
  mutating func purgeLightest(
    remove: (Entry) -> Void, keep: (_ old: Int, _ new: Int) -> Void
  ) {
    let credits = entries.map(\.credit).sorted()
    base = credits[credits.count / 8]
    var kept = 0
    for old in entries.indices {
      if entries[old].credit <= base {
        remove(entries[old])
      } else {
        entries[kept] = entries[old]
        keep(old, kept)
        kept += 1
      }
    }
    entries.removeSubrange(kept...)
    for index in slots.indices { slots[index] = 0 }
    indexAll()
  }

  private mutating func indexAll() {
    for position in entries.indices { index(position, hash: hash(of: entries[position].key)) }
  }

  private mutating func index(_ entry: Int, hash: UInt64) {
    let mask = slots.count - 1
    var position = Int(truncatingIfNeeded: hash) & mask
    while slots[position] != 0 { position = (position + 1) & mask }
    slots[position] = Self.tag(hash) | UInt32(entry + 1)
  }

  @inline(__always)
  private static func tag(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash >> 32) & ~indexMask
  }
}
