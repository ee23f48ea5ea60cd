/// Fields of RFC 4180: quoted where they have to be, lines ended by a line feed.
enum CSVField {
  /// `text` as a field.
  static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return text }
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
