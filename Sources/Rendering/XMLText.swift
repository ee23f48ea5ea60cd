/// Text in XML: escaped, and without characters that no document may have.
enum XMLText {
  /// `text` as the content of an element or of a quoted attribute.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in TextWrap.printable(text).unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "\u{fffe}", "\u{ffff}": result.append("?")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
