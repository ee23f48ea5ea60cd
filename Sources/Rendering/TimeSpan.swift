/// A length of time as people write it: "500ms", "30s", "10m", "2h", "1d"; a bare number is seconds.
public struct TimeSpan: Hashable, Sendable {
  /// The length.
  public let nanoseconds: UInt64

  /// A span of so many nanoseconds.
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// The span that `text` says: a number, with a fraction if need be, and a unit. Nil when it says
  /// none, or more than 100 years.
  public init?(_ text: String) {
    let number = text.prefix { $0 == "." || ($0.isASCII && $0.isNumber) }
    let unit: Double
    switch text[number.endIndex...] {
    case "ms": unit = 1e6
    case "s", "": unit = 1e9
    case "m": unit = 60e9
    case "h": unit = 3600e9
    case "d": unit = 86_400e9
    default: return nil
    }
    guard number.first != ".", number.last != ".", let value = Double(number) else { return nil }
    let nanoseconds = (value * unit).rounded()
    guard nanoseconds <= 100 * 366 * 86_400e9 else { return nil }
    self.nanoseconds = UInt64(nanoseconds)
  }
}

extension TimeSpan: CustomStringConvertible {
  /// In the largest unit that divides it: "10m", "90s", "500ms".
  public var description: String {
    for (unit, name) in Self.units where nanoseconds > 0 && nanoseconds % unit == 0 {
      return "\(nanoseconds / unit)\(name)"
    }
    return Decimal.fixed(Double(nanoseconds) / 1e9, places: 3) + "s"
  }

  private static let units: [(UInt64, String)] = [
    (86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m"),
    (1_000_000_000, "s"), (1_000_000, "ms"),
  ]
}
