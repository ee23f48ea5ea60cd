import Benchmark
import CountingWorkload

/// The workload of `scripts/bench-counting` with percentiles: one iteration is one pass over 500,000 rows,
/// and the figure is nanoseconds per row.
let benchmarks: @Sendable () -> Void = {
  let perRow = BenchmarkMetric.custom("ns per row", polarity: .prefersSmaller)
  for destinations in [20, 100_000] {
    for contender in Contender.allCases {
      Benchmark(
        "\(contender.rawValue), \(destinations) destinations",
        configuration: .init(
          metrics: [perRow], warmupIterations: 2, maxDuration: .seconds(3), maxIterations: 50)
      ) { benchmark in
        let datagrams = Datagrams(rowCount: 500_000, destinationCount: destinations)
        var walk = Walk(datagrams)
        for _ in benchmark.scaledIterations {
          benchmark.measurement(perRow, Int(walk.run(contender)) / datagrams.rowCount)
        }
      }
    }
  }
}
