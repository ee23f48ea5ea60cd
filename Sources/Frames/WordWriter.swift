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
    var word: UInt64 = 0, position = 0
    for byte in text.utf8.prefix(Self.cut(text, byteCount: byteCount)) {
      word |= UInt64(byte) << UInt64(position % 8 * 8)
      position += 1
      if position % 8 == 0 {
        words.append(word)
        word = 0
      }
    }
    // The last word of the text may be begun, and the words after it are zero.
    while position % 8 != 0 || position < byteCount {
      if position % 8 == 0 { word = 0 }
      words.append(word)
      position = (position / 8 + 1) * 8
    }
  }

  /// How many bytes of the text's UTF-8 are at most `byteCount` without splitting a character's bytes.
  static func cut(_ text: String, byteCount: Int) -> Int {
    let bytes = text.utf8
    guard bytes.count > byteCount else { return bytes.count }
    var end = byteCount
    var index = bytes.index(bytes.startIndex, offsetBy: byteCount)
    while end > 0, bytes[index] & 0xc0 == 0x80 {
      end -= 1
      bytes.formIndex(before: &index)
    }
    return end
  }
}
