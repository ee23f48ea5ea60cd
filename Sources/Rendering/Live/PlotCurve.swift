internal import Frames
internal import Pools

/// The usage of one pool over the time window, as dots on a grid: y 0 is no use, the top is all of it.
struct PlotCurve {
  /// Dots across and up.
  let width: Int
  let height: Int
  /// In each column of dots, those that are set and what they mean; nil: nothing is known.
  private(set) var columns: [(range: ClosedRange<Int>, level: VerdictLevel)?]
  /// The newest record of the pool in the window.
  private(set) var last: PoolRecord?

  init(_ key: PoolKey?, _ history: LiveHistory, width: Int, height: Int) {
    self.width = width
    self.height = height
    columns = Array(repeating: nil, count: width)
    guard let key else { return }
    var previous: (frame: Frame, column: Int, y: Int)?
    for frame in history.frames {
      guard let column = history.column(frame.takenAtNanoseconds, of: width) else { continue }
      guard let pool = frame.pools.first(where: { $0.key == key }) else {
        previous = nil
        continue
      }
      last = pool
      let y = self.y(pool.usage)
      var range = y...max(y, self.y(pool.usageMaximum))
      if let before = previous, LiveHistory.follows(frame, before.frame) {
        // The last value holds until here, and a line leads to this one.
        for index in min(column, before.column + 1)..<max(column, before.column + 1) {
          set(before.y...before.y, index, pool.verdict)
        }
        range = min(range.lowerBound, before.y)...max(range.upperBound, before.y)
      }
      set(range, column, pool.verdict)
      previous = (frame, column, y)
    }
  }

  /// The row of dots for a usage.
  func y(_ usage: Double) -> Int {
    Int((min(1, max(0, usage)) * Double(height - 1)).rounded())
  }

  private mutating func set(_ range: ClosedRange<Int>, _ column: Int, _ level: VerdictLevel) {
    guard columns.indices.contains(column) else { return }
    guard let old = columns[column] else {
      columns[column] = (range, level)
      return
    }
    let lower = min(old.range.lowerBound, range.lowerBound)
    columns[column] = (
      lower...max(old.range.upperBound, range.upperBound), max(old.level, level)
    )
  }
}
