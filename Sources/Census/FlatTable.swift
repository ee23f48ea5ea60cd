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
  /// Something that takes reading the entry's first and last word.
  var edges: UInt32 { get }
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
  let seed: HashSeed
  private(set) var limit: Int

  /// Whether keys that are not there stay out: the second, exact pass over survivors.
  private(set) var isFrozen = false
  /// The most that a key which is absent now can have counted.
  private(set) var base: UInt32 = 0

  private static var indexBits: UInt32 { 22 }
  private static var indexMask: UInt32 { (1 << indexBits) - 1 }
  /// A table of few keys is sparse, so that nearly every key is found at first try: predictable.
  private static var fewestSlots: Int { 1024 }
  /// The largest limit that the slots' index bits allow.
  static var largestLimit: Int { Int(indexMask) - 1 }

  init(limit: Int, seed: HashSeed) {
    self.limit = min(max(limit, 8), Self.largestLimit)
    self.seed = seed
    slots = Array(repeating: 0, count: Self.fewestSlots)
  }

  /// Whether a new key would need room made for it.
  var isFull: Bool { !isFrozen && entries.count == limit }

  /// Whether the keys of one more batch might not all fit.
  var isNearLimit: Bool { !isFrozen && entries.count + RowBatch.capacity > limit }

  @inline(__always)
  func hash(of key: Entry.Key) -> UInt64 { key.hash(seed) }

  /// Brings the slots and entries that the rows' hashes lead to nearer: first all slots, then all
  /// entries. No branch depends on what is read, so the cache misses of all rows overlap, and none
  /// waits for the misprediction of another one.
  func readAhead(_ rows: inout MutableSpan<BatchRow>) {
    guard slots.count > Self.cachedSlotCount, !entries.isEmpty else { return }
    let slots = self.slots.span, entries = self.entries.span
    let mask = slots.count - 1
    for position in 0..<rows.count {
      rows[position].readAhead = slots[Int(truncatingIfNeeded: rows[position].hash) & mask]
    }
    for position in 0..<rows.count {
      let index = max(Int(rows[position].readAhead & Self.indexMask), 1) - 1
      rows[position].readAhead = entries[index].edges
    }
  }

  /// Slots that stay in the first-level cache without help.
  private static var cachedSlotCount: Int { 4096 }

  /// The index of the entry for `key`, if there is one.
  @inline(__always)
  func find(_ key: Entry.Key, hash: UInt64) -> Int? {
    Self.find(key, hash: hash, slots.span, entries.span)
  }

  @inline(__always)
  private static func find(
    _ key: Entry.Key, hash: UInt64, _ slots: Span<UInt32>, _ entries: Span<Entry>
  ) -> Int? {
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

  /// Puts the index of its entry into each row whose pool is `BatchRow.missing`; returns for how many
  /// there is none.
  func findEach(_ rows: inout MutableSpan<BatchRow>) -> Int where Entry == PoolEntry {
    let slots = self.slots.span, entries = self.entries.span
    var missing = 0
    for row in 0..<rows.count where rows[row].pool == BatchRow.missing {
      if let index = Self.find(rows[row].tuple, hash: rows[row].hash, slots, entries) {
        rows[row].pool = UInt32(truncatingIfNeeded: index)
      } else {
        missing += 1
      }
    }
    return missing
  }

  /// Makes an entry for `key`, which must not have one; nil when frozen, or full: purge, or lose it.
  @inline(never)
  mutating func insert(_ key: Entry.Key, hash: UInt64) -> Int? {
    if isFrozen || entries.count == limit { return nil }
    entries.append(Entry(key, credit: base))
    if entries.count * 2 > slots.count {
      grow(for: entries.count)
    } else {
      index(entries.count - 1, hash: hash)
    }
    return entries.count - 1
  }

  /// Makes entries for the `missing` rows whose pool is `BatchRow.missing`, and puts their indices
  /// there. False, with nothing done, when they might not all fit: they have to come one by one then.
  mutating func insertEach(_ rows: inout MutableSpan<BatchRow>, missing: Int) -> Bool
  where Entry == PoolEntry {
    let most = entries.count + missing
    guard !isFrozen, most <= limit else { return false }
    if most * 2 > slots.count { grow(for: most) }
    var filled = entries.count
    let blank = PoolEntry(BatchRow.empty.tuple, credit: base)
    entries.append(contentsOf: repeatElement(blank, count: missing))
    Self.insertEach(&rows, &slots, &entries, &filled, credit: base)
    entries.removeSubrange(filled...)
    return true
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func insertEach(
    _ rows: inout MutableSpan<BatchRow>, _ slots: inout [UInt32], _ entries: inout [PoolEntry],
    _ filled: inout Int, credit: UInt32
  ) where Entry == PoolEntry {
    var slots = slots.mutableSpan, entries = entries.mutableSpan
    let mask = slots.count - 1
    for row in 0..<rows.count where rows[row].pool == BatchRow.missing {
      let key = rows[row].tuple
      let hash = rows[row].hash
      var position = Int(truncatingIfNeeded: hash) & mask
      // An earlier row of the batch may have brought the key in.
      while slots[position] != 0 {
        let index = Int(slots[position] & Self.indexMask) - 1
        if slots[position] & ~Self.indexMask == Self.tag(hash), entries[index].matches(key) {
          rows[row].pool = UInt32(truncatingIfNeeded: index)
          break
        }
        position = (position + 1) & mask
      }
      guard slots[position] == 0 else { continue }
      entries[filled] = PoolEntry(key, credit: credit)
      rows[row].pool = UInt32(truncatingIfNeeded: filled)
      filled += 1
      slots[position] = Self.tag(hash) | UInt32(truncatingIfNeeded: filled)
    }
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

  /// Makes the slots sparse enough for `count` entries. By fours: indexing anew costs more than slots.
  private mutating func grow(for count: Int) {
    var slotCount = slots.count
    while count * 2 > slotCount { slotCount *= 4 }
    slots = Array(repeating: 0, count: slotCount)
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
