public import Inet

/// Distinct ports per local address: a bounded table whose entries own a stretch of one flat bitmap.
///
///     table   [ address · states · block 2 | address · states · block 0 | … ]
///     words   [ block 0: words of E | block 1 | block 2 | … ]
///
/// A block covers only the words that the range touches: 442 words, 3.5 KB, by default.
public struct AddressPorts: Sendable {
  private var table: FlatTable<AddressEntry>
  private var words: [UInt64] = []
  private var freeBlocks: [UInt32] = []
  private var blockCount: UInt32 = 0
  private let firstWord: Int
  private let wordsPerBlock: Int
  private let range: PortRange

  init(range: PortRange, limit: Int, seed: HashSeed) {
    self.range = range
    firstWord = Int(range.low >> 6)
    wordsPerBlock = Int(range.high >> 6) - firstWord + 1
    table = FlatTable(limit: limit, seed: seed)
  }

  /// The number of addresses known.
  public var count: Int { table.entries.count }

  /// The most ports that an address which is not known can have in use; 0 when all are known.
  public var lostMaximum: Int { Int(table.base) }

  /// Counts one row. Ports outside the range count in the states alone.
  mutating func count(_ address: IPAddress, _ port: UInt16, state: UInt8) {
    let key = AddressKey(address: address)
    guard let index = resolve(key, hash: table.hash(of: key)) else { return }
    let block = Int(table.entries[index].block)
    table.update(index) {
      $0.credit &+= 1
      $0.states.count(raw: state)
    }
    guard range.contains(port) else { return }
    words[block * wordsPerBlock + Int(port >> 6) - firstWord] |= 1 << UInt64(port & 63)
  }

  /// Counts the rows of a batch: first every address is looked up, then every counter changed.
  mutating func count(_ rows: inout MutableSpan<BatchRow>) {
    var counted = 0
    var last = (address: IPAddress.anyIPv6, index: BatchRow.none)
    for index in 0..<rows.count {
      let address = rows[index].source
      if address != last.address {
        let key = AddressKey(address: address)
        let hash = table.hash(of: key)
        var found = table.find(key, hash: hash)
        if found == nil, !address.isWildcard {
          if table.isFull {
            // Making room moves entries: what was looked up so far is counted before.
            apply(rows, counted..<index)
            counted = index
          }
          found = resolve(key, hash: hash)
        }
        last = (address, found.map { UInt32($0) } ?? BatchRow.none)
      }
      rows[index].address = last.index
    }
    apply(rows, counted..<rows.count)
  }

