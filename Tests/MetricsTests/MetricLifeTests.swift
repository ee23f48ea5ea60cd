import Frames
import FramesTestKit
import OutputTestKit
import Testing

@testable import Metrics

/// What is told of frames whose writers come and go, and of those from before.
@Suite struct MetricLifeTests {
  private static let total = "ullage_connect_failures_total{}"
  private static let here = "ullage_connect_failures_attributed_total{namespace=host}"

  /// Frames of a second each, with so many failed connects of the whole host.
  private struct Frames {
    private var frame: Frame

    init() throws {
      frame = try #require(Story.told(seconds: 1).frames.last)
      frame.flags = []
    }

    /// The next one; nil: nobody counts.
    mutating func next(failures: UInt64?, ofNamespace: Bool = false) -> Frame {
      frame.takenAtNanoseconds += 1_000_000_000
      frame.monotonicNanoseconds += 1_000_000_000
      frame.counters[.connectFailures] = failures
      frame.counters[.connectFailuresAttributed] = failures
      frame.counters[.connectFailuresElsewhere] = failures == nil || ofNamespace ? nil : 0
      frame.flags = ofNamespace ? .failuresOfNamespace : []
      return frame
    }
  }

  private static func values(_ register: MetricRegister) throws -> [String: Double] {
    try MetricRegisterTests.text(register, now: Scenario.start).values
  }

  @Test func `failures that all collectors of a host count are told once, whoever is first`()
    throws
  {
    for names in [["web", "host"], ["host", "web"]] {
      var frames = try Frames()
      var register = MetricRegister(version: "1")
      for _ in 0..<2 {
        var frame = frames.next(failures: 5)
        frame.counters[.connectFailuresAttributed] = 4
        frame.counters[.connectFailuresElsewhere] = 1
        for name in names { register.observe(frame, of: name) }
      }
      let values = try Self.values(register)
      #expect(values[Self.total] == 10)
      #expect(values[Self.here] == 6)
      #expect(values["ullage_connect_failures_attributed_total{namespace=web}"] == 6)
    }
  }

  @Test
  func `failures of the host are absent while only a namespace counts its own, and go on then`()
    throws
  {
    var frames = try Frames()
    var register = MetricRegister(version: "1")
    register.observe(frames.next(failures: 10), of: "host")
    #expect(try Self.values(register)[Self.total] == 10)
    register.observe(frames.next(failures: 50, ofNamespace: true), of: "host")
    var values = try Self.values(register)
    #expect(values[Self.total] == nil)
    #expect(values[Self.here] == 60)
    register.observe(frames.next(failures: nil), of: "host")
    values = try Self.values(register)
    #expect(values[Self.total] == nil)
    #expect(values[Self.here] == nil)
    register.observe(frames.next(failures: 1), of: "host")
    values = try Self.values(register)
    #expect(values[Self.total] == 11)
    #expect(values[Self.here] == 1)
  }

  @Test func `failures of the host are absent while their collector is lost, ended or gone`() throws
  {
    let ends: [(inout MetricRegister) -> Void] = [
      { $0.note(.lost, of: "host") }, { $0.note(.ended, of: "host") },
      { $0.remove(namespace: "host") },
    ]
    for end in ends {
      var frames = try Frames()
      var register = MetricRegister(version: "1")
      register.observe(frames.next(failures: 10), of: "host")
      end(&register)
      #expect(try Self.values(register)[Self.total] == nil)
      register.observe(frames.next(failures: 2), of: "host")
      register.note(.written, of: "host")
      #expect(try Self.values(register)[Self.total] == 12)
    }
  }

  @Test func `another collector of the host takes over, and no failure is lost or told twice`()
    throws
  {
    var frames = try Frames()
    var register = MetricRegister(version: "1")
    func both(_ failures: UInt64) {
      let frame = frames.next(failures: failures)
      register.observe(frame, of: "host")
      register.observe(frame, of: "web")
    }
    both(3)
    both(4)
    #expect(try Self.values(register)[Self.total] == 7)
    // The first one is gone, and is seen to be so two seconds later.
    register.observe(frames.next(failures: 5), of: "web")
    register.observe(frames.next(failures: 6), of: "web")
    #expect(try Self.values(register)[Self.total] == 7)
    register.note(.lost, of: "host")
    #expect(try Self.values(register)[Self.total] == 18)
    register.observe(frames.next(failures: 1), of: "web")
    // It comes back, and is not needed.
    both(2)
    register.note(.written, of: "host")
    #expect(try Self.values(register)[Self.total] == 21)
    both(1)
    register.remove(namespace: "web")
    both(1)
    #expect(try Self.values(register)[Self.total] == 23)
  }

