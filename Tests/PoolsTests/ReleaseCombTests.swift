import Pools
import Testing

@Suite struct ReleaseCombTests {
  /// HZ, then the granularity of 60 s and of 7 s; 250 was measured, the others follow from the same source.
  @Test(arguments: [
    (100, 5.120, 0.640), (250, 2.048, 0.256), (300, 1.7066, 0.2133), (1000, 4.096, 0.512),
  ])
  func teethAreAsFarApartAsTheWheelIsCoarse(ticks: Int, minute: Double, seven: Double) {
    let comb = ReleaseComb(ticksPerSecond: ticks)
    #expect(abs(comb.toothSeconds - minute) < 0.001)
    #expect(abs(Double(1 << comb.shift(forSeconds: 7)) / Double(ticks) - seven) < 0.001)
  }

  @Test func theDefaultRangeCarries455ConnectsASecond() {
    let comb = ReleaseComb(ticksPerSecond: 250)
    #expect(Int(comb.sustainableRate(capacity: 28_232)) == 455)
    #expect(abs(comb.sustainableRate(capacity: 1000) - 16.116) < 0.01)
  }

  @Test func nonsenseIsNoTrap() {
    for ticks in [Int.min, -1, 0, 1, Int(Int32.max)] {
      let comb = ReleaseComb(ticksPerSecond: ticks)
      #expect(comb.toothSeconds > 0)
      for seconds in [-1, 0, 1e300, .infinity, .nan] { _ = comb.shift(forSeconds: seconds) }
    }
  }

  @Test func aScheduleSumsItsTeeth() {
    let schedule = ReleaseSchedule([.init(seconds: 1.2, ports: 5), .init(seconds: 3.2, ports: 7)])
    #expect(schedule.ports(within: 1) == 0)
    #expect(schedule.ports(within: 1.2) == 5)
    #expect(schedule.ports(within: 60) == 12)
  }
}
