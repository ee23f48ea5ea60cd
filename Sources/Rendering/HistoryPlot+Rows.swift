internal import Frames

/// The rows below the large plot, column by column under it.
extension HistoryPlot {
  /// Failed connects in each column, as high as their share of the highest.
  func failureRow() -> String? {
    guard let total = HistorySentences.failures(history), total > 0 else { return nil }
    var counts = [Double?](repeating: nil, count: plotColumns)
    for frame in history.frames {
      guard let failures = frame.counters[.connectFailures] else { continue }
      let column = PlotColumns.index(
        of: frame.takenAtNanoseconds, from: history.fromNanoseconds,
        through: history.throughNanoseconds, count: plotColumns)
      counts[column] = (counts[column] ?? 0) + Double(failures)
    }
    let most = max(1, counts.compactMap { $0 }.max() ?? 1)
    let row = counts.map { count in count.flatMap { $0 > 0 ? $0 / most : nil } }
    let label = style.isUnicode ? "fails│" : "fails|"
    let margin = " " + Decimal.short(total)
    return label + style.paint(Sparkline.text(row, style), .bad) + style.paint(margin, .dim)
  }

  func eventRow() -> String? {
    guard !history.events.isEmpty else { return nil }
    var line = [Character](repeating: " ", count: plotColumns)
    // An alarm is not hidden by lesser things of the same column.
    for event in history.events.sorted(by: { $0.kind.rawValue > $1.kind.rawValue }) {
      let column = PlotColumns.index(
        of: event.atNanoseconds, from: history.fromNanoseconds,
        through: history.throughNanoseconds, count: plotColumns)
      line[column] = EventMark.character(event.kind, style)
    }
    return String(repeating: " ", count: Self.gutter) + String(line) + " events"
  }
}
