internal import Frames
internal import Inet
internal import Pools

/// A history as a page for people: what became of it, the tightest pool as a plot over time, the others
/// as rows.
///
///     100 %┤            ⢀⠤⠒     capacity
///      50 %┤┄┄┄┄⢀⠤⠒⠉┄┄┄┄┄┄┄┄    cliff
///       0 %┼──┬─────┬─────┬──
public struct HistoryPlot {
  let history: History
  let style: Style
  let filter: PoolFilter
  let showsAllEvents: Bool
  var names: Names
  var lines: [String] = []

  /// The page's bytes: the first of the `top` tightest pools that `filter` wants is the large one.
  public static func text(
    _ history: History, filter: PoolFilter = PoolFilter(), top: Int = 8, style: Style,
    names: Names = Names(), showsAllEvents: Bool = false
  ) -> [UInt8] {
    var page = HistoryPlot(
      history: history, style: style, filter: filter, showsAllEvents: showsAllEvents, names: names)
    page.write(PoolSeries.ranked(history, filter), most: max(1, top))
    return Array((page.lines.joined(separator: "\n") + "\n").utf8)
  }

  private mutating func write(_ ranked: [PoolRecord], most: Int) {
    let series = PoolSeries.tightest(most, of: ranked, history, filter)
    writeHeadline(series.first)
    guard let first = series.first, !history.frames.isEmpty else { return writeNotes() }
    lines.append("")
    lines += panel(first)
    writePools(series)
    let left = ranked.filter { pool in !series.contains { $0.key == pool.key } }
    if let highest = left.map(\.usageMaximum).max() {
      append("… \(left.count) more pools, none above \(Decimal.percent(highest))", .dim)
    }
    writeEvents()
    writeNotes()
  }

  private mutating func writeHeadline(_ series: PoolSeries?) {
    let level =
      filter.isEmpty
      ? HistorySentences.level(history)
      : history.frames.flatMap(\.pools).filter { filter.includes($0) }.map(\.verdict).max() ?? .ok
    let word =
      history.frames.isEmpty
      ? "NOTHING" : (level?.rawValue ?? Frame.notCountedWords).uppercased()
    let sentence = shown(HistorySentences.headline(series, of: history, &names))
    let wrapped = TextWrap.lines(sentence, first: style.columns - word.count - 2, style.columns - 2)
    let tone = history.frames.isEmpty ? .notice : level.map { SnapshotPage.tone($0) } ?? .notice
    lines.append(style.paint(word, tone) + "  " + style.paint(wrapped[0], .bold))
    lines += wrapped.dropFirst().map { "  " + style.paint($0, .bold) }
    let parts = HistorySentences.context(history, &names).map { shown($0) }
    let separator = style.isUnicode ? " · " : " | "
    var line = ""
    for part in parts {
      if !line.isEmpty, line.count + separator.count + part.count > style.columns {
        append(line, .dim)
        line = ""
      }
      line += line.isEmpty ? part : separator + part
    }
    append(line, .dim)
  }

  private mutating func writePools(_ series: [PoolSeries]) {
    let isWide = style.columns >= 100
    let nameWidth = isWide ? 40 : max(10, style.columns - 50)
    var columns = [TextTable.Column(title: "POOL", limit: nameWidth), .init(title: "USAGE")]
    for title in ["LEAST", "MEAN", "MOST", "LAST"] {
      columns.append(.init(title: title, alignsRight: true))
    }
    if isWide { columns.append(.init(title: "LEFT", alignsRight: true)) }
    var table = TextTable(columns)
    let sparkWidth = isWide ? min(120, style.columns - 96) + 14 : 12
    for pool in series {
      let tone = SnapshotPage.tone(pool.newest.verdict)
      let values = Sparkline.values(pool, of: history, count: sparkWidth)
      var cells: [(String, Tone)] = [
        (shown(Sentences.name(pool.key, &names)), .plain),
        (Sparkline.text(values, style), tone == .good ? .plain : tone),
      ]
      for usage in [pool.minimum, pool.mean, pool.maximum, pool.last] {
        cells.append((Decimal.percent(usage), .plain))
      }
      if isWide { cells.append((Decimal.grouped(pool.newest.headroom.last), .plain)) }
      table.append(cells)
    }
    lines.append("")
    lines += table.lines(style)
  }

  private mutating func writeEvents() {
    guard !history.events.isEmpty else { return }
    let events = showsAllEvents ? history.events[...] : history.events.suffix(5)
    lines.append("")
    lines.append(style.paint("EVENTS", .bold))
    for event in events {
      let text = event.text.isEmpty ? EventMark.words(event.kind) : names.freeText(event.text)
      let mark = EventMark.character(event.kind, style)
      let line = shown("\(HistorySentences.clock(event.atNanoseconds)) \(text)")
      let wrapped = TextWrap.lines(line, first: style.columns - 2, style.columns - 11)
      lines.append("\(mark) " + wrapped[0])
      lines += wrapped.dropFirst().map { String(repeating: " ", count: 11) + $0 }
    }
    let left = history.events.count - events.count
    if left > 0 { append("… \(left) earlier events (--events)", .dim) }
  }

  private mutating func writeNotes() {
    let notes = HistorySentences.notes(history)
    if !notes.isEmpty { lines.append("") }
    for note in notes { append("note: \(note)", .dim) }
  }

  private mutating func append(_ text: String, _ tone: Tone) {
    for line in TextWrap.lines(shown(text), first: style.columns, style.columns) {
      lines.append(style.paint(line, tone))
    }
  }

  /// The text in characters that the terminal can show and that do nothing to it.
  private func shown(_ text: String) -> String {
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text)
  }
}
