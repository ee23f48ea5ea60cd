import Kernel
import Testing

/// Lengths of time as people write them.
@Suite struct TimeSpanTests {
  @Test(
    arguments: [
      ("1", 1_000_000_000), ("100ms", 100_000_000), ("1.5 s", 1_500_000_000), ("0.25", 250_000_000),
      ("10min", 600_000_000_000), ("10m", 600_000_000_000), ("10 m", 600_000_000_000),
      ("1h", 3_600_000_000_000), ("1.5h", 5_400_000_000_000), ("2d", 172_800_000_000_000),
      ("5us", 5000), ("5 µs", 5000), ("0s", 0), ("", nil), ("s", nil), (" ", nil), ("-1", nil),
      ("1e3", nil), ("nan", nil), ("inf", nil), ("1 0", nil), ("1 ", nil), ("10M", nil),
      ("99999999d", nil), ("1..2s", nil), (".5h", nil), ("5.h", nil), ("٣s", nil),
    ] as [(String, UInt64?)]) func `a span is a number and a unit`(
      _ text: String, _ nanoseconds: UInt64?
    )
  {
    #expect(TimeSpan(text)?.nanoseconds == nanoseconds)
  }

  @Test func `seconds are a span unless they make no sense`() {
    #expect(TimeSpan(seconds: 0.1)?.nanoseconds == 100_000_000)
    for seconds in [-1, .nan, .infinity, 1e30] { #expect(TimeSpan(seconds: seconds) == nil) }
  }

  @Test(
    arguments: [
      (10_000_000_000, "10s"), (500_000_000, "500ms"), (90_000_000_000, "90s"),
      (60_000_000_000, "1m"), (86_400_000_000_000, "1d"), (0, "0s"), (1_500_000, "2ms"),
      (1_234_000_000, "1234ms"), (999_999_999, "1s"),
    ] as [(UInt64, String)]) func `it is written in the largest unit that divides it`(
      _ nanoseconds: UInt64, _ text: String
    )
  {
    #expect(TimeSpan(nanoseconds: nanoseconds).description == text)
  }
}
