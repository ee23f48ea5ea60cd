import Pools
import Testing

@Suite struct ForecastingTests {
  private let comb = ReleaseComb(ticksPerSecond: 250)

  private func forecasting(capacity: Int = 1000, taken: Int) -> Forecasting {
    Forecasting(capacity: capacity, taken: taken, comb: comb)
  }

  @Test func withoutArrivalsNothingHappens() {
    let outcome = forecasting(taken: 999).outcome(of: .init(perSecond: 0))
    #expect(outcome.secondsToExhaustion == nil && outcome.secondsToCliff == nil)
  }

  @Test func aFullPoolIsExhaustedNow() {
    for taken in [1000, 1001, .max] {
      #expect(
        forecasting(taken: taken).outcome(of: .init(perSecond: 0)).secondsToExhaustion == 0)
    }
    #expect(
      forecasting(capacity: 0, taken: 0).outcome(of: .init(perSecond: 1)).secondsToExhaustion == 0)
  }

  @Test func fromEmptyTheCapacityOverTheRate() throws {
    var forecasting = forecasting(taken: 0)
    forecasting.cliffAt = 500
    let outcome = forecasting.outcome(of: .init(perSecond: 20))
    #expect(abs(try #require(outcome.secondsToExhaustion) - 50) < 1e-9)
    #expect(abs(try #require(outcome.secondsToCliff) - 25) < 1e-9)
    #expect(outcome.certainty > 3)
  }

  @Test func aPerfectlyKnownLoadRunsOutAboveTheSustainableRateAndNotBelow() {
    let rate = comb.sustainableRate(capacity: 1000)
    #expect(
      forecasting(taken: 0).outcome(of: .init(perSecond: 0.995 * rate)).secondsToExhaustion == nil)
    #expect(
      forecasting(taken: 0).outcome(of: .init(perSecond: 1.005 * rate)).secondsToExhaustion != nil)
  }

  @Test func whatComesBackIsTakenIntoAccountToothByTooth() throws {
    var forecasting = forecasting(taken: 990)
    forecasting.nextToothSeconds = 0.4
    forecasting.schedule = ReleaseSchedule([
      .init(seconds: 0.4, ports: 30), .init(seconds: 2.448, ports: 10),
    ])
    // 990 + 4 - 30 = 964 after the first, + 20.48 - 10 = 974.48 after the second, then 2.55 s.
    let seconds = try #require(
      forecasting.outcome(of: .init(perSecond: 10)).secondsToExhaustion)
    #expect(abs(seconds - 5.0) < 1e-6, "\(seconds)")
    // A rate that the first tooth comes too late for.
    let soon = try #require(forecasting.outcome(of: .init(perSecond: 40)).secondsToExhaustion)
    #expect(abs(soon - 0.25) < 1e-9)
  }

  @Test func growthGoesOnAsLongAsItHas() {
    var forecasting = forecasting(taken: 500)
    forecasting.waitSeconds = nil
    func seconds(_ growthSeconds: Double) -> Double? {
      forecasting.outcome(
        of: .init(perSecond: 10, growthPerSecond: 10, growthSeconds: growthSeconds)
      ).secondsToExhaustion
    }
    #expect(seconds(49) == nil)
    #expect(seconds(51).map { abs($0 - 50) < 1e-9 } == true)
  }

  @Test func chanceMakesItLessCertain() {
    func certainty(_ load: Forecasting.Load) -> Double {
      forecasting(taken: 500).outcome(of: load).certainty
    }
    let sure = certainty(.init(perSecond: 20))
    let chance = certainty(.init(perSecond: 20, deviation: 1, dispersion: 1))
    let bursts = certainty(.init(perSecond: 20, deviation: 3, dispersion: 9))
    #expect(sure > chance && chance > bursts && bursts > 0)
  }

  @Test func nonsenseIsNoTrap() {
    for number in [-Double.infinity, -1, 0, 1e-300, 1e300, .infinity, .nan] {
      for other in [-1, 0, 1, .infinity, .nan] as [Double] {
        var forecasting = Forecasting(capacity: 10, taken: 5, comb: comb)
        forecasting.nextToothSeconds = other
        forecasting.schedule = ReleaseSchedule([.init(seconds: number, ports: .max)])
        _ = forecasting.outcome(
          of: .init(
            perSecond: number, deviation: other, dispersion: number, growthPerSecond: other,
            growthDeviation: number, growthSeconds: other, live: number))
      }
    }
  }
}
