internal import Frames
internal import Inet
internal import Pools

/// A history as a picture: SVG that needs nothing else, without scripts, with its words as text.
///
///     headline, context
///     100 % ┤ band and line of each pool      ─ name of the pool
///           │ - - - - - - cliff - - - - -       least, most, last
///       0 % ┼──┬─────┬─────┬──
///     failed  ▁ ▂█
public struct HistorySVG {
  let history: History
  let series: [PoolSeries]
  let labels: [SeriesLabel]
  var names: Names
  var lines: [String] = []

  let width = 960.0
  let left = 58.0
  let plotHeight = 260.0
  var top = 0.0
  var right: Double { width - 24 - (labels.map(\.width).max() ?? 120) - 34 }
  var bottom: Double { top + plotHeight }

  /// The picture's bytes: usage of the `top` tightest pools that `filter` wants, five at most.
  public static func bytes(
    _ history: History, filter: PoolFilter = PoolFilter(), top: Int = 5, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    let most = min(max(1, top), SVGStyle.dashes.count)
    // Some more than are drawn, because those that look alike are one line.
    let ranked = PoolSeries.ranked(history, filter)
    let groups = grouped(PoolSeries.tightest(4 * most, of: ranked, history, filter)).prefix(most)
    let series = groups.map { $0[0] }
    let labels = groups.map { SeriesLabel($0, &names) }
    var picture = HistorySVG(history: history, series: series, labels: labels, names: names)
    picture.draw(filter)
    return Array((picture.lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Pools whose lines would cover each other are one line.
  private static func grouped(_ series: [PoolSeries]) -> [[PoolSeries]] {
    var groups: [[PoolSeries]] = []
    for pool in series {
      if let index = groups.firstIndex(where: { $0[0].looksLike(pool) }) {
        groups[index].append(pool)
      } else {
        groups.append([pool])
      }
    }
    return groups
  }

  private init(history: History, series: [PoolSeries], labels: [SeriesLabel], names: Names) {
    self.history = history
    self.series = series
    self.labels = labels
    self.names = names
  }

  private mutating func draw(_ filter: PoolFilter) {
    let level =
      filter.isEmpty
      ? HistorySentences.level(history) : series.map(\.newest.verdict).max() ?? .ok
    let sentence = HistorySentences.headline(series.first, of: history, &names)
    let word =
      history.frames.isEmpty
      ? "NOTHING" : (level?.rawValue ?? Frame.notCountedWords).uppercased()
    let head = TextWrap.lines("\(word) \(sentence)", first: 105, 105)
    let context = HistorySentences.context(history, &names).joined(separator: " · ")
    top = 24 + Double(head.count) * 20 + 58
    drawHead(head, word, level, context)
    if !history.frames.isEmpty {
      drawGaps()
      drawAxes()
      drawSeries()
      drawEvents()
      drawFailures()
    }
    let body = lines
    let height = history.frames.isEmpty ? top : max(bottom + 40 + failureHeight, labelsEnd + 16)
    lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ullage\" role=\"img\" "
        + "aria-labelledby=\"ullage-title ullage-desc\" "
        + "viewBox=\"0 0 \(Self.text(width)) \(Self.text(height))\" "
        + "width=\"\(Self.text(width))\" height=\"\(Self.text(height))\">",
      "<title id=\"ullage-title\">\(XMLText.escaped("\(word): \(sentence)"))</title>",
      "<desc id=\"ullage-desc\">\(XMLText.escaped(description(context)))</desc>",
      "<style>\n\(SVGStyle.sheet)\n</style>",
      "<defs><pattern id=\"ullage-hatch\" width=\"8\" height=\"8\" "
        + "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
        + "<line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"8\"/></pattern></defs>",
      "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
    ]
    lines += body + ["</svg>"]
  }

  /// The picture in words.
  private func description(_ context: String) -> String {
    let pools = zip(series, labels).map { pool, label in
      "\(label.name): least \(Decimal.percent(pool.minimum)), mean \(Decimal.percent(pool.mean)), "
        + "most \(Decimal.percent(pool.maximum)), last \(Decimal.percent(pool.last))."
    }
    let gaps = history.gaps.map { gap in
      "No frames from \(HistorySentences.clock(gap.from)) to "
        + "\(HistorySentences.clock(gap.through))."
    }
    return (["Usage of port pools over time. \(context)."] + pools + gaps)
      .joined(separator: " ")
  }

  private mutating func drawHead(
    _ head: [String], _ word: String, _ level: VerdictLevel?, _ context: String
  ) {
    for (index, line) in head.enumerated() {
      let y = Self.text(30 + Double(index) * 20)
      if index == 0 {
        let rest = XMLText.escaped(String(line.dropFirst(word.count)))
        lines.append(
          "<text x=\"20\" y=\"\(y)\"><tspan class=\"level \(level?.rawValue ?? "unknown")\">\(word)</tspan>"
            + "<tspan class=\"head\" dx=\"6\">\(rest)</tspan></text>")
      } else {
        lines.append("<text class=\"head\" x=\"20\" y=\"\(y)\">\(XMLText.escaped(line))</text>")
      }
    }
    let y = Self.text(30 + Double(head.count) * 20)
    lines.append("<text class=\"dim\" x=\"20\" y=\"\(y)\">\(XMLText.escaped(context))</text>")
  }

  /// A coordinate: one decimal place is finer than a dot of any screen.
  static func text(_ number: Double) -> String { Decimal.fixed(number, places: 1) }

  func x(_ moment: UInt64) -> Double {
    let place = PlotColumns.position(
      of: moment, from: history.fromNanoseconds, through: history.throughNanoseconds)
    return left + place * (right - left)
  }

  func y(_ usage: Double) -> Double { bottom - min(1, max(0, usage)) * plotHeight }
}
