/// A length of time as people write it: "250ms", "30s", "10m" or "10min", "1.5 h", "7d"; a bare number is
/// seconds.
public struct TimeSpan: Hashable, Sendable {
  /// The length.
  public let nanoseconds: UInt64

  /// A span of so many nanoseconds.
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// A span of so many seconds. Nil when that is negative, no number, or more than 100 years.
  public init?(seconds: Double) { self.init(seconds, unit: 1e9) }

  /// The span that `text` says: a number, with a fraction if need be, and a unit, blanks between them or
  /// none. Nil when it says none, or more than 100 years.
  public init?(_ text: String) {
    let number = text.prefix { $0 == "." || ($0.isASCII && $0.isNumber) }
    let unit: Double
    switch text[number.endIndex...].drop(while: { $0 == " " }) {
    case "us", "µs": unit = 1e3
    case "ms": unit = 1e6
    case "s": unit = 1e9
    case "m", "min": unit = 60e9
    case "h": unit = 3600e9
    case "d": unit = 86_400e9
    case "" where number.endIndex == text.endIndex: unit = 1e9
    default: return nil
    }
    guard number.first != ".", number.last != ".", let value = Double(number) else { return nil }
    self.init(value, unit: unit)
  }

  private init?(_ number: Double, unit: Double) {
    let nanoseconds = (number * unit).rounded()
    guard (0...100 * 366 * 86_400e9).contains(nanoseconds) else { return nil }
    self.nanoseconds = UInt64(nanoseconds)
  }
}

extension TimeSpan: CustomStringConvertible {
  /// In the largest unit that divides it: "10m", "90s", "500ms"; in thousandths of a second if none does.
  public var description: String {
    for (unit, name) in Self.units where nanoseconds > 0 && nanoseconds % unit == 0 {
      return "\(nanoseconds / unit)\(name)"
    }
    let milliseconds = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 >= 500_000 ? 1 : 0)
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
    return "\(milliseconds)ms"
  }

  private static let units: [(UInt64, String)] = [
    (86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m"),
    (1_000_000_000, "s"), (1_000_000, "ms"),
  ]
}