  @Test func `what was written before is in gauges and peaks, and in no counter`() throws {
    let story = Story.told(seconds: 255).frames
    var begun = MetricRegister(version: "1"), all = begun
    for frame in story.dropLast(2) {
      begun.observe(frame, of: "host", isPast: true)
      all.observe(frame, of: "host")
    }
    func texts() throws -> (begun: MetricsText, all: MetricsText) {
      let now = (story.last?.takenAtNanoseconds ?? 0) + 20_000_000_000
      return (
        try MetricRegisterTests.text(begun, now: now), try MetricRegisterTests.text(all, now: now)
      )
    }
    var (mine, other) = try texts()
    #expect(
      mine.families.filter { $0.type == "gauge" } == other.families.filter { $0.type == "gauge" })
    #expect(
      mine.values["ullage_worst_pool_usage_ratio_max_1m{kind=connect,namespace=host}"] != nil)
    for family in other.families where family.type == "counter" {
      let same = try #require(mine.families.first { $0.name == family.name })
      #expect(same.samples.map(\.series) == family.samples.map(\.series))
      #expect(same.samples.allSatisfy { $0.value == 0 }, "\(family.name)")
    }
    #expect(other.values[Self.total] ?? 0 > 0)
    for frame in story.suffix(2) {
      begun.observe(frame, of: "host")
      all.observe(frame, of: "host")
    }
    let before = other.values
    (mine, other) = try texts()
    for family in other.families where family.type == "counter" {
      for sample in family.samples {
        guard let old = before[sample.series] else { continue }
        let rise = mine.values[sample.series] ?? -1
        #expect(abs(rise - (sample.value - old)) < 1e-6, "\(sample.series)")
      }
    }
    #expect(mine.values["ullage_samples_total{namespace=host}"] == 2)
  }

  @Test func `of a namespace that ended in good order nothing is told but its counters`() throws {
    var register = MetricRegister(version: "1")
    for frame in Story.told(seconds: 3).frames {
      register.observe(frame, of: "host")
      register.observe(frame, of: "web")
    }
    register.note(.ended, of: "web")
    let text = try MetricRegisterTests.text(register, now: Scenario.start)
    let web = text.families.filter { $0.samples.contains { $0.labels["namespace"] == "web" } }
    #expect(!web.isEmpty)
    #expect(web.allSatisfy { $0.type == "counter" }, "\(web.map(\.name))")
    #expect(text.values["ullage_up{namespace=host}"] == 1)
    register.note(.written, of: "web")
    #expect(try Self.values(register)["ullage_up{namespace=web}"] == 1)
  }

  @Test func `namespaces that are not told of are counted and named, until there is room`() throws {
    var limits = MetricLimits()
    (limits.namespaces, limits.stickyNanoseconds) = (2, 0)
    var register = MetricRegister(limits: limits, version: "1")
    let frame = try #require(Story.told(seconds: 1).frames.last)
    for name in ["a", "b", "c", "d"] { register.observe(frame, of: name) }
    register.note(.lost, of: "d")
    #expect(register.untold == ["c", "d"])
    var values = try Self.values(register)
    #expect(values["ullage_namespaces{}"] == 4)
    #expect(values["ullage_namespaces_untold{}"] == 2)
    register.remove(namespace: "d")
    register.remove(namespace: "a")
    register.observe(frame, of: "c")
    #expect(register.untold.isEmpty)
    values = try Self.values(register)
    #expect(values["ullage_namespaces{}"] == 2)
    #expect(values["ullage_namespaces_untold{}"] == 0)
    #expect(values["ullage_up{namespace=c}"] == 1)
  }
}
