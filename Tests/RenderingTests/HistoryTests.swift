import Frames
import FramesTestKit
import OutputTestKit
import PropertyTestKit
import Rendering
import Testing

/// Histories as plot, table, CSV, JSON and picture.
@Suite struct HistoryTests {
  private let golden = Golden(besides: #filePath)

  @Test(arguments: [
    ("busy", MadeUpHistory.busy), ("steps", MadeUpHistory.steps), ("gap", MadeUpHistory.gap),
    ("idle", MadeUpHistory.idle), ("empty", MadeUpHistory.empty),
    ("hostile", MadeUpHistory.hostile), ("owned", MadeUpHistory.owned),
  ]) func `plot and table are as they were`(_ name: String, _ history: History) throws {
    for columns in [80, 200] {
      let style = Style(columns: columns)
      let plot = try golden.difference(
        "history-\(name)-\(columns).txt", HistoryPlot.text(history, style: style))
      #expect(plot == nil, "\(plot ?? "")")
      guard name == "steps" || name == "gap" else { continue }
      let table = try golden.difference(
        "history-\(name)-table-\(columns).txt", HistoryTable.text(history, style: style))
      #expect(table == nil, "\(table ?? "")")
    }
  }

  @Test func `a plot in ASCII, in colour and redacted is as it was`() throws {
    let ascii = HistoryPlot.text(
      MadeUpHistory.steps, style: Style(columns: 80, isUnicode: false), names: Names(redacted: true)
    )
    #expect(ascii.allSatisfy { $0 < 0x80 })
    let coloured = HistoryPlot.text(MadeUpHistory.steps, style: Style(columns: 80, isColored: true))
    for (name, bytes) in [("ascii", ascii), ("colour", coloured)] {
      let difference = try golden.difference("history-steps-80-\(name).txt", bytes)
      #expect(difference == nil, "\(difference ?? "")")
    }
    for text in ["10.0.0", "10.1.2", "web-17", "deploy"] {
      #expect(!String(decoding: ascii, as: UTF8.self).contains(text))
    }
  }

  @Test(arguments: [
    ("busy", MadeUpHistory.busy), ("steps", MadeUpHistory.steps), ("gap", MadeUpHistory.gap),
    ("hostile", MadeUpHistory.hostile), ("owned", MadeUpHistory.owned),
  ]) func `the picture is as it was`(_ name: String, _ history: History) throws {
    let difference = try golden.difference("history-\(name).svg", HistorySVG.bytes(history))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `every picture is well-formed, without scripts or anything from elsewhere`() throws {
    for history in MadeUpHistory.all {
      for isRedacted in [false, true] {
        let bytes = HistorySVG.bytes(history, names: Names(redacted: isRedacted))
        var parser = Program(
          "/usr/bin/python3",
          [
            "-c",
            """
            import sys, xml.dom.minidom
            document = xml.dom.minidom.parse(sys.stdin.buffer)
            names = {node.tagName for node in document.getElementsByTagName('*')}
            assert document.documentElement.tagName == 'svg'
            assert {'title', 'desc'} <= names and not names & {'script', 'image', 'use', 'a'}, names
            """,
          ])
        parser.input = bytes
        let run = try parser.run()
        #expect(run.end == .status(0), "\(run.message)")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("NaN") && !text.contains("inf"))
        if isRedacted { #expect(!text.contains("10.0.0") && !text.contains("web-17")) }
      }
    }
  }

  @Test func `a stretch without frames is a gap, and no line leads across it`() {
    let history = MadeUpHistory.gap
    #expect(history.gaps.count == 1)
    #expect(history.gaps.first?.from == Scenario.start + 109 * MadeUpHistory.second)
    #expect(history.gaps.first?.through == Scenario.start + 230 * MadeUpHistory.second)
    #expect(MadeUpHistory.busy.gaps.isEmpty)
    #expect(MadeUpHistory.steps.gaps.isEmpty)
    let text = String(decoding: HistorySVG.bytes(history, top: 1), as: UTF8.self)
    let lines = text.split(separator: "\n").filter { $0.contains("class=\"line s0\" d=\"M") }
    // The line itself has two parts; the other is its sample beside the name.
    #expect(lines.first?.split(separator: "M").count == 3)
  }

  @Test func `frames are folded into steps that keep the extremes`() throws {
    let history = MadeUpHistory.steps
    #expect(history.isAggregated)
    #expect(history.frames.map(\.sampleCount).reduce(0, +) == 300)
    let most = MadeUpHistory.busy.frames.compactMap { $0.pools.first?.inUse.maximum }.max()
    #expect(history.frames.compactMap { $0.pools.first?.inUse.maximum }.max() == most)
  }

  @Test func `no line of a plot is wider than it was asked to be`() {
    var random = SeededGenerator.fresh()
    for _ in 0..<rounds(40) {
      var load = Int.random(in: 0...Scenario.capacity, using: &random)
      let seconds = Int.random(in: 1...90, using: &random)
      var frames = Scenario.proxy(seconds: seconds) { _ in
        load = min(Scenario.capacity, max(0, load + Int.random(in: -3000...3000, using: &random)))
        return load
      }.frames
      frames.removeAll { _ in random.oneIn(5) }
      let history = MadeUpHistory.history(
        frames, seconds: Int.random(in: 1...200, using: &random),
        step: random.oneIn(2) ? UInt64.random(in: 1...20, using: &random) * 1_000_000_000 : nil)
      let columns = Int.random(in: 60...300, using: &random)
      for isUnicode in [false, true] {
        let style = Style(columns: columns, isUnicode: isUnicode)
        for bytes in [
          HistoryPlot.text(history, style: style, showsAllEvents: true),
          HistoryTable.text(history, style: style),
        ] {
          for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            #expect(line.count <= columns, "\(random.replay): \(columns) columns: \(line)")
          }
        }
      }
    }
  }
}
