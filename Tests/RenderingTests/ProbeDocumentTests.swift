import Inet
import OutputTestKit
import Rendering
import Testing

/// The document ullage.probe/1 and the page of `ullage probe`.
@Suite struct ProbeDocumentTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.probe-1")

  @Test func `documents keep the schema and are as they were`() throws {
    let documents = MadeUpProbes.all.map { ProbeDocument.json($0) }
    let faults = try schema.faults(documents.flatMap { $0 })
    #expect(faults == nil, "\(faults ?? "")")
    let difference = try golden.difference("probe.json", documents[documents.count - 1])
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test(arguments: [
    (Style(), "probe-80.txt"), (Style(columns: 60, isUnicode: false), "probe-60-ascii.txt"),
  ]) func `pages are as they were`(_ style: Style, _ name: String) throws {
    var pages: [UInt8] = []
    for report in MadeUpProbes.all { pages += ProbePage.text(report, style: style) + [0x0a] }
    for line in String(decoding: pages, as: UTF8.self).split(separator: "\n") {
      #expect(line.count <= style.columns, "\(line)")
    }
    let difference = try golden.difference(name, pages)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `the first word of a page is the answer, with colour or without`() throws {
    for report in MadeUpProbes.all {
      let page = String(decoding: ProbePage.text(report, style: Style()), as: UTF8.self)
      #expect(page.hasPrefix(report.isYes ? "YES  " : "NO  "))
      let colored = ProbePage.text(report, style: Style(isColored: true))
      #expect(colored.starts(with: Array("\u{1b}[1;3".utf8)))
    }
    #expect(MadeUpProbes.all.map(\.isYes).count(where: { $0 }) == 8)
  }

  @Test func `redacted, neither host nor addresses nor interfaces are told`() throws {
    var documents: [UInt8] = []
    for report in MadeUpProbes.all {
      var report = report
      report.namespace = "payroll"
      let names = Names(redacted: true)
      let document = ProbeDocument.json(report, names: names)
      documents += document
      for bytes in [ProbePage.text(report, style: Style(), names: names), document] {
        let text = String(decoding: bytes, as: UTF8.self)
        for name in ["web-17", "payroll", "10.0.0.5", "10.1.2.3", "2001:db8", "fe80", "eth0"] {
          #expect(!text.contains(name), "\(text)")
        }
      }
    }
    let faults = try schema.faults(documents)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `neighbouring ports with one holder are one run`() throws {
    let blocked = try #require(MadeUpProbes.blocked.blocked)
    let runs = blocked.runs.map { ($0.range.low, $0.range.high, $0.holder) }
    #expect(
      runs.map(\.0) == [40_000, 40_002, 52_011, 52_012, 60_999]
        && runs.map(\.1) == [40_001, 40_002, 52_011, 52_013, 60_999]
        && runs.map(\.2) == [.listener, .idleBind, .connection, .timeWait, .unknown])
    var last = blocked
    last.ports = [65_534, 65_535]
    #expect(last.runs.map(\.range.count) == [2])
    #expect(last.capacity == 28_218)
  }
}
