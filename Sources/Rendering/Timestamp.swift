/// Moments of UTC as text.
enum Timestamp {
  /// RFC 3339 with nanoseconds: "2026-11-21T02:47:13.000000042Z".
  static func rfc3339(nanoseconds: UInt64) -> String {
    let (date, time) = parts(nanoseconds)
    return "\(date)T\(time).\(padded(nanoseconds % 1_000_000_000, 9))Z"
  }

  /// RFC 3339 in whole seconds: "2026-11-21T02:47:13Z".
  static func seconds(nanoseconds: UInt64) -> String {
    let (date, time) = parts(nanoseconds)
    return "\(date)T\(time)Z"
  }

  /// "02:47:13 UTC".
  static func clock(nanoseconds: UInt64) -> String { "\(parts(nanoseconds).time) UTC" }

  /// "2026-11-21 02:47:13Z".
  static func dateAndClock(nanoseconds: UInt64) -> String {
    let (date, time) = parts(nanoseconds)
    return "\(date) \(time)Z"
  }
  /// "11-21": month and day.
  static func day(_ nanoseconds: UInt64) -> String { String(parts(nanoseconds).date.suffix(5)) }

  /// Source: the days-to-civil algorithm for the proleptic Gregorian calendar, in years that start
  /// in March, so that the leap day is the last.
  static func parts(_ nanoseconds: UInt64) -> (date: String, time: String) {
    let seconds = nanoseconds / 1_000_000_000
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let time =
      "\(padded(seconds / 3600 % 24, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    return (date, time)
  }

  private static func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
