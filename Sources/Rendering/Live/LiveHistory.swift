internal import Frames
internal import Pools

/// The frames of the time window, divided into columns of equal time.
struct LiveHistory {
  let start: UInt64
  let end: UInt64
  let frames: [Frame]

  init(_ state: LiveState, _ data: LiveData) {
    (start, end) = state.window(data)
    let (start, end) = (start, end)
    frames = data.frames.filter { $0.takenAtNanoseconds > start && $0.takenAtNanoseconds <= end }
  }

  /// The column, of `count`, that a moment falls into; nil outside of the window.
  func column(_ moment: UInt64, of count: Int) -> Int? {
    guard moment >= start, moment <= end, end > start, count > 0 else { return nil }
    let share = Double(moment - start) / Double(end - start)
    return min(count - 1, Int(share * Double(count)))
  }

  /// The highest usage of every pool in each of `count` columns; a value holds until the next sample.
  func usages(columns count: Int) -> [PoolKey: [Double?]] {
    var result: [PoolKey: [Double?]] = [:]
    var previous: Frame?
    for frame in frames {
      guard let column = column(frame.takenAtNanoseconds, of: count) else { continue }
      let first = firstColumn(frame, previous, column, of: count)
      for pool in frame.pools {
        var values = result[pool.key] ?? Array(repeating: nil, count: count)
        for index in first...column {
          values[index] = max(values[index] ?? 0, pool.usageMaximum)
        }
        result[pool.key] = values
      }
      previous = frame
    }
    return result
  }

  /// The maximum of a quantity in each of `count` columns, as a share of the highest of all.
  func gauge(_ name: HostGauge, columns count: Int) -> [Double?] {
    var values: [Double?] = Array(repeating: nil, count: count)
    var previous: Frame?
    for frame in frames {
      guard let column = column(frame.takenAtNanoseconds, of: count) else { continue }
      if let gauge = frame.gauges[name] {
        for index in firstColumn(frame, previous, column, of: count)...column {
          values[index] = max(values[index] ?? 0, Double(gauge.maximum))
        }
      }
      previous = frame
    }
    let top = values.compactMap { $0 }.max() ?? 0
    return values.map { value in value.map { top > 0 ? $0 / top : 0 } }
  }

  /// The first column that a frame's values stand for: after the sample before, unless one is missing.
  private func firstColumn(
    _ frame: Frame, _ previous: Frame?, _ column: Int, of count: Int
  ) -> Int {
    guard let previous, Self.follows(frame, previous),
      let before = self.column(previous.takenAtNanoseconds, of: count)
    else { return column }
    return min(column, before + 1)
  }

  /// Whether nothing is missing between two frames: the later one covers the time since the earlier.
  static func follows(_ frame: Frame, _ previous: Frame) -> Bool {
    guard frame.boot == previous.boot, frame.takenAtNanoseconds > previous.takenAtNanoseconds else {
      return false
    }
    let distance = frame.takenAtNanoseconds - previous.takenAtNanoseconds
    return Double(distance) <= 2.5 * Double(max(frame.spanNanoseconds, previous.spanNanoseconds))
  }
}
