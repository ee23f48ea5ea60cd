internal import Frames
internal import Pools

/// The large plot: one pool's usage over time, with its borders.
extension HistoryPlot {
  static var gutter: Int { 6 }
  private static var margin: Int { 11 }

  var plotColumns: Int { max(8, style.columns - Self.gutter - Self.margin) }

  func panel(_ series: PoolSeries) -> [String] {
    var canvas = BrailleCanvas(columns: plotColumns, rows: style.columns >= 120 ? 16 : 12)
    canvas.draw(
      PlotColumns(
        series, from: history.fromNanoseconds, through: history.throughNanoseconds,
        count: canvas.width))
    let labels = marginLabels(series, canvas)
    let cliffRow = series.cliff.map { canvas.y($0) / 4 }
    var lines = (0..<canvas.rows).map { row in
      var cells = (0..<canvas.columns).map { column -> (Character, Tone) in
        if let dots = canvas.character(column, row, isUnicode: style.isUnicode) {
          return (dots, SnapshotPage.tone(series.newest.verdict))
        }
        let isBorder = row == 0 || row == cliffRow
        return (isBorder ? style.isUnicode ? "┄" : "-" : " ", .dim)
      }
      write(emptyStretches(canvas), row: row, of: canvas, over: &cells)
      return gutterText(row, canvas) + painted(cells) + style.paint(labels[row] ?? "", .dim)
    }
    lines.append(axis())
    if let failed = failureRow() { lines.append(failed) }
    if let events = eventRow() { lines.append(events) }
    lines.append(timeLabels())
    return lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// "100 %┤" where a quarter lies in this row.
  private func gutterText(_ row: Int, _ canvas: BrailleCanvas) -> String {
    for percent in [100, 75, 50, 25] where canvas.y(Double(percent) / 100) / 4 == row {
      let text = "\(percent)%"
      return String(repeating: " ", count: Self.gutter - 1 - text.count) + text
        + (style.isUnicode ? "┤" : "|")
    }
    return String(repeating: " ", count: Self.gutter - 1) + (style.isUnicode ? "│" : "|")
  }

  /// What stands right of the plot: its borders, and where the line ends.
  private func marginLabels(_ series: PoolSeries, _ canvas: BrailleCanvas) -> [Int: String] {
    var labels = [0: " capacity"]
    if let cliff = series.cliff {
      labels[canvas.y(cliff) / 4, default: " cliff"] = " cliff \(Int((cliff * 100).rounded()))%"
    }
    guard let last = series.points.last,
      last.atNanoseconds == history.newestNanoseconds
    else { return labels }
    let row = canvas.y(last.last) / 4
    let text = (style.isUnicode ? "◂" : "<") + Decimal.percent(last.last)
    for place in [row, row + 1, row - 1] where labels[place] == nil && place < canvas.rows {
      labels[place] = text
      break
    }
    return labels
  }

  /// Columns without frames: between frames, before the first and after the last.
  private func emptyStretches(_ canvas: BrailleCanvas) -> [Range<Int>] {
    let (from, through) = (history.fromNanoseconds, history.throughNanoseconds)
    guard let first = history.frames.first, let last = history.frames.last else { return [] }
    let begin = first.takenAtNanoseconds - min(first.takenAtNanoseconds, first.spanNanoseconds)
    let stretches =
      [(from, max(from, begin))] + history.gaps.map { ($0.from, $0.through) }
      + [(last.takenAtNanoseconds, through)]
    return stretches.compactMap { begin, end in
      func column(_ moment: UInt64) -> Int {
        PlotColumns.index(of: moment, from: from, through: through, count: canvas.columns)
      }
      let start = begin <= from ? 0 : column(begin) + 1
      let stop = end >= through ? canvas.columns : column(end)
      return stop - start >= 2 ? start..<stop : nil
    }
  }

  private func write(
    _ stretches: [Range<Int>], row: Int, of canvas: BrailleCanvas,
    over cells: inout [(Character, Tone)]
  ) {
    let words = Array("no frames")
    for stretch in stretches {
      for index in stretch where canvas.character(index, row, isUnicode: true) == nil {
        cells[index] = (" ", .plain)
      }
      guard row == canvas.rows / 2, stretch.count >= words.count + 2 else { continue }
      let start = stretch.lowerBound + (stretch.count - words.count) / 2
      for (offset, character) in words.enumerated() { cells[start + offset] = (character, .dim) }
    }
  }

  private func painted(_ cells: [(Character, Tone)]) -> String {
    guard style.isColored else { return String(cells.map(\.0)) }
    var text = "", run = "", tone = Tone.plain
    for cell in cells {
      if cell.1 != tone {
        text += style.paint(run, tone)
        (run, tone) = ("", cell.1)
      }
      run.append(cell.0)
    }
    return text + style.paint(run, tone)
  }

  private var ticks: [(column: Int, label: String)] {
    TimeAxis(
      from: history.fromNanoseconds, through: history.throughNanoseconds, atMost: plotColumns / 10
    ).ticks.map { tick in
      (
        PlotColumns.index(
          of: tick.atNanoseconds, from: history.fromNanoseconds,
          through: history.throughNanoseconds, count: plotColumns), tick.label
      )
    }
  }

  private func axis() -> String {
    var line = [Character](repeating: style.isUnicode ? "─" : "-", count: plotColumns)
    let canvas = BrailleCanvas(columns: plotColumns, rows: 1)
    for stretch in emptyStretches(canvas) {
      for index in stretch { line[index] = style.isUnicode ? "╌" : "." }
    }
    for tick in ticks { line[tick.column] = style.isUnicode ? "┬" : "+" }
    return "   0%" + (style.isUnicode ? "┼" : "+") + String(line)
  }

  private func timeLabels() -> String {
    var line = [Character](repeating: " ", count: plotColumns)
    var end = -1
    for tick in ticks {
      let label = Array(tick.label)
      let start = min(max(0, tick.column - label.count / 2), plotColumns - label.count)
      guard start > end else { continue }
      for (offset, character) in label.enumerated() { line[start + offset] = character }
      end = start + label.count
    }
    let text = String(repeating: " ", count: Self.gutter) + String(line) + " UTC"
    return style.paint(text, .dim)
  }
}
