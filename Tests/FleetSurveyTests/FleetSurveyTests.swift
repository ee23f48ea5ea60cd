import Fleet
import Pools
import PropertyTestKit
import Testing

/// What answers about many hosts come to.
@Suite struct FleetSurveyTests {
  private static func host(_ name: String, _ value: Double) -> MetricSample {
    MetricSample(["instance": name], value)
  }

  private static func survey(
    _ answers: [FleetQuery.Subject: [(String, Double)]], order: FleetSurvey.Order = .verdict
  ) -> FleetSurvey {
    var answers = answers.mapValues { $0.map { host($0.0, $0.1) } }
    // Whoever is told of is there, unless that is told too.
    if answers[.fresh] == nil {
      let names = Set(answers.values.joined().compactMap { $0.labels["instance"] })
      answers[.fresh] = names.sorted().map { host($0, 1) }
    }
    return FleetSurvey(answers, query: FleetQuery(), order: order)
  }

  @Test(
    arguments: [
      ([.usage: 0.5], .ok), ([.usage: 0.8], .warning), ([.usage: 0.949], .warning),
      ([.usage: 0.95], .critical), ([.usage: 1], .exhausted),
      ([.usage: 0.2, .headroom: 0], .exhausted),
      ([.usage: 0.2, .exhaustion: 300], .warning), ([.usage: 0.2, .exhaustion: 60], .critical),
      ([.usage: 0.2, .exhaustion: 301], .ok), ([.usage: 0.2, .failures: 1], .critical),
      ([.usage: 0.2, .failures: 0.4], .ok), ([:], nil), ([.failures: 0], nil),
      ([.failures: 2], .critical), ([.exhaustion: 299], .warning),
    ] as [([FleetQuery.Subject: Double], VerdictLevel?)])
  func `a host is as bad as the worst that is known of it`(
    _ values: [FleetQuery.Subject: Double], _ level: VerdictLevel?
  ) {
    var answers = values.mapValues { [("web-1", $0)] }
    answers[.fresh] = [("web-1", 1)]
    let survey = Self.survey(answers)
    #expect(survey.hosts.map(\.level) == [level])
    #expect(survey.level == level)
  }

  @Test func `hosts stand in the order that was asked for, the unheard last`() {
    let answers: [FleetQuery.Subject: [(String, Double)]] = [
      .known: [("silent", 1)], .fresh: [("a", 1), ("b", 1), ("c", 1), ("stale", 0)],
      .usage: [("a", 0.9), ("b", 0.96), ("c", 0.1), ("stale", 1)],
      .headroom: [("a", 10), ("b", 30), ("c", 20)], .exhaustion: [("a", 200), ("c", 90)],
      .failures: [("b", 3), ("a", 0), ("c", 7)],
    ]
    func names(_ order: FleetSurvey.Order) -> [String] {
      Self.survey(answers, order: order).hosts.map(\.name)
    }
    #expect(names(.verdict) == ["c", "b", "a", "stale", "silent"])
    #expect(names(.headroom) == ["a", "c", "b", "stale", "silent"])
    #expect(names(.time) == ["c", "a", "b", "stale", "silent"])
    #expect(names(.failures) == ["c", "b", "a", "stale", "silent"])
    let survey = Self.survey(answers)
    #expect(survey.count(.fresh) == 3 && survey.count(.stale) == 1 && survey.count(.silent) == 1)
    #expect(survey.count(atLeast: .warning) == 3 && survey.count(atLeast: .exhausted) == 0)
    // Of a host whose collector does not write, an old number is none.
    #expect(survey.hosts.first { $0.name == "stale" }?.usage == nil)
    #expect(survey.level == .critical)
  }

  @Test func `what is no number is not known`() {
    for value in [Double.nan, .infinity, -.infinity, -1] {
      let survey = Self.survey([
        .fresh: [("a", 1)], .usage: [("a", value)], .headroom: [("a", value)],
        .exhaustion: [("a", value)], .failures: [("a", value)],
      ])
      let host = survey.hosts[0]
      #expect(host.usage == nil && host.headroom == nil && host.secondsToExhaustion == nil)
      #expect(host.failures == nil && host.level == nil)
    }
    #expect(Self.survey([.fresh: [("a", 1)], .headroom: [("a", 1e300)]]).hosts[0].headroom == nil)
    #expect(FleetSurvey([.fresh: [MetricSample([:], 1)]], query: FleetQuery()).hosts.isEmpty)
  }

