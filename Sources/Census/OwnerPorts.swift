internal import Inet

/// Distinct ports by local end and owner: a bounded table whose entries own stretches of one flat bitmap.
///
///     table   [ end · owner · living 0 · waiting 2 · – | end · owner · living 1 · – · – | … ]
///     words   [ block 0: words of E | block 1 | block 2 | … ]
struct OwnerPorts: Sendable {
  private var table: FlatTable<OwnerPortsEntry>
  private var words: [UInt64] = []
  private var blockCount: UInt32 = 0
  private let blockLimit: UInt32
  private let shape: BlockShape
  private let range: PortRange

  /// Ports of `range`, in bitmaps of at most `byteLimit` bytes together.
  init(range: PortRange, byteLimit: Int, seed: HashSeed) {
    self.range = range
    shape = BlockShape(range)
    blockLimit = UInt32(clamping: max(8, byteLimit / (8 * shape.wordCount)))
    table = FlatTable(limit: Int(blockLimit), seed: seed)
  }

  var count: Int { table.entries.count }

  /// The entry at `index`, 0 to `count` - 1.
  subscript(index: Int) -> OwnerPortsEntry { table.entries[index] }

  /// Forgets everything and keeps the memory.
  mutating func removeAll() {
    table.removeAll()
    for index in 0..<shape.start(of: blockCount) { words[index] = 0 }
    blockCount = 0
  }

  /// The place of an owner's ports at an end, made if need be; nil when there is no room.
  mutating func place(of end: HeldEnd, owner: UInt32) -> UInt32? {
    let key = OwnerPortsKey(end: end, owner: owner)
    let hash = table.hash(of: key)
    let index = table.find(key, hash: hash) ?? table.insert(key, hash: hash)
    return index.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// Adds a port of the range to those at `place`; false when there is no room.
  mutating func insert(_ port: UInt16, at place: UInt32, _ part: HeldPart) -> Bool {
    let entry = table.entries[Int(place)]
    var block =
      switch part {
      case .living: entry.living
      case .waiting: entry.waiting
      case .orphaned: entry.orphaned
      }
    if block == .max {
      guard blockCount < blockLimit else { return false }
      block = addBlock()
      table.update(Int(place)) {
        switch part {
        case .living: $0.living = block
        case .waiting: $0.waiting = block
        case .orphaned: $0.orphaned = block
        }
      }
    }
    words[shape.word(Int(port >> 6), of: block)] |= 1 << UInt64(port & 63)
    return true
  }

  /// Adds the ports of `block` to `ports`; of .max none.
  func formUnion(of block: UInt32, into ports: inout PortSet) {
    guard block != .max else { return }
    let start = shape.start(of: block)
    var all = ports.mutableWords
    for word in 0..<shape.wordCount { all[shape.firstWord + word] |= words[start + word] }
  }

  @inline(never)
  private mutating func addBlock() -> UInt32 {
    defer { blockCount += 1 }
    let needed = shape.start(of: blockCount + 1)
    while words.count < needed { words.append(0) }
    return blockCount
  }
}

/// A local end and an owner.
struct OwnerPortsKey: FlatKey, Equatable {
  let end: HeldEnd
  let owner: UInt32

  func hash(_ seed: HashSeed) -> UInt64 {
    mix(
      end.address.low ^ seed.first,
      end.address.high ^ seed.second ^ UInt64(owner) << 20 ^ (end.isIPv6Alone ? 1 << 60 : 0))
  }
}

/// The ports of one owner at one local end.
struct OwnerPortsEntry: FlatEntry {
  let key: OwnerPortsKey
  /// The blocks of ports of living sockets, and of remembered ones in TIME_WAIT and FIN_WAIT2; .max until the first.
  var living: UInt32 = .max
  var waiting: UInt32 = .max
  var orphaned: UInt32 = .max

  init(_ key: OwnerPortsKey, credit: UInt32) { self.key = key }

  func matches(_ key: OwnerPortsKey) -> Bool { self.key == key }

  // Never purged: what does not fit stays without owner.
  var credit: UInt32 { .max }
  mutating func clear() { (living, waiting, orphaned) = (.max, .max, .max) }
}
