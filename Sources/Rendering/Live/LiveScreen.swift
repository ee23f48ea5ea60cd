internal import Frames
internal import Pools

/// The picture of `ullage live`: exactly as many lines as the screen has, none wider than it is.
///
///     what is wrong with what is shown, if anything is       banner
///     host · namespace            LIVE · age · Hz · cost     title
///     the verdict: which pool, what is left                  verdict
///     how long, failed, why, who                             facts
///     usage over time, and the selected pool beside it       plot
///     tabs                                                   sort, filter
///     the table, or one pool                                 rows
///     keys                                                   hints
///
/// Every number is a fact of the frame that is shown. Meaning is never shown by colour alone.
public struct LiveScreen {
  var state: LiveState
  let data: LiveData
  let style: Style
  let layout: LiveLayout
  let history: LiveHistory
  var names: Names
  var lines: [LiveLine] = []

  /// The lines, with sequences for colours where the style has them. `names` keeps what was redacted.
  public static func lines(
    _ state: LiveState, _ data: LiveData, style: Style, names: inout Names
  ) -> [String] {
    var style = style
    style.columns = max(0, state.columns)
    var screen = LiveScreen(state, data, style, names)
    screen.write()
    names = screen.names
    return screen.lines.map { $0.text(columns: style.columns) }
  }

  init(_ state: LiveState, _ data: LiveData, _ style: Style, _ names: Names) {
    self.state = state
    self.data = data
    self.style = style
    self.names = names
    layout = LiveLayout(state)
    history = LiveHistory(state, data)
  }

  private mutating func write() {
    writeHead()
    let bottom = state.rows >= 6 ? 1 : 0
    if state.isHelpOpen {
      writeHelp(until: state.rows - bottom)
    } else if state.isRingListOpen {
      writeRings(until: state.rows - bottom)
    } else {
      if layout.plotRows > 0, data.current != nil { writePlot() }
      if data.current == nil { return writeNothing(bottom) }
      writeTabs()
      if state.isDetailOpen {
        writeDetail(until: state.rows - bottom)
      } else {
        writeTable(until: state.rows - bottom)
      }
    }
    finish(bottom)
  }

  /// What to do where there is nothing to be shown.
  private mutating func writeNothing(_ bottom: Int) {
    add("")
    for advice in [
      "ullage collect          collects, for this and other readers",
      "ullage --watch 1        the present, again and again, without a collector",
      "ullage live --ring PATH another ring, or a recording",
    ] {
      add("  \(advice)", .dim)
    }
    finish(bottom)
  }

  /// Fills up or cuts to the screen's height, and puts the hints on the last line.
  private mutating func finish(_ bottom: Int) {
    let height = max(0, state.rows - bottom)
    lines = Array(lines.prefix(height))
    while lines.count < height { lines.append(LiveLine(style)) }
    if bottom > 0 { lines.append(hints) }
  }

  mutating func add(_ text: String, _ tone: Tone = .plain) {
    lines.append(LiveLine(text, tone, style))
  }

  var separator: String { style.isUnicode ? " · " : " | " }
  var dash: String { style.isUnicode ? "–" : "-" }

  /// What a level looks like in a table: what is well needs no colour.
  static func tone(_ level: VerdictLevel) -> Tone {
    level == .ok ? .plain : SnapshotPage.tone(level)
  }

  mutating func writePlot() {
    let key = LiveRows.plotted(state, data, &names)
    var plot = LivePlot.lines(key, state, data, history, style)
    if layout.sideColumns > 0, let key, let frame = data.current,
      let pool = frame.pools.first(where: { $0.key == key })
    {
      let name = LiveLine(Sentences.name(key, &names), .bold, style)
      let side =
        [name]
        + LiveDetail.lines(pool, frame, history, columns: layout.sideColumns, style, &names)
      for index in plot.indices where index < side.count {
        plot[index].skip(to: LiveLayout.gutter + layout.plotColumns + 3)
        plot[index].add(side[index], cells: layout.sideColumns)
      }
    }
    lines += plot
  }

  /// The keys, the most useful first, as many as fit; or what is being typed.
  private var hints: LiveLine {
    var line = LiveLine(style)
    if let prompt = state.replay?.prompt(style) { return prompt }
    if state.isEditingFilter {
      line.add("filter: \(state.filter)", .bold)
      line.add(style.isUnicode ? "▏" : "_", .bold)
      line.add("  Enter keeps it, Esc clears it", .dim)
      return line
    }
    let arrows = style.isUnicode ? ("←/→", "⇧←/→", "↑/↓", "⏎") : ("</>", "sh-</>", "up/dn", "Enter")
    var keys = [
      ("q", "quit"), ("?", "help"), (arrows.0, "time"), ("space", "pause"), ("end", "live"),
      (arrows.2, "select"), (arrows.3, "details"), ("tab", "next tab"), ("/", "filter"),
      ("s", "sort"), ("+/-", "zoom"), (arrows.1, "10 steps"), ("PgUp/PgDn", "60 steps"),
      ("home", "oldest"),
    ]
    if let replay = state.replay { keys = replay.hints((arrows.0, arrows.2, arrows.3)) }
    let (select, open) = state.replay == nil ? (5, 6) : (6, 7)
    if data.rings.count > 1 { keys.insert(("n", "namespace"), at: 8) }
    if state.isRingListOpen {
      keys = [
        ("q", "quit"), ("?", "help"), (arrows.2, "select"), (arrows.3, "show it"), ("Esc", "back"),
      ]
    } else {
      if state.isDetailOpen { keys[select] = (arrows.2, "scroll") }
      if state.isDetailOpen || state.isHelpOpen { keys[open] = ("Esc", "back") }
    }
    for (key, meaning) in keys {
      let width = DisplayWidth.of(key) + 1 + meaning.count
      guard line.width == 0 || line.width + 2 + width <= state.columns else { break }
      if line.width > 0 { line.add("  ") }
      line.add(key, .bold)
      line.add(" \(meaning)", .dim)
    }
    return line
  }
}
