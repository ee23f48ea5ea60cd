internal import Inet

/// The key of an address's entry.
struct AddressKey: FlatKey {
  let address: IPAddress

  @inline(__always)
  func hash(_ seed: HashSeed) -> UInt64 {
    mix(address.low ^ seed.first, address.high ^ seed.second)
  }
}

/// One local address, counted.
struct AddressEntry: FlatEntry {
  let address: IPAddress
  /// The table's base when the entry was made.
  var base: UInt32
  /// The stretch of the bitmap that is this address's; .max until its first row.
  var block: UInt32 = .max
  var states = StateCounts()

  init(_ key: AddressKey, credit: UInt32) {
    address = key.address
    base = credit
  }

  var credit: UInt32 { base &+ UInt32(truncatingIfNeeded: states.total) }

  var key: AddressKey { AddressKey(address: address) }

  @inline(__always)
  func matches(_ key: AddressKey) -> Bool { key.address == address }

  mutating func clear() { states = StateCounts() }
}

/// The stretch of a bitmap of all ports that one address has: the words that the range touches.
struct BlockShape: BitwiseCopyable, Sendable {
  /// The first of these words among those of all ports.
  let firstWord: Int
  let wordCount: Int

  init(_ range: PortRange) {
    firstWord = Int(range.low >> 6)
    wordCount = Int(range.high >> 6) - firstWord + 1
  }

  /// Where the words of `block` begin.
  @inline(__always)
  func start(of block: UInt32) -> Int { Int(block) &* wordCount }

  /// Where the word of all ports' bitmap with this index stands in that of `block`.
  @inline(__always)
  func word(_ index: Int, of block: UInt32) -> Int { start(of: block) &+ index &- firstWord }
}