  private mutating func apply(_ rows: borrowing MutableSpan<BatchRow>, _ part: Range<Int>) {
    Self.apply(rows, part, range, wordsPerBlock, &table, &words)
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func apply(
    _ rows: borrowing MutableSpan<BatchRow>, _ part: Range<Int>, _ range: PortRange,
    _ wordsPerBlock: Int, _ table: inout FlatTable<AddressEntry>, _ words: inout [UInt64]
  ) {
    var entries = table.mutableEntries
    var words = words.mutableSpan
    let firstWord = Int(range.low >> 6)
    for index in part {
      let row = rows[index]
      guard row.address != BatchRow.none else { continue }
      let entry = Int(row.address)
      entries[entry].credit &+= 1
      entries[entry].states.count(raw: row.state)
      guard range.contains(row.sourcePort) else { continue }
      let word = Int(entries[entry].block) * wordsPerBlock + Int(row.sourcePort >> 6) - firstWord
      words[word] |= 1 << UInt64(row.sourcePort & 63)
    }
  }

  /// The index of the entry for `key`, made if need be, with a block; nil when it cannot be had.
  private mutating func resolve(_ key: AddressKey, hash: UInt64) -> Int? {
    if let index = table.find(key, hash: hash) { return index }
    guard let index = table.insert(key, hash: hash) ?? makeRoom(key, hash) else { return nil }
    assignBlock(index)
    return index
  }

  mutating func removeAll() {
    table.removeAll()
    freeBlocks.removeAll(keepingCapacity: true)
    blockCount = 0
    for index in words.indices { words[index] = 0 }
  }

  /// Zeroes what was counted and admits no new address: the exact pass over survivors.
  mutating func freeze() {
    table.freeze()
    for index in words.indices { words[index] = 0 }
  }

  /// The counted ports of the address at `index`, 0 to `count` - 1, within the range.
  public func ports(at index: Int) -> PortSet {
    let entry = table.entries[index]
    var all = [UInt64](repeating: 0, count: PortSet.wordCount)
    guard entry.block != .max else { return PortSet(words: all) }
    for word in 0..<wordsPerBlock {
      all[firstWord + word] = words[Int(entry.block) * wordsPerBlock + word]
    }
    return PortSet(words: all)
  }

  /// The address at `index`.
  public func address(at index: Int) -> IPAddress { table.entries[index].address }

  /// The sockets with the address at `index`, by state.
  public func states(at index: Int) -> StateCounts { table.entries[index].states }

  /// The index of `address`, if it is known.
  public func index(of address: IPAddress) -> Int? {
    let key = AddressKey(address: address)
    return table.find(key, hash: table.hash(of: key))
  }

  /// Adds what `other` counted for its addresses; all of them, whatever the limit.
  mutating func formUnion(_ other: AddressPorts) {
    table.admit(other.count)
    for index in 0..<other.count {
      let entry = other.table.entries[index]
      let key = entry.key
      let hash = table.hash(of: key)
      guard let mine = resolve(key, hash: hash) else { continue }
      table.update(mine) {
        $0.credit &+= entry.states.total < Int(UInt32.max) ? UInt32(entry.states.total) : 0
        $0.states.add(entry.states)
      }
      guard entry.block != .max else { continue }
      let block = Int(table.entries[mine].block)
      for word in 0..<wordsPerBlock {
        words[block * wordsPerBlock + word] |= other.words[Int(entry.block) * wordsPerBlock + word]
      }
    }
  }

  @inline(never)
  private mutating func makeRoom(_ key: AddressKey, _ hash: UInt64) -> Int? {
    if table.isFrozen { return nil }
    var freed: [UInt32] = []
    table.purgeLightest(
      remove: { if $0.block != .max { freed.append($0.block) } }, keep: { _, _ in })
    for block in freed {
      for word in 0..<wordsPerBlock { words[Int(block) * wordsPerBlock + word] = 0 }
    }
    freeBlocks += freed
    return table.insert(key, hash: hash)
  }

  @inline(never)
  private mutating func assignBlock(_ index: Int) {
    let block: UInt32
    if let free = freeBlocks.popLast() {
      block = free
    } else {
      block = blockCount
      blockCount += 1
      let needed = Int(blockCount) * wordsPerBlock
      while words.count < needed { words.append(0) }
    }
    table.update(index) { $0.block = block }
  }
}

/// The key of an address's entry.
private struct AddressKey: FlatKey {
  let address: IPAddress

  @inline(__always)
  func hash(_ seed: HashSeed) -> UInt64 {
    mix(address.low ^ seed.first, address.high ^ seed.second)
  }
}

/// One local address, counted.
private struct AddressEntry: FlatEntry {
  let address: IPAddress
  var credit: UInt32
  /// The stretch of the bitmap that is this address's; .max until its first row.
  var block: UInt32 = .max
  var states = StateCounts()

  init(_ key: AddressKey, credit: UInt32) {
    address = key.address
    self.credit = credit
  }

  var key: AddressKey { AddressKey(address: address) }

  @inline(__always)
  func matches(_ key: AddressKey) -> Bool { key.address == address }

  var edges: UInt32 { UInt32(truncatingIfNeeded: address.high) &+ block }

  mutating func clear() { states = StateCounts() }
}
