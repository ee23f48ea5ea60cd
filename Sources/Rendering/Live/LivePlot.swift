internal import Frames
internal import Pools

/// The time line: usage of one pool in Braille, with its cliff and its capacity as labelled lines, what
/// happened on the axis, and the time below.
struct LivePlot {
  private let state: LiveState
  private let data: LiveData
  private let history: LiveHistory
  private let curve: PlotCurve
  private let style: Style
  private let width: Int
  private let height: Int

  /// The lines: `plotRows` of the plot, the axis, the times.
  static func lines(
    _ key: PoolKey?, _ state: LiveState, _ data: LiveData, _ history: LiveHistory, _ style: Style
  ) -> [LiveLine] {
    let plot = LivePlot(key, state, data, history, style)
    return (0..<plot.height).map { plot.row($0) } + [plot.axis(), plot.times()]
  }

  private init(
    _ key: PoolKey?, _ state: LiveState, _ data: LiveData, _ history: LiveHistory, _ style: Style
  ) {
    let layout = LiveLayout(state)
    self.state = state
    self.data = data
    self.history = history
    self.style = style
    width = layout.plotColumns
    height = layout.plotRows
    curve =
      style.isUnicode
      ? PlotCurve(key, history, width: width * 2, height: height * 4)
      : PlotCurve(key, history, width: width, height: height)
  }

  private struct Cell {
    var character: Character = " "
    var tone = Tone.plain
    var isFree: Bool { character == " " }
  }

  private func row(_ row: Int) -> LiveLine {
    var cells = (0..<width).map { cell($0, row) }
    let isEmpty = curve.last == nil
    // The moment first, so that no label is written across it.
    if state.moment != nil, let column = cursor, cells[column].isFree {
      cells[column] = Cell(character: style.isUnicode ? "│" : "|", tone: .bold)
    }
    for (usage, text, tone) in references where !isEmpty && self.row(of: usage) == row {
      draw(text, tone, into: &cells)
    }
    if isEmpty, row == height / 2 { write("no sample in this stretch of time", into: &cells) }
    var line = LiveLine(style)
    line.addDrawn(gutter(row), width: LiveLayout.gutter, .dim)
    // Pieces of one tone together: fewer bytes for the terminal.
    var index = 0
    while index < cells.count {
      let tone = cells[index].tone
      let run = cells[index...].prefix { $0.tone == tone }
      line.addDrawn(String(run.map(\.character)), width: run.count, tone)
      index += run.count
    }
    return line
  }

  /// What stands in a cell of the plot, `row` from the top.
  private func cell(_ column: Int, _ row: Int) -> Cell {
    guard style.isUnicode else { return asciiCell(column, row) }
    var dots: UInt32 = 0
    var level = VerdictLevel.ok
    for side in 0..<2 {
      guard let (range, its) = curve.columns[column * 2 + side] else { continue }
      for dot in 0..<4 where range.contains((height - 1 - row) * 4 + 3 - dot) {
        dots |= Self.dots[side][dot]
        level = max(level, its)
      }
    }
    guard dots != 0, let scalar = UnicodeScalar(0x2800 + dots) else { return Cell() }
    return Cell(character: Character(scalar), tone: SnapshotPage.tone(level))
  }

  private static let dots: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  private func asciiCell(_ column: Int, _ row: Int) -> Cell {
    let y = height - 1 - row
    guard let (range, level) = curve.columns[column], range.contains(y) else { return Cell() }
    let isEnd = y == range.upperBound || y == range.lowerBound
    return Cell(character: isEnd ? "*" : ":", tone: SnapshotPage.tone(level))
  }

  /// The lines that use is held against: where they are, what they are called.
  private var references: [(usage: Double, text: String, tone: Tone)] {
    guard let pool = curve.last, pool.capacity > 0 else { return [] }
    var lines = [(1.0, "capacity \(Decimal.grouped(pool.capacity))", Tone.dim)]
    if let cliff = pool.cliffAt, cliff < pool.capacity {
      let usage = Double(cliff) / Double(pool.capacity)
      if row(of: usage) != 0 { lines.append((usage, "cliff \(Decimal.grouped(cliff))", .dim)) }
    }
    return lines
  }

  private func draw(_ text: String, _ tone: Tone, into cells: inout [Cell]) {
    for index in cells.indices where cells[index].isFree {
      let dash: Character = style.isUnicode ? "╌" : index % 2 == 0 ? "-" : " "
      cells[index] = Cell(character: dash, tone: tone)
    }
    // The name stands where the line has room for it, preferably on the right.
    let label = Array(" \(text) ")
    guard label.count + 2 <= width else { return }
    let places = (0...(width - label.count - 2)).reversed()
    guard
      let place = places.first(where: { place in
        cells[place..<(place + label.count)].allSatisfy { $0.tone == .dim || $0.isFree }
      })
    else { return }
    for (offset, character) in label.enumerated() {
      cells[place + offset] = Cell(character: character, tone: .dim)
    }
  }

