internal import Frames

/// Bands, lines and their names.
extension HistorySVG {
  /// Columns of the picture: finer than a dot of a usual screen.
  private static var columnCount: Int { 640 }

  mutating func drawSeries() {
    let plots = series.map {
      PlotColumns(
        $0, from: history.fromNanoseconds, through: history.throughNanoseconds,
        count: Self.columnCount)
    }
    // Data stands above words, and the tightest pool above the others.
    drawBorders()
    for (index, plot) in plots.enumerated().reversed() { drawBand(plot, index) }
    for (index, plot) in plots.enumerated().reversed() { drawLine(plot, index) }
    drawLabels(plots)
  }

  private func x(_ column: PlotColumns.Column) -> String {
    Self.text(left + Double(column.index) / Double(Self.columnCount - 1) * (right - left))
  }

  private func segments(_ plot: PlotColumns) -> [[PlotColumns.Column]] {
    var segments: [[PlotColumns.Column]] = []
    for column in plot.columns {
      if column.isContinued, !segments.isEmpty {
        segments[segments.count - 1].append(column)
      } else {
        segments.append([column])
      }
    }
    return segments
  }

  private mutating func drawBand(_ plot: PlotColumns, _ index: Int) {
    for segment in segments(plot) where segment.contains(where: { $0.maximum > $0.minimum }) {
      let upper = segment.map { "\(x($0)) \(Self.text(y($0.maximum)))" }
      let lower = segment.reversed().map { "\(x($0)) \(Self.text(y($0.minimum)))" }
      lines.append(
        "<path class=\"band b\(index)\" d=\"M\((upper + lower).joined(separator: "L"))Z\"/>")
    }
  }

  private mutating func drawLine(_ plot: PlotColumns, _ index: Int) {
    let paths = segments(plot).map { segment -> String in
      let points = segment.map { "\(x($0)) \(Self.text(y($0.mean)))" }
      // A point alone is a line of no length, whose round ends are a dot.
      return "M" + (points.count == 1 ? points + points : points).joined(separator: "L")
    }
    guard !paths.isEmpty else { return }
    lines.append("<path class=\"line s\(index)\" d=\"\(paths.joined())\"/>")
  }

  /// Capacity, and where the tightest connect pool starts to search.
  private mutating func drawBorders() {
    let cliff = series.compactMap(\.cliff).first
    for (usage, name) in [(1, "capacity"), (cliff, "cliff: every connect searches from here on")] {
      guard let usage else { continue }
      let y = Self.text(y(usage))
      lines.append(
        "<line class=\"border\" x1=\"\(Self.text(left))\" x2=\"\(Self.text(right))\" "
          + "y1=\"\(y)\" y2=\"\(y)\"/>")
      lines.append(
        "<text class=\"dim\" x=\"\(Self.text(left + 6))\" "
          + "y=\"\(Self.text(self.y(usage) - 5))\">\(name)</text>")
    }
  }

  /// The tops of the labels: as near to the ends of their lines as their height allows.
  private func labelTops(_ plots: [PlotColumns]) -> [Double] {
    let wanted = plots.indices.map { index in
      y(plots[index].columns.last?.mean ?? 0) - labels[index].height / 2
    }
    // Ends at one place keep the order of the series, the tightest first.
    let ends = plots.map { y($0.columns.last?.mean ?? 0).rounded() }
    let order = wanted.indices.sorted { (ends[$0], $0) < (ends[$1], $1) }
    var tops = wanted
    var floor = top - 10
    for index in order {
      tops[index] = max(tops[index], floor)
      floor = tops[index] + labels[index].height + 8
    }
    // Pushed below the plot, they move up again as far as there is room.
    var ceiling = bottom + 14
    for index in order.reversed() {
      tops[index] = min(tops[index], ceiling - labels[index].height)
      ceiling = tops[index] - 8
    }
    return tops
  }

  /// Where the lowest label ends.
  var labelsEnd: Double { bottom + 14 }

  private mutating func drawLabels(_ plots: [PlotColumns]) {
    let tops = labelTops(plots)
    for (index, label) in labels.enumerated() {
      guard let last = plots[index].columns.last else { continue }
      let middle = tops[index] + 11, x0 = right + 16
      lines.append(
        "<path class=\"thin s\(index)\" style=\"stroke-dasharray:none\" "
          + "d=\"M\(x(last)) \(Self.text(y(last.mean)))L\(Self.text(right + 6)) "
          + "\(Self.text(y(last.mean)))L\(Self.text(x0)) \(Self.text(middle - 4))\"/>")
      lines.append(
        "<path class=\"line s\(index)\" d=\"M\(Self.text(x0)) \(Self.text(middle - 4))h22\"/>")
      for (row, text) in (label.lines + [label.figures]).enumerated() {
        let style = row == label.lines.count ? " class=\"dim\"" : ""
        lines.append(
          "<text\(style) x=\"\(Self.text(x0 + 28))\" y=\"\(Self.text(middle + Double(row) * 15))\">"
            + "\(XMLText.escaped(text))</text>")
      }
    }
  }
}
