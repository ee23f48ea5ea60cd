/// How a page for people looks: width, colour, and which characters the terminal can show.
public struct Style: Hashable, Sendable {
  /// The characters of a line. Facts are never cut; more columns show more of them.
  public var columns: Int
  /// Whether meaning is also shown by colour (it is never shown by colour alone).
  public var isColored: Bool
  /// Whether block characters and arrows may be used, or ASCII alone.
  public var isUnicode: Bool

  /// A style; 80 columns without colour by default.
  public init(columns: Int = 80, isColored: Bool = false, isUnicode: Bool = true) {
    self.columns = columns
    self.isColored = isColored
    self.isUnicode = isUnicode
  }
}

/// What a colour means.
enum Tone {
  case plain
  case dim
  case bold
  case good
  case notice
  case warning
  case bad
  case inverse

  /// The SGR parameters: the sixteen colours that every theme defines.
  var parameters: String? {
    switch self {
    case .plain: nil
    case .dim: "2"
    case .bold: "1"
    case .good: "1;32"
    case .notice: "1;36"
    case .warning: "1;33"
    case .bad: "1;31"
    case .inverse: "7"
    }
  }
}

extension Style {
  /// `text` in a tone, if colours are on.
  func paint(_ text: String, _ tone: Tone) -> String {
    guard isColored, let parameters = tone.parameters, !text.isEmpty else { return text }
    return "\u{1b}[\(parameters)m\(text)\u{1b}[0m"
  }
}
