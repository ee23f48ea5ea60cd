import Frames
import FramesTestKit
import Inet
import Kernel
import OutputTestKit
import Pools
import PropertyTestKit
import Testing

@testable import Metrics

@Suite struct MetricRegisterTests {
  /// No limit that frames of tests meet, and none that ends a series.
  static var wide: MetricLimits {
    var limits = MetricLimits()
    (limits.pools, limits.addresses, limits.owners, limits.alarms) = (4096, 4096, 4096, 4096)
    limits.stickyNanoseconds = .max
    return limits
  }

  static func text(
    _ register: MetricRegister, _ format: ExpositionFormat = .openMetrics, now: UInt64
  ) throws -> MetricsText {
    var bytes: [UInt8] = []
    register.write(format, now: now, into: &bytes)
    return try MetricsText(bytes, openMetrics: format == .openMetrics)
  }

  @Test func `every metric is what its frames say, and there is no other`() throws {
    var random = SeededGenerator.fresh()
    for _ in 0..<rounds(30) {
      var clocks: [FrameStamp] = []
      var at = Scenario.start, monotonic: UInt64 = 1_000_000_000
      for _ in 0..<(1 + random.small(30)) {
        var frame = random.frame(poolCount: 0)
        frame.boot = BootID(high: 1, low: 2)
        (frame.takenAtNanoseconds, frame.monotonicNanoseconds) = (at, monotonic)
        clocks.append(FrameStamp(frame))
        let step = UInt64(1 + random.small(20_000_000_000))
        at += step
        monotonic += step
      }
      let frames = random.rawFrames(at: clocks, changesSpace: random.oneIn(2))
      var register = MetricRegister(limits: Self.wide, version: "1.2.3")
      for frame in frames { register.observe(frame, of: "host") }
      let now = random.oneIn(2) ? at : at + 60_000_000_000
      let expected = try #require(MetricModel(frames, now: now)).values
      for format in ExpositionFormat.allCases {
        var found = try Self.text(register, format, now: now).values
        #expect(found.removeValue(forKey: "ullage_series_limit{}") != nil)
        let missing = Set(expected.keys).symmetricDifference(found.keys)
        #expect(missing.isEmpty, "\(missing.sorted().prefix(5)) \(random.replay)")
        for (series, value) in expected {
          guard let other = found[series] else { continue }
          let tolerance = 1e-9 + 1e-12 * value.magnitude
          #expect((value - other).magnitude <= tolerance, "\(series) \(random.replay)")
        }
      }
    }
  }

  @Test func `what comes twice or is part of what was taken counts once`() throws {
    let frames = Story.told(seconds: 30).frames
    var once = MetricRegister(version: "1"), twice = once
    for frame in frames {
      once.observe(frame, of: "host")
      twice.observe(frame, of: "host")
      twice.observe(frame, of: "host")
      twice.observe(frames[0], of: "host")
    }
    let now = Scenario.start + 60_000_000_000
    #expect(try Self.text(once, now: now).values == Self.text(twice, now: now).values)
  }

  @Test func `counters go on over a restart of the collector and over a boot`() throws {
    var frames = Story.told(seconds: 260).frames
    for index in frames.indices.dropFirst(200) {
      frames[index].boot = BootID(high: 9, low: 9)
      frames[index].monotonicNanoseconds -= 1_000_000_000_000
      frames[index].tick = UInt64(index - 200)
    }
    var register = MetricRegister(version: "1")
    var before: [String: Double] = [:]
    for frame in frames {
      register.observe(frame, of: "host")
      let text = try Self.text(register, now: frame.takenAtNanoseconds)
      for family in text.families where family.type == "counter" {
        for sample in family.samples {
          #expect(sample.value >= before[sample.series] ?? 0, "\(sample.series)")
          before[sample.series] = sample.value
        }
      }
    }
    #expect(before["ullage_samples_total{namespace=host}"] == 260)
    #expect(before["ullage_connect_failures_total{}"] ?? 0 > 0)
  }

