internal import Frames
internal import Inet
internal import Kernel
internal import Pools

/// A history as rows: one a frame, with the tightest pool in it.
public enum HistoryTable {
  /// The table's bytes.
  public static func text(
    _ history: History, filter: PoolFilter = PoolFilter(), style: Style, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var table = TextTable(columns(style))
    var last = ["TIGHTEST POOL"]
    func append(_ row: (cells: [(String, Tone)], last: String)) {
      table.append(row.cells)
      last.append(row.last)
    }
    for (index, frame) in history.frames.enumerated() {
      if index > 0, let gap = history.gaps.first(where: { $0.through == frame.takenAtNanoseconds })
      {
        append(row(of: gap, style))
      }
      append(row(of: frame, filter, style, &names))
    }
    let notes = HistorySentences.notes(history).flatMap { note in
      TextWrap.lines("note: " + note, first: style.columns, style.columns)
        .map { style.paint(style.isUnicode ? $0 : TextWrap.ascii($0), .dim) }
    }
    let lines =
      zip(table.lines(style), last).flatMap { joined($0, $1, style) }
      + (notes.isEmpty ? [] : [""] + notes)
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func columns(_ style: Style) -> [TextTable.Column] {
    var columns: [TextTable.Column] = [
      .init(title: style.columns >= 100 ? "TIME (UTC)" : "UTC"), .init(title: "VERDICT"),
      .init(title: "IN USE", alignsRight: true),
    ]
    if style.columns >= 100 {
      columns += [
        .init(title: "TIME_WAIT", alignsRight: true), .init(title: "FAILED", alignsRight: true),
      ]
    }
    columns += [
      .init(title: "LEAST", alignsRight: true), .init(title: "MOST", alignsRight: true),
      .init(title: "LAST", alignsRight: true),
    ]
    return columns
  }

  private static func row(
    of frame: Frame, _ filter: PoolFilter, _ style: Style, _ names: inout Names
  ) -> (cells: [(String, Tone)], last: String) {
    let isWide = style.columns >= 100
    let tightest = frame.pools.filter { filter.includes($0) }.min { $0.isTighter(than: $1) }
    let level = frame.countedVerdict.map { filter.isEmpty ? $0 : tightest?.verdict ?? .ok }
    let dash = style.isUnicode ? "–" : "-"
    func last(_ name: HostGauge) -> String {
      frame.gauges[name].map { Decimal.grouped($0.last) } ?? dash
    }
    var cells: [(String, Tone)] = [
      (moment(frame.takenAtNanoseconds, style), .plain),
      (level?.rawValue ?? "not counted", level.map { SnapshotPage.tone($0) } ?? .notice),
      (last(.tcpPortsInUse), .plain),
    ]
    if isWide {
      let failed = frame.counters[.connectFailures].map { Decimal.grouped($0) } ?? dash
      cells += [(last(.timeWait), .plain), (failed, .plain)]
    }
    guard let tightest else {
      return (cells + Array(repeating: (dash, Tone.plain), count: 3), dash)
    }
    let usage = PoolUsage(tightest)
    cells += [usage.minimum, usage.maximum, usage.last].map { (Decimal.percent($0), .plain) }
    let name = Sentences.name(tightest.key, &names)
    return (cells, style.isUnicode ? name : TextWrap.ascii(name))
  }

  private static func row(
    of gap: History.Gap, _ style: Style
  ) -> (cells: [(String, Tone)], last: String) {
    let dash = style.isUnicode ? "–" : "-"
    let seconds = (gap.through - gap.from) / 1_000_000_000
    let span = TimeSpan(nanoseconds: seconds * 1_000_000_000)
    let count = columns(style).count
    let cells =
      [(moment(gap.from, style), Tone.dim), ("no frames", .notice)]
      + Array(repeating: (dash, Tone.dim), count: count - 2)
    return (cells, "for \(span)")
  }

  /// The line with its last cell, which stands on lines of its own where it has no room.
  private static func joined(_ line: String, _ last: String, _ style: Style) -> [String] {
    let width = columnsShown(line)
    if width + 2 + last.count <= style.columns { return ["\(line)  \(last)"] }
    return [line]
      + TextWrap.lines(last, first: style.columns - 10, style.columns - 10).map {
        String(repeating: " ", count: 10) + $0
      }
  }

  /// The characters of a line, without those that set colours.
  private static func columnsShown(_ line: String) -> Int {
    var count = 0, isEscape = false
    for character in line {
      if character == "\u{1b}" { isEscape = true }
      if !isEscape { count += 1 }
      if isEscape, character == "m" { isEscape = false }
    }
    return count
  }

  private static func moment(_ nanoseconds: UInt64, _ style: Style) -> String {
    style.columns >= 100
      ? Timestamp.seconds(nanoseconds: nanoseconds) : HistorySentences.clock(nanoseconds)
  }
}