  @Test func `nothing good is said of all while of too many nothing is known`() {
    var survey = Self.survey([
      .known: [("silent", 1)], .answering: [("bare", 1), ("a", 1)],
      .fresh: [("a", 1), ("stale", 0), ("uncounted", 1)], .usage: [("a", 0.1)],
    ])
    #expect(survey.hosts.map(\.name) == ["uncounted", "a", "bare", "stale", "silent"])
    // An exporter without a ring answers: it is not silent.
    #expect(survey.count(.stale) == 2 && survey.count(.silent) == 1)
    #expect(survey.unknownCount == 4 && survey.knownCount == 1 && survey.level == nil)
    survey.unknownAllowance = 3
    #expect(survey.level == nil)
    survey.unknownAllowance = 4
    #expect(survey.level == .ok)
    // What is bad is said whatever else is not known.
    survey = Self.survey([
      .known: [("silent", 1)], .fresh: [("a", 1), ("b", 1)], .usage: [("a", 0.9)],
    ])
    #expect(survey.level == .warning && survey.hosts.map(\.name) == ["a", "b", "silent"])
  }

  @Test func `a pool is named where it is the one that the usage is of`() {
    var survey = Self.survey([
      .usage: [("a", 1), ("b", 0.5), ("c", 0.7)], .headroom: [("a", 20_000)],
    ])
    survey.name(pools: [
      MetricSample(["instance": "a", "kind": "connect", "source": "10.0.0.5"], 0.29),
      MetricSample(["instance": "b", "kind": "udp", "family": "ipv4"], 0.5),
      MetricSample(["instance": "c", "namespace": "host", "address": "10.0.0.9"], 0.71),
    ])
    let pools = Dictionary(uniqueKeysWithValues: survey.hosts.map { ($0.name, $0.pool) })
    #expect(pools["a"] == .some(nil) && survey.hosts[0].headroom == 0)
    #expect(pools["b"]??.source == "ipv4")
    #expect(pools["c"]??.kind == "bind" && pools["c"]??.source == "10.0.0.9")
  }

  @Test func `a destination is a common cause from two hosts on, most hosts first`() {
    func at(_ destination: String, _ value: Double) -> MetricSample {
      MetricSample(["destination": destination, "port": "443"], value)
    }
    let survey = FleetSurvey(
      [
        .causes: [at("10.0.0.1", 1), at("10.0.0.2", 2), at("10.0.0.3", 40), at("10.0.0.4", .nan)],
        .causeMedian: [at("10.0.0.3", 0.85)],
        .causeWorst: [at("10.0.0.3", 1.5), at("10.0.0.2", 0.9)],
      ], query: FleetQuery())
    #expect(survey.causes.map(\.destination) == ["10.0.0.3", "10.0.0.2"])
    #expect(survey.causes[0].hosts == 40 && survey.causes[0].medianUsage == 0.85)
    #expect(survey.causes[0].worstUsage == 1 && survey.causes[1].medianUsage == nil)
  }

  @Test func `pools are given to the hosts that they are of`() {
    var survey = Self.survey([.usage: [("a", 0.9), ("b", 0.5)]])
    survey.name(pools: [
      MetricSample(
        [
          "instance": "b", "kind": "connect", "namespace": "host", "source": "10.0.0.5",
          "destination": "10.1.2.3", "port": "443",
        ], 0.5), MetricSample(["instance": "a"], .nan), MetricSample(["instance": "nobody"], 1),
    ])
    #expect(survey.hosts[0].pool == nil)
    #expect(survey.hosts[1].pool?.destination == "10.1.2.3" && survey.hosts[1].pool?.usage == 0.5)
  }

  @Test func `random answers make an order without a trap`() {
    var random = SeededGenerator(seed: .random(in: 0 ... .max))
    for _ in 0..<rounds(200) {
      var answers: [FleetQuery.Subject: [MetricSample]] = [:]
      for subject in FleetQuery.Subject.allCases {
        answers[subject] = (0..<Int.random(in: 0...20, using: &random)).map { _ in
          MetricSample(
            [
              "instance": "\(Int.random(in: 0...9, using: &random))",
              "destination": "\(Int.random(in: 0...3, using: &random))", "port": "1",
            ], Double(bitPattern: .random(in: 0 ... .max, using: &random)))
        }
      }
      for order in FleetSurvey.Order.allCases {
        let survey = FleetSurvey(answers, query: FleetQuery(), order: order)
        let again = FleetSurvey(
          answers.mapValues { $0 }, query: FleetQuery(), order: order)
        #expect(survey == again, "seed \(random.seed)")
        #expect(
          Set(survey.hosts.map(\.name)).count == survey.hosts.count, "seed \(random.seed)")
        #expect(
          survey.hosts.allSatisfy { (0...1).contains($0.usage ?? 0) }, "seed \(random.seed)")
      }
    }
  }
}