  private func write(_ text: String, into cells: inout [Cell]) {
    let start = max(0, (width - text.count) / 2)
    for (offset, character) in text.enumerated() where start + offset < width {
      cells[start + offset] = Cell(character: character, tone: .dim)
    }
  }

  private func row(of usage: Double) -> Int {
    height - 1 - curve.y(usage) / (style.isUnicode ? 4 : 1)
  }

  private func gutter(_ row: Int) -> String {
    let ticks = height >= 5 ? [1, 0.75, 0.5, 0.25] : [1, 0.5]
    guard let usage = ticks.first(where: { self.row(of: $0) == row }) else {
      return "    " + (style.isUnicode ? "│" : "|")
    }
    let number = "\(Int(usage * 100))%"
    return String(repeating: " ", count: 4 - number.count) + number + (style.isUnicode ? "┤" : "+")
  }

  private var cursor: Int? { state.moment.flatMap { history.column($0, of: width) } }
}

extension LivePlot {
  /// The axis: ticks of time, letters of events, marks of failed connects, the moment shown.
  private func axis() -> LiveLine {
    var cells = [Cell](
      repeating: Cell(character: style.isUnicode ? "─" : "-", tone: .dim), count: width)
    for (column, _) in marks { cells[column].character = style.isUnicode ? "┬" : "+" }
    for frame in history.frames where Self.failures(frame) > 0 {
      guard let column = history.column(frame.takenAtNanoseconds, of: width) else { continue }
      cells[column] = Cell(character: style.isUnicode ? "×" : "x", tone: .bad)
    }
    for event in data.events {
      guard let column = history.column(event.atNanoseconds, of: width) else { continue }
      let letter = Character(LiveWords.letter(event.kind))
      // An alarm that was raised is not hidden by what happened beside it.
      if cells[column].character != "A" {
        cells[column] = Cell(character: letter, tone: event.kind == .alarmRaised ? .bad : .notice)
      }
    }
    var line = LiveLine(style)
    line.addDrawn(style.isUnicode ? "  0%┼" : "  0%+", width: LiveLayout.gutter, .dim)
    for (index, cell) in cells.enumerated() {
      let isCursor = index == cursor && cell.tone == .dim
      let character: Character = isCursor ? (style.isUnicode ? "┴" : "^") : cell.character
      line.addDrawn(String(character), width: 1, isCursor ? .bold : cell.tone)
    }
    return line
  }

  /// Failed connects in the frame's time, as far as anybody counts them.
  static func failures(_ frame: Frame) -> UInt64 {
    frame.counters[.connectFailures]
      ?? UInt64(frame.pools.reduce(0) { $0 + max(0, $1.failures ?? 0) })
  }

  /// The times below the axis.
  private func times() -> LiveLine {
    var line = LiveLine(style)
    let now = "now"
    let isLive = state.moment == nil && !(data.writer?.isArchive ?? true)
    let limit = LiveLayout.gutter + width - (isLive ? now.count + 1 : 0)
    for (column, text) in marks {
      let start = max(LiveLayout.gutter + column - text.count / 2, 0)
      guard start >= line.width + (line.width == 0 ? 0 : 2), start + text.count <= limit else {
        continue
      }
      line.skip(to: start)
      line.add(text, .dim)
    }
    if isLive {
      line.skip(to: LiveLayout.gutter + width - now.count)
      line.add(now, .dim)
    }
    return line
  }

  /// Whole minutes, hours, … of the window: their columns and texts.
  private var marks: [(column: Int, text: String)] {
    let seconds: [UInt64] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
      172_800,
    ]
    let most = UInt64(max(1, width / 13))
    let window = max(1, (history.end - history.start) / 1_000_000_000)
    guard let step = seconds.first(where: { window / $0 <= most }) else { return [] }
    var marks: [(Int, String)] = []
    var second = (history.start / 1_000_000_000 / step + 1) * step
    while second <= history.end / 1_000_000_000 {
      let moment = second * 1_000_000_000
      if let column = history.column(moment, of: width) {
        let clock = String(Timestamp.clock(nanoseconds: moment).prefix(step < 60 ? 8 : 5))
        marks.append((column, step >= 86_400 ? Timestamp.day(moment) : clock))
      }
      second += step
    }
    return marks
  }
}
