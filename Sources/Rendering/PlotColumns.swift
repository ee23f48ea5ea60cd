/// A series brought to the columns of a plot: where there are more points than columns, each column has
/// the least, mean and greatest of its points.
struct PlotColumns {
  /// What stands in one column.
  struct Column {
    /// Its place, from 0.
    var index: Int
    var minimum: Double
    var mean: Double
    var maximum: Double
    /// Whether a line leads here from the column before in the list.
    var isContinued: Bool
  }

  /// The columns that have something, from left to right.
  private(set) var columns: [Column] = []

  /// The points of `series` within `from`…`through` in `count` columns.
  init(_ series: PoolSeries, from: UInt64, through: UInt64, count: Int) {
    var samples = 0.0
    for point in series.points where (from...through).contains(point.atNanoseconds) {
      let index = Self.index(of: point.atNanoseconds, from: from, through: through, count: count)
      if var column = columns.last, index <= column.index {
        // A clock that was set back stays in its column.
        samples += 1
        column.minimum = min(column.minimum, point.minimum)
        column.maximum = max(column.maximum, point.maximum)
        column.mean += (point.mean - column.mean) / samples
        columns[columns.count - 1] = column
      } else {
        samples = 1
        columns.append(
          Column(
            index: index, minimum: point.minimum, mean: point.mean, maximum: point.maximum,
            isContinued: point.isContinued && !columns.isEmpty))
      }
    }
  }

  /// The column of a moment; the first and the last moment have the first and the last one.
  static func index(of moment: UInt64, from: UInt64, through: UInt64, count: Int) -> Int {
    let place = position(of: moment, from: from, through: through)
    return min(count - 1, max(0, Int((place * Double(count - 1)).rounded())))
  }

  /// Where a moment lies between `from` (0) and `through` (1).
  static func position(of moment: UInt64, from: UInt64, through: UInt64) -> Double {
    guard through > from, moment > from else { return 0 }
    return min(1, Double(moment - from) / Double(through - from))
  }
}
