/// A row of characters as high as its values: "▁▂▅█".
enum Sparkline {
  /// Values between 0 and 1, nil where nothing is known; anything above 0 can be seen.
  static func text(_ values: [Double?], _ style: Style) -> String {
    let steps = Array(style.isUnicode ? "▁▂▃▄▅▆▇█" : "_.:-=+*#")
    return String(
      values.map { value -> Character in
        guard let value, value > 0, value.isFinite else {
          return value == nil ? " " : style.isUnicode ? "·" : "."
        }
        return steps[min(steps.count - 1, Int(min(1, value) * Double(steps.count)))]
      })
  }

  /// The greatest usage of `series` in each of `count` stretches of time.
  static func values(_ series: PoolSeries, of history: History, count: Int) -> [Double?] {
    var values = [Double?](repeating: nil, count: count)
    let plot = PlotColumns(
      series, from: history.fromNanoseconds, through: history.throughNanoseconds, count: count)
    var before: PlotColumns.Column?
    for column in plot.columns {
      // Frames may be fewer than characters.
      if let before, column.isContinued {
        for index in before.index..<column.index { values[index] = before.maximum }
      }
      values[column.index] = column.maximum
      before = column
    }
    return values
  }
}
