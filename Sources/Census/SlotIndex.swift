/// The open-addressed half of a table: from a hash to the numbers of entries that may be meant.
///
///     words    [ 0 | tag 10 · number 22 | 0 | tag · number | … ]     a power of two, at most a quarter full
///
/// A probe touches one word of 4 bytes; the tag, other bits of the hash, spares most looks at entries
/// that are not meant. 0 is an empty place, so numbers begin at 1.
struct SlotIndex: Sendable {
  private(set) var words: [UInt32]

  private static var numberBits: UInt32 { 22 }
  private static var numberMask: UInt32 { (1 << numberBits) - 1 }
  /// A sparse index finds nearly every key at first try: predictable.
  private static var fewestWords: Int { 1024 }
  /// The largest number that a word can hold.
  static var largestNumber: Int { Int(numberMask) - 1 }

  init() { words = Array(repeating: 0, count: Self.fewestWords) }

  /// The words, to be changed in place.
  var mutableWords: MutableSpan<UInt32> {
    @_lifetime(&self)
    mutating get { words.mutableSpan }
  }

  /// Whether `count` numbers leave it sparse enough.
  func hasRoom(for count: Int) -> Bool { count * 4 <= words.count }

  /// Makes it sparse enough for `count` numbers, and empty: all are to be put in again.
  mutating func grow(for count: Int) {
    var wordCount = words.count
    while count * 4 > wordCount { wordCount *= 2 }
    words = Array(repeating: 0, count: wordCount)
  }

  /// Forgets all numbers and keeps the memory.
  mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
  }

  /// Puts in the number of an entry whose key has this hash.
  mutating func put(_ number: Int, hash: UInt64) {
    let mask = words.count - 1
    var position = Int(truncatingIfNeeded: hash) & mask
    while words[position] != 0 { position = (position + 1) & mask }
    words[position] = Self.word(number, hash: hash)
  }

  /// The word for `number`.
  @inline(__always)
  static func word(_ number: Int, hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash >> 32) & ~numberMask | UInt32(truncatingIfNeeded: number)
  }

  /// The number in `word`; 0 when the place is empty.
  @inline(__always)
  static func number(_ word: UInt32) -> Int { Int(word & numberMask) }

  /// Whether `word` may be that of a key with this hash.
  @inline(__always)
  static func isTagged(_ word: UInt32, hash: UInt64) -> Bool {
    (word ^ UInt32(truncatingIfNeeded: hash >> 32)) & ~numberMask == 0
  }
}
