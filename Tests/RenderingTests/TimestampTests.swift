import Testing

@testable import Rendering

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000000Z"),
      (1, "1970-01-01T00:00:00.000000001Z"),
      (86_399_999_999_999, "1970-01-01T23:59:59.999999999Z"),
      (86_400_000_000_000, "1970-01-02T00:00:00.000000000Z"),
      (951_782_399_000_000_000, "2000-02-28T23:59:59.000000000Z"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
      (951_868_800_000_000_000, "2000-03-01T00:00:00.000000000Z"),
      (1_000_000_000_000_000_000, "2001-09-09T01:46:40.000000000Z"),
      (1_234_567_890_123_456_789, "2009-02-13T23:31:30.123456789Z"),
      (1_709_164_800_000_000_000, "2024-02-29T00:00:00.000000000Z"),
      (1_735_689_599_000_000_000, "2024-12-31T23:59:59.000000000Z"),
      (2_147_483_648_000_000_000, "2038-01-19T03:14:08.000000000Z"),
      (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
      (.max, "2554-07-21T23:34:33.709551615Z"),
    ] as [(UInt64, String)]) func `known moments`(_ nanoseconds: UInt64, _ text: String)
  {
    #expect(Timestamp.rfc3339(nanoseconds: nanoseconds) == text)
  }

  @Test func `every day of four centuries follows the one before`() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var (year, month, day) = (1970, 1, 1)
    for index in 0..<146_097 {
      func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      let date = "\(year)-\(padded(month))-\(padded(day))"
      let text = Timestamp.rfc3339(nanoseconds: UInt64(index) * 86_400_000_000_000)
      guard text.hasPrefix(date) else {
        Issue.record("\(text) should be \(date)")
        return
      }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      day += 1
      if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect(year == 2370)
  }

  @Test func `the clock is that of UTC`() {
    #expect(Timestamp.clock(nanoseconds: 1_234_567_890_999_999_999) == "23:31:30 UTC")
  }
}
