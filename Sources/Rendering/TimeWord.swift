internal import Kernel

/// A moment as people write it: "now", "10m" (ago), "02:47", "2026-11-21T02:47:13Z".
///
/// Times of day and dates without an offset are UTC, as everywhere in this program.
public enum TimeWord: Hashable, Sendable {
  /// The moment at which the word is resolved.
  case now
  /// So many nanoseconds before it.
  case ago(nanoseconds: UInt64)
  /// The last time that a clock in UTC showed this: seconds since midnight.
  case clock(secondsOfDay: UInt64)
  /// One moment: CLOCK_REALTIME nanoseconds since 1970 UTC.
  case moment(nanoseconds: UInt64)

  /// What the words may be, for messages.
  public static let forms =
    "now, a span ago (30s, 10m, 2h, 1d), a time of day in UTC (02:47, 02:47:13), "
    + "a date (2026-11-21) or a moment (2026-11-21T02:47:13Z)"

  /// The moment that `text` says; nil when it says none.
  public init?(_ text: String) {
    if text == "now" {
      self = .now
    } else if let span = TimeSpan(text), !text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
      self = .ago(nanoseconds: span.nanoseconds)
    } else if let seconds = Self.secondsOfDay(text) {
      self = .clock(secondsOfDay: seconds)
    } else if let nanoseconds = Self.moment(text) {
      self = .moment(nanoseconds: nanoseconds)
    } else {
      return nil
    }
  }

  /// The moment, where `now` is the time of asking.
  public func nanoseconds(at now: UInt64) -> UInt64 {
    switch self {
    case .now: return now
    case .ago(let span): return now > span ? now - span : 0
    case .clock(let seconds):
      let day: UInt64 = 86_400_000_000_000
      let moment = now / day * day + seconds * 1_000_000_000
      if moment <= now { return moment }
      return moment > day ? moment - day : 0
    case .moment(let moment): return moment
    }
  }

  /// "02:47" or "02:47:13".
  private static func secondsOfDay(_ text: some StringProtocol) -> UInt64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let hour = digits(parts[0], 2), hour < 24,
      let minute = digits(parts[1], 2), minute < 60
    else { return nil }
    guard parts.count == 3 else { return hour * 3600 + minute * 60 }
    guard let second = digits(parts[2], 2), second < 60 else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  /// "2026-11-21", or with a time of day after T or a blank, a fraction, and Z or ±hh:mm.
  private static func moment(_ text: String) -> UInt64? {
    guard text.utf8.allSatisfy({ $0 < 0x80 }), let days = days(text.prefix(10)) else { return nil }
    let midnight = days * 86_400
    var rest = text.dropFirst(10)
    guard let separator = rest.popFirst() else { return midnight * 1_000_000_000 }
    guard "Tt ".contains(separator) else { return nil }
    var offset: Int64 = 0
    if rest.last == "Z" || rest.last == "z" {
      rest.removeLast()
    } else if let sign = rest.lastIndex(where: { "+-".contains($0) }) {
      guard let seconds = secondsOfDay(rest[rest.index(after: sign)...]),
        rest.distance(from: sign, to: rest.endIndex) == 6
      else { return nil }
      offset = rest[sign] == "-" ? Int64(seconds) : -Int64(seconds)
      rest = rest[..<sign]
    }
    var fraction: UInt64 = 0
    if let point = rest.firstIndex(of: ".") {
      let places = rest[rest.index(after: point)...]
      guard (1...9).contains(places.count), let value = digits(places, places.count),
        rest[..<point].count == 8
      else { return nil }
      fraction = value
      for _ in places.count..<9 { fraction *= 10 }
      rest = rest[..<point]
    }
    guard let seconds = secondsOfDay(rest) else { return nil }
    let moment = Int64(midnight + seconds) + offset
    return moment < 0 ? nil : UInt64(moment) * 1_000_000_000 + fraction
  }

  /// Days since 1970 of "2026-11-21".
  ///
  /// Source: the days-from-civil algorithm for the proleptic Gregorian calendar.
  private static func days(_ text: Substring) -> UInt64? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let year = digits(parts[0], 4), (1970...2553).contains(year),
      let month = digits(parts[1], 2), (1...12).contains(month),
      let day = digits(parts[2], 2), day >= 1
    else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [UInt64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[Int(month) - 1] else { return nil }
    let shifted = month > 2 ? month - 3 : month + 9
    let marchYear = month > 2 ? year : year - 1
    let yearOfEra = marchYear % 400
    let dayOfYear = (153 * shifted + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return marchYear / 400 * 146_097 + dayOfEra - 719_468
  }

  /// The value of exactly `count` ASCII digits.
  private static func digits(_ text: some StringProtocol, _ count: Int) -> UInt64? {
    guard text.utf8.count == count, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return UInt64(text)
  }
}
