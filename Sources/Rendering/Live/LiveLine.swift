/// A line of the live screen while it is written: pieces with tones, measured in cells.
struct LiveLine {
  private var pieces: [(text: String, tone: Tone)] = []
  private let style: Style
  /// The cells written so far.
  private(set) var width = 0

  init(_ style: Style) { self.style = style }

  /// A line with one piece.
  init(_ text: String, _ tone: Tone = .plain, _ style: Style) {
    self.style = style
    add(text, tone)
  }

  /// Adds text that may be anybody's: what would steer the terminal is taken out.
  mutating func add(_ text: String, _ tone: Tone = .plain) {
    guard !text.isEmpty else { return }
    let text = Self.clean(text, style)
    pieces.append((text, tone))
    width += DisplayWidth.of(text)
  }

  /// Adds characters of ours, `width` cells of them.
  mutating func addDrawn(_ text: String, width: Int, _ tone: Tone = .plain) {
    guard width > 0 else { return }
    pieces.append((text, tone))
    self.width += width
  }

  /// Adds a cell of exactly `cells`: cut or filled up, to the left or to the right.
  mutating func add(_ text: String, _ tone: Tone = .plain, cells: Int, alignsRight: Bool = false) {
    let text = Self.cut(Self.clean(text, style), to: cells, style)
    let blanks = String(repeating: " ", count: max(0, cells - DisplayWidth.of(text)))
    if alignsRight { addDrawn(blanks, width: blanks.count) }
    addDrawn(text, width: DisplayWidth.of(text), tone)
    if !alignsRight {
      addDrawn(blanks, width: blanks.count, tone == .inverse ? .inverse : .plain)
    }
  }

  /// Blanks up to a column.
  mutating func skip(to column: Int) {
    let count = max(0, column - width)
    addDrawn(String(repeating: " ", count: count), width: count)
  }

  /// Adds the pieces of another line, at most `cells` of them.
  mutating func add(_ line: LiveLine, cells: Int) {
    var left = cells
    for piece in line.pieces where left > 0 {
      let text = Self.prefix(piece.text, left)
      let width = DisplayWidth.of(text)
      addDrawn(text, width: width, piece.tone)
      left -= width
    }
  }

  /// The line's text, at most `columns` wide, without blanks at its end.
  func text(columns: Int) -> String {
    var line = LiveLine(style)
    line.add(self, cells: columns)
    while let last = line.pieces.last, last.tone != .inverse {
      let rest = last.text.trimmedEnd
      line.pieces.removeLast()
      if !rest.isEmpty {
        line.pieces.append((rest, last.tone))
        break
      }
    }
    return line.pieces.map { style.paint($0.text, $0.tone) }.joined()
  }

  /// `text` in characters that the terminal can show and that do nothing to it.
  static func clean(_ text: String, _ style: Style) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return text }
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text)
  }

  /// `text` in at most `cells`: what is left out in its middle is said by an ellipsis.
  static func cut(_ text: String, to cells: Int, _ style: Style) -> String {
    if DisplayWidth.of(text) <= cells { return text }
    let mark = style.isUnicode ? "…" : "..."
    guard cells > mark.count + 2 else { return prefix(text, cells) }
    let room = cells - mark.count
    let end = String(prefix(String(text.reversed()), room / 2).reversed())
    return prefix(text, room - DisplayWidth.of(end)) + mark + end
  }

  private static func prefix(_ text: String, _ cells: Int) -> String {
    if text.utf8.count <= cells { return text }
    var result = ""
    var width = 0
    for character in text {
      width += DisplayWidth.of(String(character))
      if width > cells { break }
      result.append(character)
    }
    return result
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
