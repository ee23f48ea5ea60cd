internal import Frames
internal import Inet
internal import Pools

/// One chart of a report as SVG: a plot as wide as its surroundings, with its words at places in per cent,
/// so that it fits any screen without a script and without making its words small.
///
///     75 % ┈┈┈┈┈┈┈┈┈┈┈┈    grid, and names on it, in pixels and per cent
///          ╱╲╱ paths       1000 units wide, stretched
///     0    40 s   1:20     names of the ticks
struct ReportChart {
  /// How the chart is told apart from others of its page: a prefix of its ids.
  let id: String
  let words: ReportWords
  /// The height of the plot in pixels.
  let height: Double
  private(set) var lines: [String] = []

  /// Room above the plot, for the name of its top, and for marks.
  let top: Double
  /// Room below it, for the names of the ticks of time.
  static let floor = 22.0

  init(id: String, _ words: ReportWords, height: Double, hasMarks: Bool = false) {
    self.id = id
    self.words = words
    self.height = height
    top = hasMarks ? 38 : 18
  }

  /// The whole height.
  var outerHeight: Double { top + height + Self.floor }

  /// The chart with its title and what it shows in words.
  func svg(title: String, description: String) -> String {
    """
    <svg class="chart" role="img" aria-labelledby="\(id)-title \(id)-desc" width="100%" \
    height="\(Self.text(outerHeight))">
    <title id="\(id)-title">\(XMLText.escaped(title))</title>
    <desc id="\(id)-desc">\(XMLText.escaped(description))</desc>
    \(body)
    </svg>
    """
  }

  /// What is in the chart, for a picture that has several.
  var body: String { lines.joined(separator: "\n") }

  mutating func add(_ line: String) { lines.append(line) }

  /// Stretched shapes: x from 0 to 1000, y from 0 (top) to `height`.
  mutating func addPlot(_ shapes: [String]) {
    let height = Self.text(height)
    lines.append(
      "<svg x=\"0\" y=\"\(Self.text(top))\" width=\"100%\" height=\"\(height)\" "
        + "viewBox=\"0 0 1000 \(height)\" preserveAspectRatio=\"none\" aria-hidden=\"true\">")
    lines += shapes
    lines.append("</svg>")
  }

  /// The grid, with the names of values at the left and those of times below.
  mutating func addGrid(_ ticks: [ReportAxis.Tick]) {
    for tick in ticks {
      let y = top + height * (1 - tick.place)
      add(
        "<line class=\"\(tick.place == 0 ? "axis" : "grid")\" x1=\"0\" x2=\"100%\" "
          + "y1=\"\(Self.text(y))\" y2=\"\(Self.text(y))\"/>")
    }
    for tick in ReportAxis.time(words) {
      let x = Self.percent(tick.place), low = Self.text(top + height)
      add(
        "<line class=\"axis\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(low)\" "
          + "y2=\"\(Self.text(top + height + 4))\"/>")
      let anchor = tick.place < 0.04 ? "start" : tick.place > 0.96 ? "end" : "middle"
      add(
        "<text class=\"dim\(tick.isMinor ? " minor" : "")\" text-anchor=\"\(anchor)\" x=\"\(x)\" "
          + "y=\"\(Self.text(top + height + 17))\">\(XMLText.escaped(tick.label))</text>")
    }
    for gap in words.report.gaps { addGap(gap) }
  }

  /// The names of values, above what is drawn.
  mutating func addValueNames(_ ticks: [ReportAxis.Tick]) {
    for tick in ticks where tick.place > 0 {
      add(
        "<text class=\"value\" x=\"0\" y=\"\(Self.text(top + height * (1 - tick.place) - 4))\">"
          + "\(XMLText.escaped(tick.label))</text>")
    }
  }

