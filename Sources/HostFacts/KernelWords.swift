/// Words of the kernel's small tables, in place: no string is made of them.
struct KernelWords: ~Escapable {
  private let bytes: Span<UInt8>
  private var position = 0
  private var lineEnd = 0
  private var nextStart = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  /// Goes to the next line; false at the end.
  mutating func nextLine() -> Bool {
    guard nextStart < bytes.count else { return false }
    position = nextStart
    lineEnd = position
    while lineEnd < bytes.count, bytes[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
    nextStart = lineEnd + 1
    return true
  }

  /// Where the next word of the line stands; nil at the line's end.
  mutating func next() -> Range<Int>? {
    while position < lineEnd, bytes[position] == UInt8(ascii: " ") { position += 1 }
    guard position < lineEnd else { return nil }
    let start = position
    while position < lineEnd, bytes[position] != UInt8(ascii: " ") { position += 1 }
    return start..<position
  }

  /// The next word as a number; nil if it is none, or larger than 64 bits.
  mutating func nextNumber() -> UInt64? {
    guard let word = next() else { return nil }
    var value: UInt64 = 0
    for index in word {
      let digit = UInt64(bytes[index]) &- 48
      let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, carries) = tens.addingReportingOverflow(digit)
      guard digit <= 9, !overflows, !carries else { return nil }
      value = sum
    }
    return value
  }

  /// Takes the next word if it is `text`; otherwise leaves it.
  mutating func skip(_ text: String) -> Bool {
    let before = position
    if let word = next(), matches(word, text) { return true }
    position = before
    return false
  }

  /// Whether the word at `range` is `text`.
  func matches(_ range: Range<Int>, _ text: String) -> Bool {
    guard range.count == text.utf8.count else { return false }
    // A short string has its bytes in itself: nothing is allocated.
    var index = range.lowerBound
    for byte in text.utf8 {
      if bytes[index] != byte { return false }
      index += 1
    }
    return true
  }

  /// The value under `name`, of a line of names that begins with `section` and the line of values under it;
  /// nil when there is none, or it is no number.
  static func value(of name: String, in section: String, _ bytes: Span<UInt8>) -> UInt64? {
    var words = KernelWords(bytes)
    var column: Int?
    while words.nextLine() {
      guard words.skip(section) else { continue }
      if let column {
        for _ in 0..<column { _ = words.next() }
        return words.nextNumber()
      }
      var position = 0
      while column == nil, let word = words.next() {
        if words.matches(word, name) { column = position }
        position += 1
      }
      if column == nil { return nil }
    }
    return nil
  }
}
