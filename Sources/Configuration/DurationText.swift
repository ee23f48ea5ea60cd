/// Durations as people write them.
public enum DurationText {
  /// The nanoseconds of "100ms", "1.5 s", "10min", "1h", "7d", or of a bare number of seconds; nil for
  /// anything else, and for what is negative or longer than 100 years.
  public static func nanoseconds(_ text: String) -> UInt64? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number.isFinite else { return nil }
    var unit = text.dropFirst(digits.count)
    while unit.first == " " { unit.removeFirst() }
    switch unit {
    case "us", "µs": return scaled(number, 1000)
    case "ms": return scaled(number, 1_000_000)
    case "", "s": return scaled(number, 1_000_000_000)
    case "min": return scaled(number, 60_000_000_000)
    case "h": return scaled(number, 3_600_000_000_000)
    case "d": return scaled(number, 86_400_000_000_000)
    default: return nil
    }
  }

  /// `number` units of so many nanoseconds.
  static func scaled(_ number: Double, _ unit: Double) -> UInt64? {
    let nanoseconds = (number * unit).rounded()
    return (0...3.2e18).contains(nanoseconds) ? UInt64(nanoseconds) : nil
  }
}