  /// A dashed line at a value with its name at the right, or at the left beside the axis; where there is
  /// little room without the `rest` of it.
  mutating func addBorder(
    at place: Double, _ name: String, _ rest: String = "", isLeft: Bool = false
  ) {
    guard place.isFinite, (0...1).contains(place) else { return }
    let y = top + height * (1 - place)
    add(
      "<line class=\"border\" x1=\"0\" x2=\"100%\" y1=\"\(Self.text(y))\" y2=\"\(Self.text(y))\"/>"
    )
    add(
      "<text class=\"value\" \(isLeft ? "x=\"48\"" : "text-anchor=\"end\" x=\"100%\"") "
        + "y=\"\(Self.text(y - 4))\">\(XMLText.escaped(name))"
        + (rest.isEmpty ? "" : "<tspan class=\"rest\">\(XMLText.escaped(rest))</tspan>") + "</text>"
    )
  }

  /// Marks above the plot and lines through it: numbers, which the list of moments has too. What is too near
  /// to be told apart shares a mark.
  mutating func addMoments(_ moments: [ReportMoment]) {
    let report = words.report
    var groups: [(place: Double, numbers: ClosedRange<Int>, moments: [ReportMoment])] = []
    for (index, moment) in moments.enumerated() {
      let place = PlotColumns.position(
        of: moment.atNanoseconds, from: report.fromNanoseconds,
        through: report.throughNanoseconds)
      if let last = groups.last, place - last.place < 0.035 {
        groups[groups.count - 1].numbers = last.numbers.lowerBound...(index + 1)
        groups[groups.count - 1].moments.append(moment)
      } else {
        groups.append((place, (index + 1)...(index + 1), [moment]))
      }
    }
    for group in groups {
      let x = Self.percent(group.place),
        (first, last) = (group.numbers.lowerBound, group.numbers.upperBound)
      let label = first == last ? "\(first)" : "\(first)\u{2013}\(last)"
      let width = Double(label.count) * 6.6 + 9.4
      // The ones at the edges stay within the picture.
      let shift = group.place < 0.03 ? 0 : group.place > 0.97 ? -width : -width / 2
      let tone =
        group.moments.contains { $0.kind.tone == "critical" }
        ? "critical" : group.moments.contains { $0.kind.tone == "warning" } ? "warning" : "plain"
      let titles = group.moments.prefix(20).map { "\(words.time($0.atNanoseconds)) \($0.text)" }
      add(
        "<g class=\"moment \(tone)\"><title>"
          + "\(titles.map { XMLText.escaped($0) }.joined(separator: "\n"))</title>"
          + "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"18\" y2=\"\(Self.text(top + height))\"/>"
          + "<rect x=\"\(x)\" y=\"2\" width=\"\(Self.text(width))\" height=\"16\" rx=\"8\" "
          + "transform=\"translate(\(Self.text(shift)) 0)\"/>"
          + "<text text-anchor=\"middle\" x=\"\(x)\" y=\"14\" "
          + "transform=\"translate(\(Self.text(shift + width / 2)) 0)\">\(label)</text></g>")
    }
  }

  /// The line that a script moves.
  mutating func addCursor() {
    add(
      "<line class=\"cursor\" x1=\"0\" x2=\"0\" y1=\"\(Self.text(top))\" "
        + "y2=\"\(Self.text(top + height))\" visibility=\"hidden\"/>")
  }

  private mutating func addGap(_ gap: History.Gap) {
    let report = words.report
    let (start, end) = (
      PlotColumns.position(
        of: gap.from, from: report.fromNanoseconds, through: report.throughNanoseconds),
      PlotColumns.position(
        of: gap.through, from: report.fromNanoseconds, through: report.throughNanoseconds)
    )
    guard end - start > 0.002 else { return }
    add(
      "<rect class=\"gap\" x=\"\(Self.percent(start))\" width=\"\(Self.percent(end - start))\" "
        + "y=\"\(Self.text(top))\" height=\"\(Self.text(height))\"><title>no frames from "
        + "\(words.time(gap.from)) to \(words.time(gap.through))</title></rect>")
  }

  /// The x of a column, in the plot's units.
  func x(_ column: ReportColumn) -> String { x(column.index) }

  /// The x of a column's index, in the plot's units.
  func x(_ index: Int) -> String {
    Self.text(Double(index) / Double(max(1, words.report.columnCount - 1)) * 1000)
  }

  /// The y of a place from 0 to 1, in the plot's units.
  func y(_ place: Double) -> String { Self.text(height * (1 - min(1, max(0, place)))) }

  /// "M0 1L2 3…" through points; one alone is a line of no length, whose round ends are a dot.
  static func path(_ points: [String]) -> String {
    "M" + (points.count == 1 ? points + points : points).joined(separator: "L")
  }

  static func percent(_ place: Double) -> String { Decimal.fixed(place * 100, places: 2) + "%" }

  /// A coordinate: a tenth is finer than a dot.
  static func text(_ number: Double) -> String { Decimal.fixed(number, places: 1) }
}
