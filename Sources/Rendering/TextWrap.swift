internal import Frames

/// Lines of words, and characters for terminals that have few.
public enum TextWrap {
  /// Our few characters beyond ASCII, for terminals without them.
  static func ascii(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "→": result += "->"
      case "–": result += "-"
      case "·": result += "|"
      case "…": result += "..."
      case "µ": result += "u"
      case "≤": result += "<="
      default: result.append(character.isASCII ? character : "?")
      }
    }
    return result
  }

  /// `text` without what would steer a terminal or turn its lines around: names are not ours.
  public static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(scalar.isSteering ? "?" : scalar) }
    return String(result)
  }

  /// Breaks `text` at blanks into lines of at most `first`, then `width` characters.
  static func lines(_ text: String, first: Int, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let limit = lines.isEmpty ? first : width
      if !line.isEmpty, line.count + 1 + word.count > limit {
        lines.append(line)
        line = String(word)
      } else {
        line += line.isEmpty ? String(word) : " " + word
      }
    }
    return lines + [line]
  }
}