  @Test func `of a namespace whose frames are stale no gauge is told, but its counters are`() throws
  {
    var register = MetricRegister(version: "1")
    for frame in Story.told(seconds: 255).frames { register.observe(frame, of: "host") }
    let fresh = try Self.text(register, now: Scenario.start)
    register.note(.lost, of: "host")
    let stale = try Self.text(register, now: Scenario.start)
    let left = Set(stale.families.filter { $0.type == "gauge" && !$0.samples.isEmpty }.map(\.name))
    #expect(
      left == [
        "ullage_build_info", "ullage_series_limit", "ullage_usage_threshold_ratio",
        "ullage_namespaces", "ullage_namespaces_untold", "ullage_up",
        "ullage_sample_timestamp_seconds",
      ])
    #expect(stale.values["ullage_up{namespace=host}"] == 0)
    // Of the whole host nobody counts any more.
    let counters = stale.families.filter { $0.type == "counter" }.filter { !$0.samples.isEmpty }
    let others = fresh.families.filter { $0.type == "counter" }
      .filter { !$0.samples.isEmpty && $0.name != "ullage_connect_failures" }
    #expect(counters == others)
    #expect(counters.count == 11)
    register.note(.written, of: "host")
    var again = try Self.text(register, now: Scenario.start).values
    let failures = again.removeValue(forKey: "ullage_connect_failures_total{}")
    #expect(failures == nil)
    #expect(again == fresh.values.filter { $0.key != "ullage_connect_failures_total{}" })
  }

  @Test func `a namespace without a frame is told to be down, one that is removed not at all`()
    throws
  {
    var register = MetricRegister(version: "1")
    register.note(.lost, of: "host")
    register.note(.written, of: "web")
    let values = try Self.text(register, now: 0).values
    #expect(values["ullage_up{namespace=host}"] == 0)
    #expect(values["ullage_up{namespace=web}"] == 0)
    register.remove(namespace: "web")
    register.remove(namespace: "never")
    #expect(try Self.text(register, now: 0).values["ullage_up{namespace=web}"] == nil)
  }

  @Test func `no more namespaces are told of than may be`() throws {
    var limits = MetricLimits()
    limits.namespaces = 3
    var register = MetricRegister(limits: limits, version: "1")
    let frame = try #require(Story.told(seconds: 1).frames.last)
    var taken: [Int] = []
    for number in 0..<9 where register.observe(frame, of: "n\(number)") { taken.append(number) }
    #expect(taken == [0, 1, 2])
    #expect(try Self.text(register, now: 0).samples.count <= limits.seriesCountMax)
  }

  @Test func `namespaces that come and go take their places for ten minutes`() throws {
    var limits = MetricLimits()
    limits.namespaces = 3
    var register = MetricRegister(limits: limits, version: "1")
    var frame = try #require(Story.told(seconds: 1).frames.last)
    var told: [(second: UInt64, name: String)] = []
    for second in stride(from: 0 as UInt64, to: 3600, by: 20) {
      frame.takenAtNanoseconds = Scenario.start + second * 1_000_000_000
      frame.monotonicNanoseconds += 20_000_000_000
      let name = "netns:\(second)"
      if register.observe(frame, of: name) { told.append((second, name)) }
      register.remove(namespace: name)
    }
    for start in told {
      let within = told.filter { $0.second >= start.second && $0.second < start.second + 600 }
      #expect(within.count <= 3)
    }
    #expect(told.count == 18)
  }

  @Test func `namespaces that go and come back have their places still`() throws {
    var limits = MetricLimits()
    limits.namespaces = 3
    var register = MetricRegister(limits: limits, version: "1")
    let frame = try #require(Story.told(seconds: 1).frames.last)
    for _ in 0..<5 {
      for name in ["host", "a", "b"] {
        let isTaken = register.observe(frame, of: name)
        #expect(isTaken)
      }
      let isFourthTaken = register.observe(frame, of: "c")
      #expect(!isFourthTaken)
      for name in ["a", "host", "b"] { register.remove(namespace: name) }
    }
  }

  @Test func `two names that are one once they are cut are not both told of`() throws {
    let frame = try #require(Story.told(seconds: 1).frames.last)
    var register = MetricRegister(version: "1")
    let long = String(repeating: "x", count: 200)
    let taken = [
      register.observe(frame, of: long + "a"), register.observe(frame, of: long + "b"),
    ]
    #expect(taken == [true, false])
  }

  @Test func `a scrape every fifteen seconds sees a spike of a fifth of a second`() throws {
    for offset in [0, 46, 59] {
      let spike = Scenario.proxy(seconds: 240, intervalNanoseconds: 200_000_000) { second in
        let start = Double(60 + offset)
        return second >= start && second < start + 0.2 ? 27_000 : 1000
      }
      var register = MetricRegister(version: "1")
      var peaks: [Double] = [], gauges: [Double] = []
      for (index, frame) in spike.frames.enumerated() {
        register.observe(frame, of: "host")
        guard index % 75 == 37 else { continue }
        let values = try Self.text(register, now: frame.takenAtNanoseconds).values
        gauges.append(values["ullage_worst_pool_usage_ratio{kind=connect,namespace=host}"] ?? 0)
        peaks.append(
          values["ullage_worst_pool_usage_ratio_max_1m{kind=connect,namespace=host}"] ?? 0)
      }
      #expect(peaks.filter { $0 > 0.95 }.count == 4, "\(offset) \(peaks)")
      #expect(gauges.filter { $0 > 0.95 }.count <= 1)
    }
  }
}
