internal import Kernel
internal import Rendering

/// The target of a request, in its parts: bytes from the network.
struct RequestQuery {
  /// The path as it stands there: never decoded, so that only the plain spelling of a path names something.
  let path: String
  /// The parameters, decoded; each name once.
  private(set) var values: [String: String] = [:]

  /// The parts of "/path?name=value", or of the absolute form of it.
  init(target: String) throws(RequestRefusal) {
    guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x23 }) else {
      throw .badRequest("a request's target has visible ASCII and no fragment")
    }
    var rest = target[...]
    for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
      rest = rest[(rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex)...]
      if rest.isEmpty || rest.hasPrefix("?") { rest = "/" + rest }
    }
    guard rest.hasPrefix("/") else { throw .badRequest("a request's target begins with /") }
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    guard parts.count == 2 else { return }
    let pairs = parts[1].split(separator: "&")
    guard pairs.count <= 16 else { throw .badRequest("more parameters than there are") }
    for pair in pairs {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(sides[0]),
        let value = Self.decoded(sides.dropFirst().first ?? "")
      else { throw .badRequest("a parameter is not encoded as it should be") }
      // What no route knows may stand several times, as /metrics is asked with whatever there is.
      if values.updateValue(value, forKey: name) != nil, path != "/metrics" {
        throw .badRequest("a parameter stands twice")
      }
    }
  }

  /// Refuses parameters that are none of `names`.
  func allow(_ names: Set<String>) throws(RequestRefusal) {
    for name in values.keys where !names.contains(name) {
      let known = names.sorted().joined(separator: ", ")
      throw .badRequest(
        names.isEmpty ? "there are no parameters here" : "the parameters here are \(known)")
    }
  }

  /// A moment, as people write it.
  func moment(_ name: String) throws(RequestRefusal) -> TimeWord? {
    guard let text = values[name] else { return nil }
    guard let word = TimeWord(text) else {
      throw .badRequest("\(name) takes \(TimeWord.forms)")
    }
    return word
  }

  /// A span of time, in nanoseconds.
  func span(_ name: String) throws(RequestRefusal) -> UInt64? {
    guard let text = values[name] else { return nil }
    guard let span = TimeSpan(text), span.nanoseconds >= 1_000_000 else {
      throw .badRequest("\(name) takes a span of time: 500ms, 30s, 10m, 2h, 1d")
    }
    return span.nanoseconds
  }

  /// The text of `%41` and `+`; nil where it is cut, or no UTF-8 without control characters.
  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self),
      decoded.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
    else { return nil }
    return decoded
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
