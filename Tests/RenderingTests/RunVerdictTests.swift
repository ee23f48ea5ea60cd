import Inet
import OutputTestKit
import Pools
import Testing
import Verdicts

@testable import Rendering

/// The verdict on a run: the page at the end of `ullage record`, the document ullage.record/1, the progress.
@Suite struct RunVerdictTests {
  private let golden = Golden(besides: #filePath)

  @Test func `pages and documents are as they were`() throws {
    var documents: [UInt8] = []
    for (name, verdict) in MadeUpRuns.all {
      for isRedacted in [false, true] {
        let names = Names(redacted: isRedacted)
        let prefix = isRedacted ? "redacted-run-" : "run-"
        let document = RunVerdictDocument.json(
          verdict, host: "web-17", namespace: "host", path: "run.ullage", names: names)
        documents += document
        let difference = try golden.difference("\(prefix)\(name).json", document)
        #expect(difference == nil, "\(difference ?? "")")
        for columns in [80, 120] {
          let style = Style(columns: columns)
          let lines =
            RunVerdictPage.lines(verdict, style: style, names: names)
            + RunVerdictPage.recorded(
              verdict, path: "run.ullage", byteCount: 1_142_784, style: style, names: names)
          for line in lines {
            #expect(line.count <= columns)
            if isRedacted { #expect(!line.contains("10.1.") && !line.contains("haproxy")) }
          }
          let page = Array((lines.joined(separator: "\n") + "\n").utf8)
          let difference = try golden.difference("\(prefix)\(name)-\(columns).txt", page)
          #expect(difference == nil, "\(difference ?? "")")
        }
      }
    }
    let faults = try DocumentSchema("ullage.record-1").faults(documents)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `without Unicode every byte is ASCII, and without colour there is none`() {
    for (_, verdict) in MadeUpRuns.all {
      let style = Style(isUnicode: false)
      let lines =
        RunVerdictPage.lines(verdict, style: style)
        + RunVerdictPage.recorded(verdict, path: "läuft", byteCount: 0, style: style)
        + [RunProgressLine.text(verdict, style: style)]
      for line in lines {
        #expect(line.utf8.allSatisfy { (0x20..<0x7f).contains($0) }, "\(line)")
      }
    }
  }

  @Test(arguments: [
    ("/tmp/run.ullage", "/tmp/run.ullage"), ("my run's", "'my run'\\''s'"), ("-o", "./-o"),
  ])
  func `the commands that show a recording can be pasted, whatever it is called`(
    _ path: String, _ word: String
  ) {
    let lines = RunVerdictPage.recorded(
      MadeUpRuns.limited, path: path, byteCount: 0, style: Style(columns: 120))
    #expect(lines.contains { $0.hasSuffix("ullage report \(word) -o run.html") }, "\(lines)")
    #expect(lines.contains { $0.hasSuffix("ullage replay \(word) --at worst --hold") }, "\(lines)")
  }

  @Test func `one core is one`() {
    for (cores, words) in [(0.96, "kept one core busy"), (1.04, "one core"), (1.06, "1.1 cores")] {
      #expect(RunSentences.reason(.commandBusy(cores: cores)).contains(words))
    }
  }

  @Test func `what others wrote reaches no terminal as more than text`() {
    var verdict = MadeUpRuns.limited
    verdict.command = "\u{1b}[2J"
    verdict.notices = ["\u{1b}]0;title\u{7} \u{202e}gnp.exe"]
    let lines =
      RunVerdictPage.lines(verdict, style: Style())
      + RunVerdictPage.recorded(verdict, path: "a\u{1b}[31m\nb", byteCount: 0, style: Style())
    for line in lines {
      #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }, "\(line)")
      #expect(!line.contains("\u{202e}") && !line.contains("\u{9b}"))
    }
  }

  @Test func `the progress fits on its line, and loses its end first`() {
    let whole = RunProgressLine.text(MadeUpRuns.limited, style: Style(columns: 200))
    #expect(
      whole
        == "recording 15 s · 750 samples · 41,203 failed · 10.0.0.5 → 10.1.2.3:443 100.0 % at most"
        + " · 2,502 connects/s")
    for columns in 20...200 {
      let line = RunProgressLine.text(MadeUpRuns.limited, style: Style(columns: columns))
      #expect(line.count < columns && whole.hasPrefix(line))
    }
  }
}
