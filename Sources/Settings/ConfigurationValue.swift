internal import FoundationEssentials

/// A value of a configuration, before anybody asked what it means.
///
/// JSON5 is read by FoundationEssentials, which argument parsing links anyway; ICU does not come with it.
/// swift-configuration was looked at for the layers: it looks values up by key, and so cannot tell a key
/// that nobody knows, and its arrays are of scalars, while rules are objects.
enum ConfigurationValue: Hashable, Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([ConfigurationValue])
  case object([String: ConfigurationValue])

  /// The value of JSON5 text in `source`, for messages.
  static func parse(_ bytes: [UInt8], source: String) throws(ConfigurationError) -> Self {
    if let value = decode(bytes) { return value }
    throw .malformed(source: source, afterLine: lastGoodLine(bytes))
  }

  private static func decode(_ bytes: [UInt8]) -> Self? {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try? decoder.decode(Self.self, from: Data(bytes))
  }

  /// The decoder does not say where it stopped: the last line up to which the text is right, if what is
  /// open there is closed.
  private static func lastGoodLine(_ bytes: [UInt8]) -> Int {
    let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    for (line, end) in ends.enumerated().reversed() {
      let text = Array(bytes[...end])
      if let closing = OpenBrackets.closing(text), decode(text + closing) != nil { return line + 1 }
    }
    return 0
  }

  /// What it is, for messages.
  var described: String {
    switch self {
    case .null: "null"
    case .flag(let flag): "\(flag)"
    case .number(let number):
      if let whole = Int(exactly: number) { "\(whole)" } else { "\(number)" }
    case .text(let text): "\"\(text)\""
    case .list: "a list"
    case .object: "an object"
    }
  }
}

extension ConfigurationValue: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([Self].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: Self].self))
    }
  }
}

/// The brackets that are open at the end of a piece of JSON5.
private enum OpenBrackets {
  /// What would close them; nil where a string or a comment is open, or a bracket does not fit.
  static func closing(_ bytes: [UInt8]) -> [UInt8]? {
    var open: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch byte {
      case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
      case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if open.popLast() != byte { return nil }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard let end = endOfString(bytes, from: index) else { return nil }
        index = end
      case UInt8(ascii: "/") where next == UInt8(ascii: "/"):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        index += 2
        while index + 1 < bytes.count, bytes[index...].starts(with: "*/".utf8) == false {
          index += 1
        }
        if index + 1 >= bytes.count { return nil }
        index += 1
      default: break
      }
      index += 1
    }
    return open.reversed()
  }

  private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int? {
    var index = start + 1
    while index < bytes.count, bytes[index] != bytes[start] {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return index < bytes.count ? index : nil
  }
}
