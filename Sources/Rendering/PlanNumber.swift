/// Numbers of a plan, as people read them.
enum PlanNumber {
  /// "455/s", "16.1/s", "0.28/s"; "no limit" where there is none.
  static func rate(_ perSecond: Double?) -> String {
    guard let perSecond else { return "no limit" }
    return "\(number(perSecond))/s"
  }

  /// Three digits, or all those before the point.
  static func number(_ value: Double) -> String {
    switch value {
    case ..<0.01: value > 0 ? "<0.01" : "0"
    case ..<10: Decimal.fixed(value, places: 2)
    case ..<100: Decimal.fixed(value, places: 1)
    case 100...: integer(Int(min(value.rounded(), 1e18)))
    default: "?"
    }
  }

  /// "28,232"; beyond what any host has, "8.6e15".
  static func integer(_ value: Int) -> String {
    guard value >= 10_000_000_000 else { return Decimal.grouped(value) }
    var digits = Double(value), exponent = 0
    while digits >= 10 {
      digits /= 10
      exponent += 1
    }
    return "\(Decimal.fixed(digits, places: 1))e\(exponent)"
  }

  /// "94.5 %", "567.2 %", "117 times".
  static func share(_ ratio: Double) -> String {
    if ratio < 10 || ratio.isNaN { return Decimal.percent(ratio) }
    return ratio < 1_000_000 ? "\(number(ratio)) times" : ">1e6 times"
  }

  /// "250 ms", "62.048 s", "2.5 h", "40 d".
  static func time(_ seconds: Double) -> String {
    switch seconds {
    case ..<0.000_01: seconds > 0 ? "<0.01 ms" : "0 s"
    case ..<0.001: "\(Decimal.fixed(seconds * 1000, places: 2)) ms"
    case ..<1: "\(Decimal.fixed(seconds * 1000, places: 0)) ms"
    case ..<600: "\(Decimal.fixed(seconds, places: 3)) s"
    case ..<7200: "\(Decimal.fixed(seconds / 60, places: 1)) min"
    case ..<172_800: "\(Decimal.fixed(seconds / 3600, places: 1)) h"
    case 172_800...: "\(number(seconds / 86_400)) d"
    default: "?"
    }
  }

  /// "1 source address", "6 source addresses".
  static func count(_ count: Int, _ one: String, _ many: String) -> String {
    "\(integer(count)) \(count == 1 ? one : many)"
  }

  static func sources(_ count: Int) -> String {
    Self.count(count, "source address", "source addresses")
  }
}
