/// Appends words to a buffer that is kept from frame to frame.
struct WordWriter {
  private(set) var words: [UInt64]

  /// A writer that goes on with the memory of `words`, whose contents are dropped.
  init(reusing words: consuming [UInt64]) {
    self.words = words
    self.words.removeAll(keepingCapacity: true)
  }

  mutating func append(_ word: UInt64) { words.append(word) }

  /// The words, in the memory that `init` was given.
  consuming func finish() -> [UInt64] { words }

  /// Two halves, the first one lowest.
  mutating func append(_ low: UInt32, _ high: UInt32) {
    words.append(UInt64(low) | UInt64(high) << 32)
  }

  /// Two counts, each the nearest that fits.
  mutating func append(_ low: Int, _ high: Int) {
    append(UInt32(clamping: low), UInt32(clamping: high))
  }

  mutating func append(_ low: Float, _ high: Float) { append(low.bitPattern, high.bitPattern) }

  /// The nearest number that is finite; 0 for what is none.
  static func finite(_ value: Float) -> Float {
    value.isNaN
      ? 0 : min(max(value, -Float.greatestFiniteMagnitude), Float.greatestFiniteMagnitude)
  }

  /// The first `byteCount` bytes of the text, cut between characters, zeros after it.
  mutating func append(_ text: String, byteCount: Int) {
    let bytes = Self.cut(text, byteCount: byteCount)
    for start in stride(from: 0, to: byteCount, by: 8) {
      var word: UInt64 = 0
      for (index, byte) in bytes.dropFirst(start).prefix(8).enumerated() {
        word |= UInt64(byte) << UInt64(index * 8)
      }
      words.append(word)
    }
  }

  /// The text's UTF-8, cut to `byteCount` without splitting a character's bytes.
  static func cut(_ text: String, byteCount: Int) -> [UInt8] {
    let bytes = Array(text.utf8.prefix(byteCount + 1))
    guard bytes.count > byteCount else { return bytes }
    var end = byteCount
    while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
    return Array(bytes[..<end])
  }
}
