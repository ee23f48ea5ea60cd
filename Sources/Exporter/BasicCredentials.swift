/// A name and a password, as a request shows them (RFC 7617).
struct BasicCredentials: Hashable {
  let name: String
  let password: [UInt8]

  /// The credentials of the value of `Authorization`; nil when they are none.
  init?(_ header: String) {
    guard header.prefix(6).lowercased() == "basic ",
      let bytes = Self.decoded(Array(header.dropFirst(6).utf8)),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let name = String(validating: bytes[..<colon], as: UTF8.self)
    else { return nil }
    self.name = name
    password = Array(bytes[(colon + 1)...])
  }

  /// What `text` is in base64 (RFC 4648, section 4), strictly: padded, and without anything else in it.
  private static func decoded(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0, !text.isEmpty else { return nil }
    let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for letter in text.dropLast(padding) {
      guard let value = value(letter) else { return nil }
      bits = (bits << 6 | UInt32(value)) & 0xff_ffff
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    // What is left over of the last letter says nothing.
    guard bits & ((1 << UInt32(count)) - 1) == 0 else { return nil }
    return bytes
  }

  private static func value(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
