/// A set of ports as a bitmap of 65,536 bits: 1,024 words, 8 KiB, one allocation.
///
/// All counting in this product is of ports, so this is its central type: repeated insertions are
/// harmless, and the model of a pool is set algebra over a few of these.
public struct PortSet: Hashable, Sendable {
  @usableFromInline var words: [UInt64]

  /// The number of 64-bit words of a set.
  public static let wordCount = 1024

  /// The empty set.
  public init() { words = Array(repeating: 0, count: Self.wordCount) }

  /// The ports of `range`.
  public init(_ range: PortRange) {
    self.init()
    insert(range)
  }

  /// The ports of a sequence.
  public init(_ ports: some Sequence<UInt16>) {
    self.init()
    for port in ports { insert(port) }
  }

  /// Takes over a copy of `words`, which must be `wordCount` long.
  public init(words: [UInt64]) {
    precondition(words.count == Self.wordCount, "a port set has \(Self.wordCount) words")
    self.words = words
  }

  /// The words, to be changed in place: port p is bit p % 64 of word p / 64.
  ///
  /// For loops over many ports: a span is checked for bounds, but asks once whether it is alone.
  public var mutableWords: MutableSpan<UInt64> {
    @_lifetime(&self)
    mutating get { words.mutableSpan }
  }

  /// The words: port p is bit p % 64 of word p / 64.
  public var bits: Span<UInt64> {
    @_lifetime(borrow self)
    get { words.span }
  }

  /// Adds one port.
  @inlinable
  public mutating func insert(_ port: UInt16) {
    words[Int(port >> 6)] |= 1 << UInt64(port & 63)
  }

  /// Adds the ports of `range`, a word at a time.
  public mutating func insert(_ range: PortRange) {
    for index in Int(range.low >> 6)...Int(range.high >> 6) {
      words[index] |= Self.mask(of: range, word: index)
    }
  }

  /// Removes one port.
  public mutating func remove(_ port: UInt16) {
    words[Int(port >> 6)] &= ~(1 << UInt64(port & 63))
  }

  /// Empties the set and keeps its memory.
  public mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
  }

  /// Whether `port` is in the set.
  @inlinable
  @inline(__always)
  public func contains(_ port: UInt16) -> Bool {
    words[Int(port >> 6)] & (1 << UInt64(port & 63)) != 0
  }

  /// The number of ports in the set.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether the set has no port.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// The number of ports with the parity of `port`.
  public func count(parityOf port: UInt16) -> Int {
    let mask: UInt64 = port & 1 == 0 ? 0x5555_5555_5555_5555 : 0xaaaa_aaaa_aaaa_aaaa
    return words.reduce(0) { $0 + ($1 & mask).nonzeroBitCount }
  }

  /// The bits of `range` that fall into the word at `index`.
  private static func mask(of range: PortRange, word index: Int) -> UInt64 {
    var mask = UInt64.max
    if index == Int(range.low >> 6) { mask &= .max << UInt64(range.low & 63) }
    if index == Int(range.high >> 6) { mask &= .max >> UInt64(63 - range.high & 63) }
    return mask
  }
}

extension PortSet {
  /// Adds the ports of `other`.
  public mutating func formUnion(_ other: PortSet) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  /// Adds the ports of one word: bit b of the word at `index` is port 64 · index + b.
  public mutating func formUnion(_ word: UInt64, at index: Int) { words[index] |= word }

  /// Removes the ports of `other`.
  public mutating func subtract(_ other: PortSet) {
    for index in words.indices { words[index] &= ~other.words[index] }
  }

  /// The ports of either.
  public func union(_ other: PortSet) -> PortSet {
    var result = self
    result.formUnion(other)
    return result
  }

  /// The ports of both.
  public func intersection(_ other: PortSet) -> PortSet {
    var result = self
    for index in words.indices { result.words[index] &= other.words[index] }
    return result
  }

  /// The ports of this set that are not in `other`.
  public func subtracting(_ other: PortSet) -> PortSet {
    var result = self
    result.subtract(other)
    return result
  }
}

extension PortSet: Sequence {
  /// The ports in ascending order.
  public func makeIterator() -> Iterator { Iterator(words: words) }

  /// Walks the set bits, lowest first.
  public struct Iterator: IteratorProtocol {
    private let words: [UInt64]
    private var index = 0
    private var word: UInt64

    fileprivate init(words: [UInt64]) {
      self.words = words
      word = words[0]
    }

    /// The next port, or nil at the end.
    public mutating func next() -> UInt16? {
      while word == 0 {
        index += 1
        guard index < words.count else { return nil }
        word = words[index]
      }
      let bit = word.trailingZeroBitCount
      word &= word - 1
      return UInt16(truncatingIfNeeded: index * 64 + bit)
    }
  }
}

extension PortSet: ExpressibleByArrayLiteral {
  /// A set of the listed ports.
  public init(arrayLiteral elements: UInt16...) { self.init(elements) }
}

extension PortSet: CustomStringConvertible {
  /// "28232 ports": a set may have too many to list.
  public var description: String { "\(count) ports" }
}
