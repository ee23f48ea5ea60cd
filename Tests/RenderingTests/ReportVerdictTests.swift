import OutputTestKit
import Testing
import Verdicts

@testable import Rendering

/// What limited a run, in the head of its page.
@Suite struct ReportVerdictTests {
  private static func page(_ run: RunVerdict?, redacted: Bool = false) -> String {
    var report = ReportTests.story
    report.run = run
    return String(
      decoding: ReportPage.html(report, names: Names(redacted: redacted)), as: UTF8.self)
  }

  @Test(arguments: MadeUpRuns.all.map(\.name))
  func `the page of a run begins with the answer, the remedy and the reasons`(name: String) throws {
    let run = try #require(MadeUpRuns.all.first { $0.name == name }?.verdict)
    let page = Self.page(run)
    let head = try #require(page.split(separator: "</header>").first)
    let title = try #require(head.split(separator: "<h1").last?.split(separator: "</h1>").first)
    let words = RunSentences.answer(run.limit).dropFirst()
    #expect(title.contains(words) && title.contains(RunSentences.since(run) ?? ""), "\(title)")
    #expect(head.contains("<title>") && head.split(separator: "</title>")[0].contains(words))
    let answers =
      run.reasons.map { RunSentences.reason($0) } + run.notices
      + [RunSentences.rates(run), RunSentences.remedy(run), run.command].compactMap { $0 }
    for answer in answers { #expect(head.contains(XMLText.escaped(answer)), "\(answer)") }
    #expect(head.contains("Confidence \(run.confidence.rawValue)."))
  }

  @Test func `two runs are compared by what limited each`() throws {
    var reports = [ReportTests.story, ReportTests.story]
    (reports[0].run, reports[1].run) = (MadeUpRuns.limited, MadeUpRuns.server)
    let page = String(
      decoding: ReportPage.html(reports[0], comparedWith: reports[1]), as: UTF8.self)
    let head = try #require(page.split(separator: "</header>").first)
    #expect(head.contains("SOURCE PORTS WERE THE LIMIT"))
    #expect(head.contains("Source ports were not the limit"))
    // The same frames: no figure is better or worse.
    #expect(!page.contains(", better") && !page.contains(", worse"))
    #expect(page.contains(">the same<"))
  }

  @Test(arguments: MadeUpRuns.all.map(\.name))
  func `the document has the run, number for number as that of the recording`(
    name: String
  ) throws {
    let run = try #require(MadeUpRuns.all.first { $0.name == name }?.verdict)
    var report = ReportTests.story
    report.run = run
    var documents: [UInt8] = []
    for isRedacted in [false, true] {
      let names = Names(redacted: isRedacted)
      let document = ReportDocument.json(report, names: names)
      documents += document
      let recorded = String(
        decoding: RunVerdictDocument.json(
          run, host: "web-17", namespace: "host", path: nil, names: names), as: UTF8.self)
      let start = try #require(recorded.firstRange(of: "\"started_at\""))
      let members = recorded[start.lowerBound...].dropLast()
      let text = String(decoding: document, as: UTF8.self)
      #expect(isRedacted || text.contains("\"run\":{\(members)"))
    }
    let faults = try DocumentSchema("ullage.report-1").faults(documents)
    #expect(faults == nil, "\(faults ?? "")")
    let picture = String(decoding: ReportPicture.svg(report), as: UTF8.self)
    #expect(picture.contains(RunSentences.verdict(run).dropFirst()))
  }

  @Test func `frames of no run have no such answer, and a redacted page no address`() {
    let plain = Self.page(nil)
    #expect(!plain.contains("<dl class=\"answers\">") && plain.contains("\"run\":null"))
    let page = Self.page(MadeUpRuns.limited, redacted: true)
    #expect(page.contains("<dl class=\"answers\">"))
    for name in ["10.0.0.5", "10.1.2.3", "haproxy", "./load"] {
      #expect(!page.contains(name), "\(name)")
    }
  }

  @Test func `what a run's command and notices say is never markup`() {
    var run = MadeUpRuns.limited
    run.command = "</dd><script>alert(1)</script>\u{202e}"
    run.notices = ["<img src=x onerror=alert(1)>"]
    let page = Self.page(run)
    #expect(!page.contains("<script>alert") && !page.contains("<img"))
    #expect(!page.contains("\u{202e}"))
  }
}
