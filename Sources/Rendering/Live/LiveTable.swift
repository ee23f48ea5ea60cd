/// A table of the live screen: as many columns as fit, the most important first, one line a row.
struct LiveTable {
  /// One column.
  struct Column {
    var title: String
    var width: Int
    /// What has to go first when the screen is narrow: the highest.
    var rank: Int
    var alignsRight = true
    /// How much wider it may grow where there is room.
    var growth = 0
  }

  /// A cell and what it means; `make` is asked with the width that its column has got.
  typealias Cell = (text: String, tone: Tone)

  private let columns: [Column]
  private let widths: [Int?]
  private let style: Style

  /// A table whose first column is the name: at least `least` wide, and as wide as the widest of `names`
  /// where columns of rank 0 and 1 leave room.
  init(_ columns: [Column], names: [String], least: Int = 20, total: Int, _ style: Style) {
    self.style = style
    let widest = names.map { DisplayWidth.of(LiveLine.clean($0, style)) }.max() ?? 0
    let required = columns.dropFirst().filter { $0.rank <= 1 }.reduce(0) { $0 + $1.width + 2 }
    let wanted = max(widest, DisplayWidth.of(columns[0].title))
    let name = max(min(wanted, max(least, total - 2 - required)), 1)
    var left = total - 2 - name
    var widths = columns.map { _ in Int?.none }
    widths[0] = name
    for index in columns.indices.dropFirst().sorted(by: { columns[$0].rank < columns[$1].rank }) {
      guard left >= columns[index].width + 2 else { break }
      widths[index] = columns[index].width
      left -= columns[index].width + 2
    }
    for index in columns.indices where columns[index].growth > 0 {
      guard let width = widths[index] else { continue }
      let more = min(columns[index].growth, max(0, left))
      widths[index] = width + more
      left -= more
    }
    self.columns = columns
    self.widths = widths
  }

  /// The width of a column; nil where it does not fit.
  func width(_ title: String) -> Int? {
    columns.firstIndex { $0.title == title }.flatMap { widths[$0] }
  }

  /// The titles.
  var header: LiveLine {
    var line = LiveLine(style)
    line.addDrawn("  ", width: 2)
    for (column, width) in zip(columns, widths) {
      guard let width else { continue }
      if line.width > 2 { line.addDrawn("  ", width: 2) }
      line.add(column.title, .dim, cells: width, alignsRight: column.alignsRight)
    }
    return line
  }

  /// A row; there is one cell for each column, shown or not.
  func row(_ cells: [Cell], isSelected: Bool) -> LiveLine {
    var line = LiveLine(style)
    let marker = style.isUnicode ? "▸ " : "> "
    line.addDrawn(isSelected ? marker : "  ", width: 2, isSelected ? .bold : .plain)
    for index in columns.indices {
      guard let width = widths[index] else { continue }
      if line.width > 2 { line.addDrawn("  ", width: 2) }
      let tone = index == 0 && isSelected ? Tone.inverse : cells[index].tone
      line.add(cells[index].text, tone, cells: width, alignsRight: columns[index].alignsRight)
    }
    return line
  }
}
