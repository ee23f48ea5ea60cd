public import Inet

/// Distinct ports per local address: a bounded table whose entries own a stretch of one flat bitmap.
///
///     table   [ address · states · block 2 | address · states · block 0 | … ]
///     words   [ block 0: words of E | block 1 | block 2 | … ]
///
/// A block covers only the words that the range touches: 442 words, 3.5 KB, by default.
public struct AddressPorts: Sendable {
  var table: FlatTable<AddressEntry>
  var words: [UInt64] = []
  /// The counted ports of IPv4 addresses that are not known any more.
  private(set) var departedIPv4 = PortSet()
  /// Sockets with addresses that are not known, any more or at all.
  var departedStates = StateCounts()
  private var freeBlocks: [UInt32] = []
  private var blockCount: UInt32 = 0
  let shape: BlockShape
  private let range: PortRange

  init(range: PortRange, limit: Int, seed: HashSeed) {
    self.range = range
    shape = BlockShape(range)
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
    count(UInt32(truncatingIfNeeded: index), port, state: state)
  }

  /// Counts one row of an address that has an entry.
  mutating func count(_ entry: UInt32, _ port: UInt16, state: UInt8) {
    let index = Int(entry)
    let block = table.entries[index].block
    table.update(index) { $0.states.count(raw: state) }
    guard range.contains(port) else { return }
    words[shape.word(Int(port >> 6), of: block)] |= 1 << UInt64(port & 63)
  }

  /// The index of the entry for `key`, made if need be, with a block; nil when it cannot be had.
  private mutating func resolve(_ key: AddressKey, hash: UInt64) -> Int? {
    if let index = table.find(key, hash: hash) { return index }
    guard let index = table.insert(key, hash: hash) ?? makeRoom(key, hash) else { return nil }
    assignBlock(index)
    return index
  }

  /// Makes an entry for an address that is not known, if it can be had.
  @inline(never)
  mutating func admit(_ address: IPAddress) -> LocalEnd {
    let key = AddressKey(address: address)
    return LocalEnd(address, entry: resolve(key, hash: table.hash(of: key)))
  }

  mutating func removeAll() {
    clearDeparted()
    table.removeAll()
    freeBlocks.removeAll(keepingCapacity: true)
    blockCount = 0
    for index in words.indices { words[index] = 0 }
  }

  /// Zeroes what was counted and admits no new address: the exact pass over survivors.
  mutating func freeze() {
    clearDeparted()
    table.freeze()
    for index in words.indices { words[index] = 0 }
  }

  private mutating func clearDeparted() {
    departedIPv4.removeAll()
    departedStates = StateCounts()
  }

  /// The sockets of all addresses by state, also of those that are not known any more.
  var allStates: StateCounts {
    var all = departedStates
    for entry in table.entries { all.add(entry.states) }
    return all
  }

  /// Adds the counted ports of all IPv4 addresses, also of those that are not known any more.
  func formUnionOfIPv4(into ports: inout PortSet) {
    ports.formUnion(departedIPv4)
    var all = ports.mutableWords
    for entry in table.entries where entry.block != .max && entry.address.isIPv4 {
      let start = shape.start(of: entry.block)
      for word in 0..<shape.wordCount { all[shape.firstWord + word] |= words[start + word] }
    }
  }

  /// The counted ports of the address at `index`, 0 to `count` - 1, within the range.
  public func ports(at index: Int) -> PortSet {
    let entry = table.entries[index]
    var all = [UInt64](repeating: 0, count: PortSet.wordCount)
    guard entry.block != .max else { return PortSet(words: all) }
    for word in 0..<shape.wordCount {
      all[shape.firstWord + word] = words[shape.start(of: entry.block) + word]
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
    departedIPv4.formUnion(other.departedIPv4)
    departedStates.add(other.departedStates)
    table.admit(other.count)
    for index in 0..<other.count {
      let entry = other.table.entries[index]
      let key = entry.key
      let hash = table.hash(of: key)
      guard let mine = resolve(key, hash: hash) else { continue }
      table.update(mine) { $0.states.add(entry.states) }
      guard entry.block != .max else { continue }
      let start = shape.start(of: table.entries[mine].block)
      for word in 0..<shape.wordCount {
        words[start + word] |= other.words[shape.start(of: entry.block) + word]
      }
    }
  }

  @inline(never)
  private mutating func makeRoom(_ key: AddressKey, _ hash: UInt64) -> Int? {
    if table.isFrozen { return nil }
    var gone: [AddressEntry] = []
    table.purgeLightest { gone.append($0) }
    for entry in gone {
      departedStates.add(entry.states)
      guard entry.block != .max else { continue }
      let start = shape.start(of: entry.block)
      for word in start..<start + shape.wordCount {
        if entry.address.isIPv4 {
          departedIPv4.formUnion(words[word], at: shape.firstWord + word - start)
        }
        words[word] = 0
      }
      freeBlocks.append(entry.block)
    }
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
      let needed = shape.start(of: blockCount)
      while words.count < needed { words.append(0) }
    }
    table.update(index) { $0.block = block }
  }
}
