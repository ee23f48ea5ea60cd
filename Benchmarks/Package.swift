// swift-tools-version: 6.3
import PackageDescription

// A package of its own, so that nobody who depends on ullage fetches anything for benchmarks.
//
// `scripts/bench-counting` builds the plain program. With ULLAGE_BENCHMARK_SUITE=1 in the environment
// the same workload is also a suite of the `benchmark` package, which brings percentiles and a plugin,
// and minutes of building.
let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "ullage-benchmarks",
  dependencies: [.package(name: "ullage", path: "..")],
  targets: [
    // CountingWorkload: full datagrams of made-up rows, and three ways to walk them.
    .target(
      name: "CountingWorkload",
      dependencies: [
        .product(name: "SocketDiag", package: "ullage"),
        .product(name: "Census", package: "ullage"),
      ], swiftSettings: swift),
    // CountingBench: nanoseconds per row, printed.
    .executableTarget(
      name: "CountingBench", dependencies: ["CountingWorkload"], swiftSettings: swift),
    // RingBench: nanoseconds per frame published and read, printed.
    .executableTarget(
      name: "RingBench",
      dependencies: [.product(name: "Ring", package: "ullage")], swiftSettings: swift),
    // HeadroomBench: nanoseconds per question of headroom, printed.
    .executableTarget(
      name: "HeadroomBench",
      dependencies: [.product(name: "Headroom", package: "ullage")], swiftSettings: swift),
    // MetricBench: microseconds per exposition of the metrics of 64 pools, printed.
    .executableTarget(
      name: "MetricBench",
      dependencies: [.product(name: "Metrics", package: "ullage")], swiftSettings: swift),
    // NamespaceBench: microseconds per look at all network namespaces, printed.
    .executableTarget(
      name: "NamespaceBench",
      dependencies: [.product(name: "HostFacts", package: "ullage")], swiftSettings: swift),
  ]
)

if Context.environment["ULLAGE_BENCHMARK_SUITE"] == "1" {
  package.dependencies.append(
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []))
  package.targets.append(
    // CountingSuite: the same under the benchmark package's plugin.
    .executableTarget(
      name: "CountingSuite",
      dependencies: [
        "CountingWorkload", .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Counting", swiftSettings: [.swiftLanguageMode(.v6)],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]))
}
