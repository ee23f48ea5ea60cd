import Pools
import PropertyTestKit
import Testing

/// The forecaster against a kernel that is played exactly, with thousands of random streams.
@Suite struct ForecastSimulationTests {
  @Test func explore() {
    var generator = SeededGenerator.fresh()
    print(generator.replay)
    for capacity in [500, 1000, 5000, 28_232] {
      for stream in PortModel.Stream.allCases {
        for factor in [0.5, 0.7, 0.9, 0.97, 1.03, 1.1, 1.3, 2, 5] {
          var falseRuns = 0, runs = 0, announced = 0, leads: [Double] = [], errors: [Double] = []
          var outside = 0
          for _ in 0..<(capacity > 5000 ? 2 : 10) {
            let hold = generator.pick([0.0, 0.0, 1, 10])
            let sustainable = ReleaseComb(ticksPerSecond: 250).sustainableRate(
              capacity: capacity, holdSeconds: hold)
            var load = WatchedLoad(
              capacity: capacity, perSecond: factor * sustainable, stream, hold: hold,
              hasRandomHold: generator.oneIn(2), countSeconds: generator.pick([1, 1, 3]), &generator)
            load.run(factor < 1.05 ? 200 : 150, &generator)
            runs += 1
            guard let failed = load.model.failedAt else {
              if !load.forecasts.isEmpty { falseRuns += 1 }
              continue
            }
            if let first = load.forecasts.first { announced += 1; leads.append(failed - first.at) }
            for forecast in load.forecasts {
              let left = failed - forecast.at
              let error = (forecast.seconds - left).magnitude
              errors.append(error / max(left, 0.1))
              if error > max(1, 0.1 * left) { outside += 1 }
            }
          }
          errors.sort()
          leads.sort()
          print(
            "\(capacity) \(stream) \(factor): runs \(runs) failed \(runs - falseRuns) false \(falseRuns)"
              + " announced \(announced) lead \(leads.first ?? -1)…\(leads.last ?? -1) forecasts \(errors.count) outside \(outside)"
              + " p50 \(errors.isEmpty ? -1 : errors[errors.count / 2]) p95 \(errors.isEmpty ? -1 : errors[errors.count * 95 / 100])")
        }
      }
    }
  }
}
