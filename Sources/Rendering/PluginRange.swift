/// A threshold as monitoring plugins have it: `[@][start:][end]`, in percent.
///
///     80       an alert above 80 (and below 0)      80:     below 80
///     ~:80     above 80                             10:20   outside 10…20
///     @10:20   inside 10…20, ends included
///
/// A ratio is understood too: where every number has a decimal point and is at most 1, as in "0.8" or
/// "@0.1:0.2", and no % stands behind it. Source: the Monitoring Plugins Development Guidelines,
/// "Threshold and Ranges".
public struct PluginRange: Hashable, Sendable {
  /// The low end, in percent; nil for minus infinity.
  public let start: Double?
  /// The high end, in percent; nil for infinity.
  public let end: Double?
  /// Whether an alert is raised inside, instead of outside.
  public let alertsInside: Bool

  /// An alert above `end` percent.
  public init(above end: Double) {
    start = 0
    self.end = end
    alertsInside = false
  }

  /// The range that `text` says; nil when it says none, or starts above its end.
  public init?(_ text: String) {
    var rest = text[...]
    alertsInside = rest.first == "@"
    if alertsInside { rest.removeFirst() }
    let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let (low, high) = parts.count == 2 ? (parts[0], parts[1]) : ("0", parts[0])
    guard let bounds = Self.bounds(low, high, hasStart: parts.count == 2) else { return nil }
    (start, end) = bounds
    if let start, let end, start > end { return nil }
  }

  /// Whether a value in percent raises an alert.
  public func alerts(_ value: Double) -> Bool {
    let isInside = (start.map { value >= $0 } ?? true) && (end.map { value <= $0 } ?? true)
    return isInside == alertsInside
  }

  private static func bounds(
    _ low: Substring, _ high: Substring, hasStart: Bool
  ) -> (Double?, Double?)? {
    guard hasStart || !high.isEmpty else { return nil }
    var numbers: [Double?] = [], isRatio = true
    for (index, text) in [low, high].enumerated() {
      if index == 0 ? text == "~" : text.isEmpty {
        numbers.append(nil)
        continue
      }
      if index == 0, text.isEmpty || !hasStart {
        numbers.append(0)
        continue
      }
      var digits = text
      if digits.last == "%" { digits.removeLast() }
      guard let number = number(digits) else { return nil }
      numbers.append(number)
      isRatio = isRatio && digits.count == text.count && digits.contains(".") && number <= 1
    }
    let scale = isRatio ? 100.0 : 1
    return (numbers[0].map { $0 * scale }, numbers[1].map { $0 * scale })
  }

  /// A decimal number without a sign or an exponent.
  private static func number(_ text: Substring) -> Double? {
    guard text.count <= 20, text.first != ".", text.last != ".",
      text.utf8.allSatisfy({ 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ".") })
    else { return nil }
    return Double(text)
  }
}

extension PluginRange: CustomStringConvertible {
  /// In the form in which it was parsed, in percent: "80", "~:80", "@10:20".
  public var description: String {
    func text(_ number: Double) -> String { Decimal.fixed(number, places: 3) }
    let low = start.map { $0 == 0 && end != nil ? "" : text($0) + ":" } ?? "~:"
    return (alertsInside ? "@" : "") + low + (end.map { text($0) } ?? "")
  }
}
