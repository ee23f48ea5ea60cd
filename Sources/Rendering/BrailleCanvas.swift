/// Dots in cells of two by four, as braille patterns; or, in ASCII, a character for the fullest dot.
///
///     0 3      bits of the pattern, added to U+2800
///     1 4
///     2 5
///     6 7
struct BrailleCanvas {
  /// How dark a dot is.
  enum Ink: UInt8 {
    case none = 0
    /// Part of a band.
    case light = 1
    /// Part of a line.
    case full = 2
  }

  /// Cells across.
  let columns: Int
  /// Cells down.
  let rows: Int
  private var dots: [Ink]

  /// An empty canvas.
  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    dots = Array(repeating: .none, count: columns * 2 * rows * 4)
  }

  /// Dots across.
  var width: Int { columns * 2 }
  /// Dots down.
  var height: Int { rows * 4 }

  /// Inks a dot, unless it is darker already; dots outside are dropped.
  mutating func set(_ x: Int, _ y: Int, _ ink: Ink = .full) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let index = y * width + x
    if dots[index].rawValue < ink.rawValue { dots[index] = ink }
  }

  /// The character of a cell; nil when it is empty.
  func character(_ column: Int, _ row: Int, isUnicode: Bool) -> Character? {
    var pattern: UInt32 = 0
    var isFull = false
    for y in 0..<4 {
      for x in 0..<2 {
        let ink = dots[(row * 4 + y) * width + column * 2 + x]
        guard ink != .none else { continue }
        pattern |= 1 << UInt32(y < 3 ? x * 3 + y : 6 + x)
        isFull = isFull || ink == .full
      }
    }
    guard pattern != 0 else { return nil }
    guard isUnicode else { return isFull ? "*" : ":" }
    return UnicodeScalar(0x2800 + pattern).map { Character($0) }
  }
}

extension BrailleCanvas {
  /// Draws usages from 0 (the lowest dots) to 1: a line for the mean, a stippled band around it.
  mutating func draw(_ plot: PlotColumns) {
    var before: PlotColumns.Column?
    for column in plot.columns {
      if let before, column.isContinued, column.index > before.index {
        let steps = Double(column.index - before.index)
        var previous = before
        for index in (before.index + 1)...column.index {
          let part = Double(index - before.index) / steps
          func between(_ left: Double, _ right: Double) -> Double { left + (right - left) * part }
          let step = PlotColumns.Column(
            index: index, minimum: between(before.minimum, column.minimum),
            mean: between(before.mean, column.mean),
            maximum: between(before.maximum, column.maximum), isContinued: true)
          draw(step, after: previous)
          previous = step
        }
      } else {
        draw(column, after: nil)
      }
      before = column
    }
  }

  private mutating func draw(_ column: PlotColumns.Column, after before: PlotColumns.Column?) {
    let x = column.index, mean = y(column.mean)
    for y in y(column.maximum)...y(column.minimum) where (x + y) % 2 == 0 { set(x, y, .light) }
    set(x, mean)
    // A step is drawn as one, without holes.
    guard let before else { return }
    let last = y(before.mean)
    if mean < last - 1 { for y in mean..<last { set(x, y) } }
    if mean > last + 1 { for y in (last + 1)...mean { set(x, y) } }
  }

  /// The dot of a usage, 0 at the top.
  func y(_ usage: Double) -> Int {
    let usage = min(1, max(0, usage))
    // A hair upwards, so that 50.1 % is not taken for another dot than 50 %.
    return max(0, Int(((1 - usage) * Double(height - 1) - 0.03).rounded()))
  }
}
