/// Rows of cells, aligned. A first cell too wide for its column stands on lines of its own, and a list
/// in the last column loses items from its end until the line fits.
struct TextTable {
  /// One column.
  struct Column {
    var title: String
    var alignsRight = false
    /// The widest that the column may grow; nil: as wide as its widest cell.
    var limit: Int?
    /// Whether what a cell has beyond the limit is left out in its middle.
    var cuts = false
    /// Whether cells are lists whose items, separated by two blanks, may be left out from the end.
    var isList = false
    /// Whether a cell of the last column that does not fit stands on a line of its own, under its row.
    var breaks = false
  }

  private let columns: [Column]
  private var rows: [[(text: String, tone: Tone)]] = []

  /// Lines below rows, by the row's place.
  private var notes: [Int: [String]] = [:]

  init(_ columns: [Column]) { self.columns = columns }

  /// Puts a line below the last row, indented by two; nil is none.
  mutating func append(note: String?) {
    if let note { notes[rows.count - 1, default: []].append(note) }
  }

  var isEmpty: Bool { rows.isEmpty }

  mutating func append(_ cells: [(text: String, tone: Tone)]) { rows.append(cells) }

  /// The lines: titles first, two spaces between columns, no blanks at the ends of lines.
  func lines(_ style: Style) -> [String] {
    let widths = columns.indices.map { index in
      let widest = rows.map { $0[index].text.count }.max() ?? 0
      let wanted = max(columns[index].title.count, widest)
      return max(columns[index].title.count, min(wanted, columns[index].limit ?? wanted))
    }
    var lines = [line(columns.map { ($0.title, .bold) }, widths, style)]
    for (place, row) in rows.enumerated() {
      let (row, below) = broken(fitted(cut(row, widths, style), widths, style), widths, style)
      if let first = row.first, first.text.count > widths[0] {
        for (index, part) in TextWrap.lines(first.text, first: style.columns, style.columns - 2)
          .enumerated()
        {
          lines.append((index > 0 ? "  " : "") + style.paint(part, first.tone))
        }
        lines.append(line([("", .plain)] + row.dropFirst(), widths, style))
      } else {
        lines.append(line(row, widths, style))
      }
      lines += below
      for note in notes[place] ?? [] {
        for part in TextWrap.lines(note, first: style.columns - 2, style.columns - 2) {
          lines.append("  " + style.paint(part, .dim))
        }
      }
    }
    return lines
  }

  /// The row with the cells of columns that cut within their limits.
  private func cut(
    _ row: [(text: String, tone: Tone)], _ widths: [Int], _ style: Style
  ) -> [(text: String, tone: Tone)] {
    guard columns.contains(where: \.cuts) else { return row }
    return row.enumerated().map { index, cell in
      columns[index].cuts ? (LiveLine.cut(cell.text, to: widths[index], style), cell.tone) : cell
    }
  }

  /// The row without its last cell where that has no room, and the lines that it then has.
  private func broken(
    _ row: [(text: String, tone: Tone)], _ widths: [Int], _ style: Style
  ) -> (row: [(text: String, tone: Tone)], below: [String]) {
    let room = style.columns - widths.dropLast().reduce(0) { $0 + $1 + 2 }
    guard let last = row.last, columns.last?.breaks == true, last.text.count > room else {
      return (row, [])
    }
    let below = TextWrap.lines(last.text, first: style.columns - 2, style.columns - 2)
      .map { "  " + style.paint($0, last.tone) }
    return (row.dropLast() + [("", .plain)], below)
  }

  /// The row with as many items of its last list as the line has room for; one stays at least.
  private func fitted(
    _ row: [(text: String, tone: Tone)], _ widths: [Int], _ style: Style
  ) -> [(text: String, tone: Tone)] {
    guard let last = row.last, columns.last?.isList == true else { return row }
    let room = style.columns - widths.dropLast().reduce(0) { $0 + $1 + 2 }
    var text = last.text
    while text.count > room, let end = text.lastDoubleBlank { text = String(text[..<end]) }
    return row.dropLast() + [(text, last.tone)]
  }

  private func line(
    _ cells: [(text: String, tone: Tone)], _ widths: [Int], _ style: Style
  ) -> String {
    var text = ""
    var pending = 0
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: max(0, widths[index] - cell.text.count))
      let spaces = String(repeating: " ", count: pending)
      if columns[index].alignsRight {
        text += spaces + padding + style.paint(cell.text, cell.tone)
        pending = 2
      } else if cell.text.isEmpty {
        pending += widths[index] + 2
      } else {
        text += spaces + style.paint(cell.text, cell.tone)
        pending = padding.count + 2
      }
    }
    return text
  }
}

extension String {
  /// Where the last two neighbouring blanks begin.
  fileprivate var lastDoubleBlank: String.Index? {
    var index = endIndex
    while index > startIndex {
      let before = self.index(before: index)
      if index < endIndex, self[before] == " ", self[index] == " " { return before }
      index = before
    }
    return nil
  }
}
