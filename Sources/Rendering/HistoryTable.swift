internal import Frames
internal import Inet
internal import Pools

/// A history as rows: one a frame, with the tightest pool in it.
public enum HistoryTable {
  /// The table's bytes.
  public static func text(
    _ history: History, filter: PoolFilter = PoolFilter(), style: Style, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var table = TextTable(columns(style))
    for (index, frame) in history.frames.enumerated() {
      if index > 0, let gap = history.gaps.first(where: { $0.through == frame.takenAtNanoseconds })
      {
        table.append(row(of: gap, style))
      }
      table.append(row(of: frame, filter, style, &names))
    }
    let notes = HistorySentences.notes(history).flatMap { note in
      TextWrap.lines("note: " + note, first: style.columns, style.columns)
        .map { style.paint(style.isUnicode ? $0 : TextWrap.ascii($0), .dim) }
    }
    let lines = table.lines(style) + (notes.isEmpty ? [] : [""] + notes)
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
      .init(title: "LAST", alignsRight: true), .init(title: "TIGHTEST POOL"),
    ]
    return columns
  }

  private static func row(
    of frame: Frame, _ filter: PoolFilter, _ style: Style, _ names: inout Names
  ) -> [(String, Tone)] {
    let isWide = style.columns >= 100
    let tightest = frame.pools.filter { filter.includes($0.key) }.min { $0.isTighter(than: $1) }
    let level = filter.isEmpty ? frame.verdict : tightest?.verdict ?? .ok
    let dash = style.isUnicode ? "–" : "-"
    func last(_ name: HostGauge) -> String {
      frame.gauges[name].map { Decimal.grouped($0.last) } ?? dash
    }
    var cells: [(String, Tone)] = [
      (moment(frame.takenAtNanoseconds, style), .plain),
      (level.rawValue, SnapshotPage.tone(level)), (last(.tcpPortsInUse), .plain),
    ]
    if isWide {
      let failed = frame.counters[.connectFailures].map { Decimal.grouped($0) } ?? dash
      cells += [(last(.timeWait), .plain), (failed, .plain)]
    }
    guard let tightest else { return cells + Array(repeating: (dash, Tone.plain), count: 4) }
    let usage = PoolUsage(tightest)
    cells += [usage.minimum, usage.maximum, usage.last].map { (Decimal.percent($0), .plain) }
    let name = Sentences.name(tightest.key, &names)
    return cells + [(style.isUnicode ? name : TextWrap.ascii(name), .plain)]
  }

  private static func row(of gap: History.Gap, _ style: Style) -> [(String, Tone)] {
    let dash = style.isUnicode ? "–" : "-"
    let seconds = (gap.through - gap.from) / 1_000_000_000
    let span = TimeSpan(nanoseconds: seconds * 1_000_000_000)
    let count = columns(style).count
    return [(moment(gap.from, style), Tone.dim), ("no frames", .notice)]
      + Array(repeating: (dash, Tone.dim), count: count - 3)
      + [("for \(span)", .dim)]
  }

  private static func moment(_ nanoseconds: UInt64, _ style: Style) -> String {
    style.columns >= 100
      ? Timestamp.seconds(nanoseconds: nanoseconds) : HistorySentences.clock(nanoseconds)
  }
}
