internal import Frames
internal import Inet
internal import Pools

extension ReportChart {
  /// The usage of the report's pools over time, with cliff and capacity.
  static func usage(
    id: String, _ words: ReportWords, _ moments: [ReportMoment], height: Double = 280
  ) -> ReportChart {
    let report = words.report
    var chart = ReportChart(id: id, words, height: height, hasMarks: true)
    let ticks = [0, 25, 50, 75, 100].map { percent in
      ReportAxis.Tick(
        place: Double(percent) / 100, label: percent == 100 ? "" : "\(percent) %", isMinor: false)
    }
    chart.addGrid(ticks)
    let drawn = Array(report.drawnPools.enumerated())
    // The tightest pool lies above the others.
    chart.addPlot(drawn.reversed().flatMap { index, pool in chart.shapes(pool, index) })
    chart.addValueNames(ticks)
    chart.addMoments(moments)
    chart.addBorder(at: 1, "capacity")
    if let pool = report.pools.first, let cliff = pool.cliff, cliff < 0.97 {
      let count = Decimal.grouped(pool.newest.cliffAt ?? 0)
      chart.addBorder(
        at: cliff, "cliff", ": every connect searches from \(count) ports on",
        isLeft: distance(of: pool, to: cliff, atRight: false)
          > distance(of: pool, to: cliff, atRight: true))
    }
    chart.addCursor()
    return chart
  }

  /// How near the pool's line comes to the room above a usage, in the left or the right part of the chart.
  private static func distance(
    of pool: ReportPool, to usage: Double, atRight isRight: Bool
  ) -> Double {
    let part = pool.columns.count * 2 / 5
    let columns = isRight ? pool.columns.suffix(part) : pool.columns.prefix(part)
    return columns.compactMap { $0.map { abs($0.mean - usage - 0.03) } }.min() ?? 1
  }

  /// The band from the least to the greatest usage, and the line of the mean.
  private func shapes(_ pool: ReportPool, _ index: Int) -> [String] {
    var shapes: [String] = []
    for segment in segments(pool) where segment.contains(where: { $1.maximum > $1.minimum }) {
      let upper = segment.map { "\(x($0)) \(y($1.maximum))" }
      let lower = segment.reversed().map { "\(x($0)) \(y($1.minimum))" }
      shapes.append("<path class=\"band p\(index)\" d=\"\(Self.path(upper + lower))Z\"/>")
    }
    let line = segments(pool).map { Self.path($0.map { "\(x($0)) \(y($1.mean))" }) }.joined()
    if !line.isEmpty { shapes.append("<path class=\"line p\(index)\" d=\"\(line)\"/>") }
    return shapes
  }

  /// The columns in which the pool is known, in stretches without gaps.
  private func segments(_ pool: ReportPool) -> [[(Int, ReportPool.Column)]] {
    var segments: [[(Int, ReportPool.Column)]] = []
    var wasKnown = false
    for column in words.report.columns {
      guard let usage = pool.columns[column.index] else {
        wasKnown = false
        continue
      }
      if wasKnown, column.isContinued, !segments.isEmpty {
        segments[segments.count - 1].append((column.index, usage))
      } else {
        segments.append([(column.index, usage)])
      }
      wasKnown = true
    }
    return segments
  }
}
