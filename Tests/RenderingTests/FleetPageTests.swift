import Fleet
import OutputTestKit
import Rendering
import Testing

/// Many hosts as a page and as the document ullage.fleet/1.
@Suite struct FleetPageTests {
  private let golden = Golden(besides: #filePath)
  private static let server = "https://prometheus.example:9090"

  /// Five hundred hosts, most of them tight towards one destination; two run out, some are not heard of.
  private static func tight() -> FleetSurvey {
    var answers: [FleetQuery.Subject: [MetricSample]] = [:]
    func tell(_ subject: FleetQuery.Subject, _ host: String, _ value: Double) {
      answers[subject, default: []].append(MetricSample(["instance": host], value))
    }
    for number in 1...500 {
      let host = "web-\(number).example:21121"
      tell(.known, host, 1)
      guard number % 100 != 0 else { continue }
      tell(.fresh, host, number == 250 ? 0 : 1)
      tell(.usage, host, number == 17 ? 1 : number <= 412 ? 0.83 : 0.2)
      tell(.headroom, host, number == 17 ? 0 : number <= 412 ? 4799 : 22_585)
      if number == 3 { tell(.exhaustion, host, 42.4) }
      tell(.failures, host, number == 17 ? 1204.3 : 0)
    }
    let place = ["destination": "10.1.2.3", "port": "443"]
    answers[.causes] = [
      MetricSample(place, 412), MetricSample(["destination": "2001:db8::7", "port": "53"], 2),
    ]
    answers[.causeMedian] = [MetricSample(place, 0.83)]
    answers[.causeWorst] = [MetricSample(place, 1)]
    var survey = FleetSurvey(answers, query: FleetQuery())
    survey.name(
      pools: survey.hosts.prefix(4).enumerated().map { index, host in
        MetricSample(
          [
            "instance": host.name, "kind": index == 2 ? "udp" : "connect",
            "namespace": index == 1 ? "shop" : "host",
            index == 2 ? "family" : "source": index == 2 ? "ipv4" : "10.0.0.\(index)",
            "destination": index == 2 ? "" : "10.1.2.3", "port": index == 2 ? "" : "443",
          ], host.usage ?? 0)
      })
    return survey
  }

  /// One host that nothing is wrong with.
  private static var calm: FleetSurvey {
    let host = ["instance": "web-1"]
    return FleetSurvey(
      [.fresh: [MetricSample(host, 1)], .usage: [MetricSample(host, 0.1)]],
      query: FleetQuery(failureSeconds: 3600 * 3))
  }

  /// One host that is well, one that is not counted, one without a collector, one that is silent.
  private static var partlyKnown: FleetSurvey {
    func at(_ host: String, _ value: Double) -> MetricSample {
      MetricSample(["instance": host], value)
    }
    return FleetSurvey(
      [
        .known: [at("d", 1)], .answering: [at("a", 1), at("b", 1), at("c", 1)],
        .fresh: [at("a", 1), at("b", 1)], .usage: [at("a", 0.1)],
      ], query: FleetQuery())
  }

  /// What labels can be made to hold.
  private static var hostile: FleetSurvey {
    let name = "\u{1b}[31mweb\n</script>"
    let host = ["instance": name]
    var survey = FleetSurvey(
      [
        .fresh: [MetricSample(host, 1)], .usage: [MetricSample(host, 0.99)],
        .failures: [MetricSample(host, 1e300)], .exhaustion: [MetricSample(host, 1e300)],
        .causes: [MetricSample(["destination": "\u{202e}x", "port": "-1"], 9)],
      ], query: FleetQuery())
    survey.name(pools: [
      MetricSample(
        ["instance": name, "kind": "\u{7}", "source": "a\tb", "namespace": "\u{1b}c"], 0.99)
    ])
    return survey
  }

  private func page(
    _ survey: FleetSurvey, _ style: Style, notes: [String] = [], names: Names = Names()
  ) -> [UInt8] {
    FleetPage.text(
      survey, server: Self.server, atNanoseconds: MadeUpHost.moment, notes: notes, mostHosts: 6,
      style: style, names: names)
  }

  @Test func `pages are as they were, and no line is too long`() throws {
    let tight = Self.tight(), redacted = Names(redacted: true)
    let pages: [(String, [UInt8], Int)] = [
      ("fleet-tight-80.txt", page(tight, Style(), notes: ["a store did not answer"]), 80),
      ("fleet-tight-120-colour.txt", page(tight, Style(columns: 120, isColored: true)), 2000),
      ("fleet-tight-60-ascii.txt", page(tight, Style(columns: 60, isUnicode: false)), 60),

      (
        "fleet-tight-redacted.txt",
        page(tight, Style(columns: 120), notes: ["store shop at 10.1.2.3"], names: redacted), 120
      ),
      ("fleet-calm-80.txt", page(Self.calm, Style()), 80),
      ("fleet-partly-80.txt", page(Self.partlyKnown, Style()), 80),
      ("fleet-hostile-80.txt", page(Self.hostile, Style()), 80),
      ("fleet-unknown-80.txt", page(FleetSurvey([:], query: FleetQuery()), Style()), 80),
    ]
    for (name, bytes, width) in pages {
      let difference = try golden.difference(name, bytes)
      #expect(difference == nil, "\(difference ?? "")")
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, "\(name)")
      if !name.contains("colour") {
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 }, "\(name)")
      }
      if name.contains("redacted") {
        #expect(!text.contains("10.1.2.3") && !text.contains("example") && !text.contains("shop"))
      }
    }
  }

  @Test func `documents keep the schema and are as they were`() throws {
    var documents: [UInt8] = []
    for (survey, names) in [
      (Self.tight(), Names()), (Self.tight(), Names(redacted: true)), (Self.calm, Names()),
      (Self.hostile, Names()), (FleetSurvey([:], query: FleetQuery()), Names()),
    ] {
      documents += FleetDocument.json(
        survey, server: Self.server, atNanoseconds: MadeUpHost.moment, notes: ["store shop"],
        mostHosts: 5, names: names)
    }
    let faults = try DocumentSchema("ullage.fleet-1").faults(documents)
    #expect(faults == nil, "\(faults ?? "")")
    let first = Array(documents.prefix { $0 != UInt8(ascii: "\n") }) + [UInt8(ascii: "\n")]
    let difference = try golden.difference("fleet.json", first)
    #expect(difference == nil, "\(difference ?? "")")
  }
}
