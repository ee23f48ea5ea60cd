internal import Frames
internal import Inet

/// Writes one JSON document into bytes: keys in the order given, integers as integers, no white space.
///
/// Foundation's encoder would sort or shuffle keys and pull 8 MB into every tool; this is a page.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  init() { bytes.reserveCapacity(16_384) }

  mutating func object(_ body: (inout JSONWriter) -> Void) { nest("{", "}", body) }

  mutating func array(_ body: (inout JSONWriter) -> Void) { nest("[", "]", body) }

  mutating func key(_ key: String) {
    separate()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func object(_ key: String, _ body: (inout JSONWriter) -> Void) {
    self.key(key)
    object(body)
  }

  mutating func array(_ key: String, _ body: (inout JSONWriter) -> Void) {
    self.key(key)
    array(body)
  }

  mutating func member(_ key: String, _ text: String?) {
    self.key(key)
    if let text { string(text) } else { null() }
  }

  mutating func member<Number: BinaryInteger>(_ key: String, _ number: Number?) {
    self.key(key)
    if let number { integer(number) } else { null() }
  }

  mutating func member(_ key: String, _ flag: Bool) {
    self.key(key)
    raw(flag ? "true" : "false")
  }

  /// A number with at most `places` decimal places.
  mutating func member(_ key: String, _ number: Double, places: Int) {
    self.key(key)
    separate()
    bytes += Decimal.fixed(number, places: places).utf8
    needsComma = true
  }

  /// A number of an array, with at most `places` decimal places; null where it is not known.
  mutating func element(_ number: Double?, places: Int) {
    guard let number, number.isFinite else { return null() }
    separate()
    bytes += Decimal.fixed(number, places: places).utf8
    needsComma = true
  }

  mutating func null(_ key: String) {
    self.key(key)
    null()
  }

  mutating func string(_ text: String) {
    separate()
    quote(text)
    needsComma = true
  }

  mutating func integer(_ number: some BinaryInteger) {
    separate()
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes.appendDecimal(UInt64(number.magnitude))
    needsComma = true
  }

  /// Ends a document with a line end: one document a line.
  mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// Hands over the bytes so far and goes on with none.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// Opens what a streaming caller closes with `close`.
  mutating func open(_ bracket: String) {
    separate()
    bytes += bracket.utf8
    needsComma = false
  }

  /// Closes what `open` opened.
  mutating func close(_ bracket: String) {
    bytes += bracket.utf8
    needsComma = true
  }

  private mutating func null() { raw("null") }

  private mutating func raw(_ text: String) {
    separate()
    bytes += text.utf8
    needsComma = true
  }

  private mutating func nest(
    _ opening: String, _ closing: String, _ body: (inout JSONWriter) -> Void
  ) {
    open(opening)
    body(&self)
    close(closing)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    for byte in text.utf8 {
      if byte < 0x80 {
        append(ascii: byte)
      } else {
        bytes.removeLast(bytes.count - start)
        appendWide(text)
        break
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(ascii byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x0a: bytes += "\\n".utf8
    case 0x00..<0x20, 0x7f: escape(UInt16(byte))
    default: bytes.append(byte)
    }
  }

  /// Text beyond ASCII: what would steer a terminal that a document is shown on is written by its number.
  private mutating func appendWide(_ text: String) {
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        append(ascii: UInt8(truncatingIfNeeded: scalar.value))
      } else if scalar.isSteering {
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { escape(unit) }
      } else {
        bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
      }
    }
  }

  private mutating func escape(_ unit: UInt16) {
    let digits = Array("0123456789abcdef".utf8)
    bytes += "\\u".utf8
    for shift in [12, 8, 4, 0] as [UInt16] { bytes.append(digits[Int(unit >> shift & 15)]) }
  }
}
