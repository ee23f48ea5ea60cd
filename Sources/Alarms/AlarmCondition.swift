extension AlarmRule {
  /// When it is raised: "above 80 % at 5 checks in a row, one every 30 s".
  public var condition: String {
    let level = AlarmNumber.text(threshold, subject.unit)
    let side = isMirrored ? "below" : subject.unit == .count ? "more than" : "above"
    let period = AlarmNumber.seconds(Double(periodNanoseconds) / 1_000_000_000)
    if hits == 1 { return "\(side) \(level) within \(period)" }
    return "\(side) \(level) at \(hits) checks in a row, one every \(period)"
  }

  /// When it clears: "at 72 % or less".
  public var clearingCondition: String {
    let level = AlarmNumber.text(clearingLevel, subject.unit)
    return "at \(level) or \(isMirrored ? "more" : "less")"
  }
}

/// Numbers of alarms as people read them.
enum AlarmNumber {
  /// A value in its unit: "80 %", "300 s", "3".
  static func text(_ value: Double, _ unit: AlarmRule.Unit) -> String {
    switch unit {
    case .ratio: percent(value)
    case .count: grouped(whole(value))
    case .seconds: seconds(value)
    }
  }

  /// "94.7 %", "80 %": at most one place, and never rounded to all.
  static func percent(_ ratio: Double) -> String {
    let tenths = (ratio * 1000).rounded()
    return "\(plain((tenths >= 1000 && ratio < 1 ? 999 : tenths) / 10)) %"
  }

  /// "0.1 s", "42 s".
  static func seconds(_ value: Double) -> String {
    value >= 10 ? "\(grouped(whole(value))) s" : "\(plain(value)) s"
  }

  /// At most three places, without zeros at the end.
  static func plain(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    let thousandths = Int((value.magnitude * 1000).rounded())
    var places = String(thousandths % 1000 + 1000).dropFirst()
    while places.last == "0" { places.removeLast() }
    let sign = value < 0 && thousandths > 0 ? "-" : ""
    return "\(sign)\(thousandths / 1000)\(places.isEmpty ? "" : "." + places)"
  }

  /// The whole part; beyond 10^15 the end, and 0 of what is no number.
  static func whole(_ value: Double) -> Int {
    value.isNaN ? 0 : Int(min(max(value, -1e15), 1e15))
  }

  /// "28,232".
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
