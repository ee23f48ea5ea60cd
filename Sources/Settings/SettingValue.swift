internal import Alarms
internal import Kernel

/// One value with the place where it stands, read as what it is meant to be, or refused in words.
struct SettingValue {
  /// The file, or "the environment".
  let source: String
  /// The path of the key, or the variable's name.
  let key: String
  let value: ConfigurationValue

  /// The error that says what is allowed here.
  func refused(_ allowed: String) -> ConfigurationError {
    .value(source: source, key: key, found: value.described, allowed: allowed)
  }

  func number(_ range: ClosedRange<Double>, _ allowed: String) throws(ConfigurationError) -> Double
  {
    guard case .number(let number) = value, range.contains(number) else { throw refused(allowed) }
    return number
  }

  func count(_ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
    guard case .number(let number) = value, let count = Int(exactly: number),
      range.contains(count)
    else { throw refused("a whole number from \(range.lowerBound) to \(range.upperBound)") }
    return count
  }

  func flag() throws(ConfigurationError) -> Bool {
    guard case .flag(let flag) = value else { throw refused("true or false") }
    return flag
  }

  func text(_ byteCounts: ClosedRange<Int>) throws(ConfigurationError) -> String {
    guard case .text(let text) = value, byteCounts.contains(text.utf8.count) else {
      throw refused("text of \(byteCounts.lowerBound) to \(byteCounts.upperBound) bytes")
    }
    return text
  }

  /// Nanoseconds between two durations, which are text for the message.
  func duration(_ low: String, _ high: String) throws(ConfigurationError) -> UInt64 {
    let found: UInt64? =
      switch value {
      case .number(let seconds): TimeSpan(seconds: seconds)?.nanoseconds
      case .text(let text): TimeSpan(text)?.nanoseconds
      default: nil
      }
    let least = TimeSpan(low)?.nanoseconds ?? 0, most = TimeSpan(high)?.nanoseconds ?? .max
    guard let found, (least...most).contains(found) else {
      throw refused(
        "seconds, or a duration such as \"100ms\" or \"1min\", from \(low) to \(high)")
    }
    return found
  }

  func retention() throws(ConfigurationError) -> Retention {
    if case .number(let number) = value, let count = Int(exactly: number),
      (2...10_000_000).contains(count)
    {
      return .frames(count)
    }
    if case .text(let text) = value, let time = TimeSpan(text)?.nanoseconds, time > 0,
      !text.allSatisfy(\.isNumber)
    {
      return .nanoseconds(time)
    }
    throw refused("a number of frames from 2, or a duration such as \"10min\"")
  }

  /// Bytes: a number, or text such as "64MiB".
  func byteCount() throws(ConfigurationError) -> Int {
    let found: Int? =
      switch value {
      case .number(let number): Int(exactly: number)
      case .text(let text): ByteCount(text)?.bytes
      default: nil
      }
    guard let found, ByteCount.ofRings.contains(found) else {
      throw refused("bytes, or a size such as \"64MiB\", from 1MiB to 1TiB")
    }
    return found
  }

  /// Permissions: octal digits in text, because a number would be decimal.
  func mode() throws(ConfigurationError) -> UInt32 {
    let allowed = "permissions in octal as text, such as \"0640\""
    guard case .text(let text) = value, let mode = UInt32(text, radix: 8), mode <= 0o777,
      mode & 0o600 == 0o600
    else { throw refused(allowed) }
    return mode
  }

  /// One of some words.
  func word<Choice>(
    _ choices: [Choice], _ name: (Choice) -> String
  ) throws(ConfigurationError) -> Choice {
    if case .text(let text) = value, let choice = choices.first(where: { name($0) == text }) {
      return choice
    }
    throw refused("one of " + choices.map { "\"\(name($0))\"" }.joined(separator: ", "))
  }
}

/// An object of a configuration whose keys are all known.
struct SettingObject {
  let source: String
  /// "ring" or "alarms[2]"; empty for the whole.
  let path: String
  private let members: [String: ConfigurationValue]

  /// The object in `value`. Throws when it is none, or has a key that is not one of `keys`.
  init(
    _ value: ConfigurationValue, source: String, path: String, keys: [String]
  ) throws(ConfigurationError) {
    guard case .object(let members) = value else {
      throw .value(
        source: source, key: path.isEmpty ? "the whole" : path, found: value.described,
        allowed: "an object, { … }")
    }
    self.source = source
    self.path = path
    self.members = members
    // In order, so that the same file gets the same message.
    for key in members.keys.sorted() where !keys.contains(key) {
      throw .unknownKey(
        source: source, key: place(key), nearest: NearestName.of(key, in: keys))
    }
  }

  /// The member `key`; nil when it is not there or null.
  subscript(key: String) -> SettingValue? {
    guard let value = members[key], value != .null else { return nil }
    return SettingValue(source: source, key: place(key), value: value)
  }

  /// The whole path of a key.
  func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
