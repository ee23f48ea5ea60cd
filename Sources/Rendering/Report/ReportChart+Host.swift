internal import Frames
internal import Pools

extension ReportChart {
  /// Connects a second as a line, failed ones as bars; nil when neither is known.
  static func connects(
    id: String, _ words: ReportWords, height: Double = 130
  ) -> ReportChart? {
    let report = words.report
    let rates = report.columns.map { $0.connectsPerSecond }
    let failed = report.columns.map { column -> Double? in
      guard let failures = column.failures, failures > 0 else { return nil }
      let span = max(1, column.connectSpanNanoseconds)
      return column.connectSpanNanoseconds == 0
        ? Double(failures) : Double(failures) * 1e9 / Double(span)
    }
    guard rates.contains(where: { $0 != nil }) || report.failures != nil else { return nil }
    let sustainable = report.pools.first?.newest.forecast.sustainablePerSecond.map { Double($0) }
    let most = (rates + failed).compactMap { $0 }.max() ?? 0
    let near = sustainable.flatMap { $0.isFinite && $0 < most * 4 ? $0 : nil } ?? 0
    var chart = ReportChart(id: id, words, height: height)
    let (top, ticks) = ReportAxis.values(upTo: max(most, near))
    chart.addGrid(ticks)
    chart.addPlot(chart.bars(failed, top) + chart.line(rates, top))
    chart.addValueNames(ticks)
    if near > 0 {
      chart.addBorder(
        at: near / top, "sustainable", " for the tightest pool: \(LiveWords.rate(near))")
    }
    chart.addCursor()
    return chart
  }

  /// Sockets by state, stacked; nil when no state is known.
  static func states(
    id: String, _ words: ReportWords, height: Double = 180
  ) -> ReportChart? {
    let report = words.report
    let known = report.columns.filter { $0.states.contains { $0 != nil } }
    let sums = known.map { $0.states.reduce(0) { $0 + ($1 ?? 0) } }
    guard let most = sums.max() else { return nil }
    var chart = ReportChart(id: id, words, height: height)
    let (top, ticks) = ReportAxis.values(upTo: most)
    chart.addGrid(ticks)
    var shapes: [String] = []
    var floor = [Double](repeating: 0, count: known.count)
    for state in ReportState.allCases {
      let values = known.map { $0.states[state.rawValue] ?? 0 }
      guard values.contains(where: { $0 > 0 }) else { continue }
      let ceiling = zip(floor, values).map { $0 + $1 }
      shapes += chart.area(known, from: floor, to: ceiling, top, "st\(state.rawValue)")
      floor = ceiling
    }
    chart.addPlot(shapes)
    chart.addValueNames(ticks)
    chart.addCursor()
    return chart
  }

  /// The states that occur, for the legend.
  static func statesShown(_ report: Report) -> [ReportState] {
    ReportState.allCases.filter { state in
      report.columns.contains { ($0.states[state.rawValue] ?? 0) > 0 }
    }
  }

  private func area(
    _ columns: [ReportColumn], from floor: [Double], to ceiling: [Double], _ top: Double,
    _ name: String
  ) -> [String] {
    var shapes: [String] = []
    var start = 0
    for index in columns.indices {
      let isLast = index + 1 == columns.count || !columns[index + 1].isContinued
      guard isLast else { continue }
      let range = start...index
      let upper = range.map { "\(x(columns[$0])) \(y(ceiling[$0] / top))" }
      let lower = range.reversed().map { "\(x(columns[$0])) \(y(floor[$0] / top))" }
      shapes.append("<path class=\"area \(name)\" d=\"\(Self.path(upper + lower))Z\"/>")
      start = index + 1
    }
    return shapes
  }

  private func line(_ values: [Double?], _ top: Double) -> [String] {
    var paths: [[String]] = []
    var wasKnown = false
    for (column, value) in zip(words.report.columns, values) {
      guard let value else {
        wasKnown = false
        continue
      }
      let point = "\(x(column)) \(y(value / top))"
      if wasKnown, column.isContinued, !paths.isEmpty {
        paths[paths.count - 1].append(point)
      } else {
        paths.append([point])
      }
      wasKnown = true
    }
    guard !paths.isEmpty else { return [] }
    return ["<path class=\"line rate\" d=\"\(paths.map { Self.path($0) }.joined())\"/>"]
  }

  private func bars(_ values: [Double?], _ top: Double) -> [String] {
    let width = Self.text(max(1.2, 1000 / Double(max(1, words.report.columnCount))))
    let bars = zip(words.report.columns, values).compactMap { column, value -> String? in
      guard let value else { return nil }
      let bar = Self.text(max(1.5, value / top * height))
      return "M\(x(column)) \(Self.text(height))v-\(bar)h\(width)v\(bar)Z"
    }
    return bars.isEmpty ? [] : ["<path class=\"fail\" d=\"\(bars.joined())\"/>"]
  }
}
