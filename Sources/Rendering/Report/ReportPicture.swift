internal import Frames
internal import Inet
internal import Pools

/// The charts of a report as one SVG picture that needs nothing else, without scripts.
public struct ReportPicture {
  private static var width: Double { 960 }
  private static var margin: Double { 24 }

  /// The picture's bytes.
  public static func svg(_ report: Report, names: Names = Names()) -> [UInt8] {
    var names = names
    let words = ReportWords(report: report)
    var lines: [String] = []
    var y = 34.0
    func add(_ text: String, _ kind: String, _ step: Double) {
      lines.append(
        "<text class=\"\(kind)\" x=\"\(ReportChart.text(margin))\" y=\"\(ReportChart.text(y))\">"
          + "\(XMLText.escaped(text))</text>")
      y += step
    }
    let headline = ReportHead(words, &names).line
    for line in TextWrap.lines(headline, first: 92, 92) { add(line, "head", 24) }
    add(words.context(&names).joined(separator: " · "), "dim", 26)
    if report.frameCount > 0 {
      let moments = ReportMoment.all(of: report, &names)
      let charts: [(String, ReportChart?)] = [
        ("Ports in use", .usage(id: "usage", words, moments)),
        ("Connects a second, failed ones as bars", .connects(id: "connects", words)),
        ("Sockets by state", .states(id: "states", words)),
      ]
      for (title, chart) in charts {
        guard let chart else { continue }
        add(title, "name", 6)
        lines.append(
          "<svg x=\"\(ReportChart.text(margin))\" y=\"\(ReportChart.text(y))\" "
            + "width=\"\(ReportChart.text(width - 2 * margin))\" "
            + "height=\"\(ReportChart.text(chart.outerHeight))\">")
        lines += [chart.body, "</svg>"]
        y += chart.outerHeight + 18
        if title == "Ports in use" { addLegend(report, &lines, &y, &names) }
        if title == "Sockets by state" { addStates(report, &lines, &y) }
        y += 14
      }
    }
    let size = "\(ReportChart.text(width)) \(ReportChart.text(y))"
    let head = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ullage chart\" role=\"img\" "
        + "aria-labelledby=\"ullage-title ullage-desc\" viewBox=\"0 0 \(size)\" "
        + "width=\"\(ReportChart.text(width))\" height=\"\(ReportChart.text(y))\">",
      "<title id=\"ullage-title\">\(XMLText.escaped(headline))</title>",
      "<desc id=\"ullage-desc\">\(XMLText.escaped(ReportPage.description(words, &names)))</desc>",
      "<style>\n\(ReportStyle.chart)\n</style>",
      "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
    ]
    return Array(((head + lines + ["</svg>"]).joined(separator: "\n") + "\n").utf8)
  }

  /// The names of the pools, one a line.
  private static func addLegend(
    _ report: Report, _ lines: inout [String], _ y: inout Double, _ names: inout Names
  ) {
    for (index, pool) in report.drawnPools.enumerated() {
      let name = XMLText.escaped(Sentences.name(pool.key, &names))
      lines.append(
        "<path class=\"line s\(index)\" d=\"M\(ReportChart.text(margin)) "
          + "\(ReportChart.text(y - 4))h24\"/><text x=\"\(ReportChart.text(margin + 32))\" "
          + "y=\"\(ReportChart.text(y))\">\(name)<tspan class=\"dim\" dx=\"8\">most "
          + "\(Decimal.percent(pool.usageMaximum)), \(Decimal.grouped(pool.headroomMinimum)) left"
          + "</tspan></text>")
      y += 17
    }
  }

  /// The names of the states, in one line.
  private static func addStates(_ report: Report, _ lines: inout [String], _ y: inout Double) {
    var x = margin
    for state in ReportChart.statesShown(report).reversed() {
      lines.append(
        "<rect class=\"st\(state.rawValue)\" x=\"\(ReportChart.text(x))\" "
          + "y=\"\(ReportChart.text(y - 9))\" width=\"18\" height=\"10\"/>"
          + "<text x=\"\(ReportChart.text(x + 24))\" y=\"\(ReportChart.text(y))\">\(state.name)</text>"
      )
      x += 44 + Double(state.name.count) * 7.6
    }
    y += 17
  }
}
