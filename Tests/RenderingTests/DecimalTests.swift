import Testing

@testable import Rendering

@Suite struct DecimalTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (28_232, "28,232"),
    (1_234_567, "1,234,567"), (-1, "-1"), (-1000, "-1,000"), (.max, "9,223,372,036,854,775,807"),
    (.min, "-9,223,372,036,854,775,808"),
  ]) func `thousands are set apart`(_ number: Int, _ text: String) {
    #expect(Decimal.grouped(number) == text)
  }

  @Test(arguments: [
    (0.0, 4, "0"), (1, 4, "1"), (0.805, 4, "0.805"), (0.8195, 4, "0.8195"), (0.00004, 4, "0"),
    (0.00005, 4, "0.0001"), (0.99996, 4, "1"), (12.34, 1, "12.3"), (12.35, 0, "12"),
    (-0.5, 1, "-0.5"), (-0.04, 1, "0"), (100, 0, "100"), (.nan, 3, "0"), (.infinity, 3, "0"),
    (1_000_000.5, 1, "1000000.5"),
  ]) func `places are dropped that say nothing`(_ number: Double, _ places: Int, _ text: String) {
    #expect(Decimal.fixed(number, places: places) == text)
  }

  @Test(arguments: [
    (0.0, "0.0 %"), (1, "100.0 %"), (0.947, "94.7 %"), (0.9999, "99.9 %"), (0.0001, "<0.1 %"),
    (0.0004, "<0.1 %"), (0.0005, "0.1 %"), (0.5, "50.0 %"),
  ]) func `a share is never rounded up to all nor down to nothing`(_ ratio: Double, _ text: String)
  {
    #expect(Decimal.percent(ratio) == text)
  }

  @Test(
    arguments: [
      (0, "0 µs"), (999_999, "999 µs"), (1_000_000, "1.0 ms"), (9_999_999, "9.9 ms"),
      (10_000_000, "10 ms"), (999_999_999, "999 ms"), (1_200_000_000, "1.2 s"),
      (90_000_000_000, "90.0 s"),
    ] as [(UInt64, String)]) func `a duration has a unit that suits it`(
      _ nanoseconds: UInt64, _ text: String
    )
  {
    #expect(Decimal.duration(nanoseconds: nanoseconds) == text)
  }
}
