/// Numbers as people and programs read them, without Foundation.
enum Decimal {
  /// "28,232".
  static func grouped(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// "28,232": the nearest whole number; beyond 10^18 it stays there, and what is no number is "?".
  static func grouped(_ number: Double) -> String {
    number.isNaN ? "?" : grouped(Int(Swift.min(Swift.max(number.rounded(), -1e18), 1e18)))
  }

  /// A number with at most `places` decimal places, trailing zeros dropped: "0.805", "1".
  static func fixed(_ number: Double, places: Int) -> String {
    guard number.isFinite else { return "0" }
    var scale: UInt64 = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = UInt64(Swift.min((number.magnitude * Double(scale)).rounded(), 1e19))
    var fraction = places == 0 ? "" : String(scaled % scale)
    fraction = String(repeating: "0", count: places - fraction.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    let sign = number < 0 && scaled > 0 ? "-" : ""
    return sign + String(scaled / scale) + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// "94.7 %": one place, but never rounded up to 100 nor down to 0.
  ///
  /// Beyond what anybody would believe it stays at the end; what is no number is "? %".
  static func percent(_ ratio: Double) -> String {
    guard !ratio.isNaN else { return "? %" }
    var tenths = Int((Swift.min(Swift.max(ratio, 0), 1e12) * 1000).rounded())
    if tenths >= 1000, ratio < 1 { tenths = 999 }
    if tenths == 0, ratio > 0 { return "<0.1 %" }
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// "1,204", "82 k", "3.1 M": seven characters at most below 10^15.
  static func short(_ number: UInt64) -> String {
    if number < 100_000 { return grouped(number) }
    for (unit, name) in [(1_000 as UInt64, "k"), (1_000_000, "M"), (1_000_000_000, "G")] {
      if number < unit * 1000 || name == "G" {
        return "\(fixed(Double(number) / Double(unit), places: number < unit * 10 ? 1 : 0)) \(name)"
      }
    }
    return grouped(number)
  }

  /// "41 ms", "1.20 s", "830 µs": three digits at most.
  static func duration(nanoseconds: UInt64) -> String {
    switch nanoseconds {
    case 0..<1_000_000: "\(nanoseconds / 1000) µs"
    case 1_000_000..<10_000_000:
      "\(nanoseconds / 1_000_000).\(nanoseconds / 100_000 % 10) ms"
    case 10_000_000..<1_000_000_000: "\(nanoseconds / 1_000_000) ms"
    default: "\(nanoseconds / 1_000_000_000).\(nanoseconds / 100_000_000 % 10) s"
    }
  }
}
