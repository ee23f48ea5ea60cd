/// The same picture as a page: once, for a pipe or a pager, with all tables one below the other.
extension LiveScreen {
  /// The lines of the newest moment in `data`, none wider than the style has columns; at most `mostRows` rows of
  /// each table. `names` keeps what was redacted.
  public static func page(
    _ data: LiveData, windowNanoseconds: UInt64, filter: String, mostRows: Int, style: Style,
    names: inout Names
  ) -> [String] {
    // As high a plot as on a screen of 30 lines.
    var state = LiveState(columns: style.columns, rows: 30)
    state.windowNanoseconds = windowNanoseconds
    state.filter = filter
    var screen = LiveScreen(state, data, style, names)
    screen.writeHead()
    if data.current != nil {
      screen.writePlot()
      for tab in LiveTab.allCases { screen.writeSection(tab, mostRows) }
    }
    names = screen.names
    return screen.lines.map { $0.text(columns: style.columns) }
  }

  private mutating func writeSection(_ tab: LiveTab, _ mostRows: Int) {
    state.tab = tab
    guard let frame = data.current else { return }
    let rows = LiveRows.list(state, data, &names)
    let count = count(tab).map { " \($0)" } ?? ""
    lines.append(LiveLine(style))
    lines.append(LiveLine("\(tab.name.uppercased())\(count)", .bold, style))
    guard !rows.isEmpty else { return add("  \(nothing(frame))", .dim) }
    let shown = Array(rows.prefix(mostRows))
    let (table, cells) = table(frame, shown)
    lines.append(table.header)
    for cells in cells { lines.append(table.row(cells, isSelected: false)) }
    if rows.count > shown.count { add("  \(rows.count - shown.count) more", .dim) }
  }
}
