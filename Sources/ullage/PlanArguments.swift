import ArgumentParser
import Inet
import Kernel

/// The words of `ullage plan`.
enum PlanArguments {
  /// A rate: a plain number above 0, at most a thousand million.
  static func rate(_ text: String) throws -> Double {
    // Only digits: Double() would take "nan", "inf", "0x1p4" and "1e400" too.
    let isPlain = text.utf8.allSatisfy { 0x30...0x39 ~= $0 || $0 == 0x2e }
    guard isPlain, let rate = Double(text), rate >= 0.000_001, rate <= 1_000_000_000 else {
      throw ValidationError(
        "'\(text)' is no rate. A rate is a number of connects a second above 0, such as 300 or 0.5."
      )
    }
    return rate
  }

  /// A span of time, 0 too.
  static func span(_ text: String) throws -> TimeSpan {
    guard let span = TimeSpan(text) else {
      throw ValidationError("'\(text)' is no span of time. A span is 0, 250ms, 30s, 10m, 2h, 1d.")
    }
    return span
  }

  /// A number of addresses.
  static func count(_ text: String) throws -> Int {
    guard let count = number(text), (1...1_000_000).contains(count) else {
      throw ValidationError("'\(text)' is no number from 1 to 1000000.")
    }
    return count
  }

  /// A number of ports.
  static func ports(_ text: String) throws -> Int {
    guard let count = number(text), (1...65_535).contains(count) else {
      throw ValidationError("'\(text)' is no number of ports from 1 to 65535.")
    }
    return count
  }

  /// A range of ports.
  static func range(_ text: String) throws -> PortRange {
    guard let range = PortRange(argument: text), range.low > 0 else {
      throw ValidationError("'\(text)' is no range of ports. A range is 32768-60999.")
    }
    return range
  }

  private static func number(_ text: String) -> Int? {
    text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
  }
}
