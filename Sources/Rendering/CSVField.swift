/// Fields of RFC 4180: quoted where they have to be, lines ended by a line feed.
enum CSVField {
  /// `text` as a field, without what would end its line or steer a terminal.
  static func quoted(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) && $0 != 0x22 && $0 != 0x2c }) {
      return text
    }
    let text = TextWrap.printable(text)
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2c }) else { return text }
    var result = "\""
    for character in text.unicodeScalars {
      if character == "\"" { result += "\"" }
      result.unicodeScalars.append(character)
    }
    return result + "\""
  }

  /// A line of fields, with its end.
  static func line(_ fields: [String]) -> String {
    fields.map { quoted($0) }.joined(separator: ",") + "\n"
  }
}
