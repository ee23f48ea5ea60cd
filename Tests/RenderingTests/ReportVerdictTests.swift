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
    let sentences =
      [RunSentences.verdict(run)] + run.reasons.map { RunSentences.reason($0) }
      + [RunSentences.rates(run), RunSentences.remedy(run)].compactMap { $0 }
    for sentence in sentences {
      #expect(head.contains(XMLText.escaped(ReportPage.sentence(sentence))), "\(sentence)")
    }
  }

  @Test func `frames of no run have no such answer, and a redacted page no address`() {
    #expect(!Self.page(nil).contains("<strong>"))
    let page = Self.page(MadeUpRuns.limited, redacted: true)
    #expect(page.contains("<strong>") && !page.contains("10.0.0.5") && !page.contains("10.1.2.3"))
  }
}
