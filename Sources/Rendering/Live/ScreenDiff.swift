/// What has to be written so that a terminal shows new lines: those that changed, and nothing else.
public struct ScreenDiff: Sendable {
  private var shown: [String] = []
  private var columns = 0

  /// A terminal that shows nothing known.
  public init() {}

  /// Forgets what the terminal shows: everything is written the next time.
  public mutating func reset() { shown = [] }

  /// The bytes, to be written at once: a synchronized update, so that no half picture is ever seen.
  ///
  /// Empty when nothing has changed. The terminal's automatic wrapping must be off.
  public mutating func bytes(_ lines: [String], columns: Int) -> [UInt8] {
    let isWhole = shown.count != lines.count || columns != self.columns
    var text = isWhole ? "\u{1b}[2J" : ""
    for (index, line) in lines.enumerated() where isWhole || line != shown[index] {
      text += "\u{1b}[\(index + 1);1H\(line)"
      // Behind a full line the cursor still stands on its last cell, which would be erased.
      if DisplayWidth.ofStyled(line) < columns { text += "\u{1b}[K" }
    }
    shown = lines
    self.columns = columns
    return text.isEmpty ? [] : Array("\u{1b}[?2026h\(text)\u{1b}[?2026l".utf8)
  }
}
