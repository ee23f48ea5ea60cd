/// Why words are no frame.
public enum FrameError: Error, Hashable, Sendable {
  /// The words end before what they announce.
  case truncated(atWord: Int)
  /// Written by another version: neither is read by the other.
  case version(found: Int, expected: Int)
  /// Another kind of record than was asked for.
  case kind(found: Int, expected: Int)
  /// A field has a value that it cannot have.
  case value(field: String, found: UInt64)
}

extension FrameError: CustomStringConvertible {
  /// What was read and what came.
  public var description: String {
    switch self {
    case .truncated(let word): "the frame ends at word \(word), before what it announces"
    case .version(let found, let expected):
      "the frame has layout version \(found), this program reads \(expected)"
    case .kind(let found, let expected):
      "a record of kind \(found) where kind \(expected) belongs"
    case .value(let field, let found): "the frame's \(field) cannot be \(found)"
    }
  }
}

/// Takes words off a span, in order; never beyond its end.
struct WordReader: ~Escapable {
  private let words: Span<UInt64>
  private var position = 0

  @_lifetime(copy words)
  init(_ words: Span<UInt64>) { self.words = words }

  mutating func next() throws(FrameError) -> UInt64 {
    guard position < words.count else { throw .truncated(atWord: position) }
    defer { position += 1 }
    return words[position]
  }

  /// A moment or a span in nanoseconds: no later than `FrameLayout.momentMax`, so that readers can add.
  mutating func moment(_ field: String) throws(FrameError) -> UInt64 {
    let moment = try next()
    guard moment <= FrameLayout.momentMax else { throw .value(field: field, found: moment) }
    return moment
  }

  mutating func halves() throws(FrameError) -> (UInt32, UInt32) {
    let word = try next()
    return (UInt32(truncatingIfNeeded: word), UInt32(word >> 32))
  }

  mutating func counts() throws(FrameError) -> (Int, Int) {
    let (low, high) = try halves()
    return (Int(low), Int(high))
  }

  mutating func floats() throws(FrameError) -> (Float, Float) {
    let (low, high) = try halves()
    return (Float(bitPattern: low), Float(bitPattern: high))
  }

  /// Text of at most `byteCount` bytes, which ends at the first zero; bad UTF-8 is repaired.
  mutating func text(byteCount: Int) throws(FrameError) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    for _ in 0..<(byteCount + 7) / 8 {
      let word = try next()
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return String(decoding: bytes.prefix(byteCount).prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// The parts of a word that hold several small fields.
extension UInt64 {
  /// The byte at `index`, the lowest first.
  func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: self >> UInt64(index * 8)) }
  /// The 16 bits at `index`, the lowest first.
  func quarter(_ index: Int) -> UInt16 { UInt16(truncatingIfNeeded: self >> UInt64(index * 16)) }
}
