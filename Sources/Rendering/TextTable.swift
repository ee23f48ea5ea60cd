/// Rows of cells, aligned; a first cell too wide for its column stands on a line of its own.
struct TextTable {
  /// One column.
  struct Column {
    var title: String
    var alignsRight = false
    /// The widest that the column may grow; nil: as wide as its widest cell.
    var limit: Int?
  }

  private let columns: [Column]
  private var rows: [[(text: String, tone: Tone)]] = []

  init(_ columns: [Column]) { self.columns = columns }

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
    for row in rows {
      if let first = row.first, first.text.count > widths[0] {
        lines.append(style.paint(first.text, first.tone))
        lines.append(line([("", .plain)] + row.dropFirst(), widths, style))
      } else {
        lines.append(line(row, widths, style))
      }
    }
    return lines
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
