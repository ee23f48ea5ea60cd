/// The text of an event, as somebody sent it: made fit for a line of a log and for a screen.
public enum EventText {
  /// The most bytes of a mark.
  public static let markByteCountMax = 200
  /// The most bytes that an event has room for.
  public static let byteCountMax = 512

  /// The text of `bytes`: what is no UTF-8 is U+FFFD; control and format characters, which a terminal would
  /// obey, and line breaks are blanks; cut between characters. Nil where nothing is left.
  public static func cleaned(_ bytes: some Sequence<UInt8>, byteCountMax: Int) -> String? {
    var text = ""
    var byteCount = 0
    var isBlank = true
    for scalar in String(decoding: Array(bytes.prefix(4096)), as: UTF8.self).unicodeScalars {
      if isHarmful(scalar) || scalar.properties.isWhitespace {
        isBlank = true
        continue
      }
      let gap = isBlank && !text.isEmpty ? 1 : 0
      let length = gap + UTF8.width(scalar)
      guard byteCount + length <= byteCountMax else { break }
      if gap > 0 { text.append(" ") }
      text.unicodeScalars.append(scalar)
      byteCount += length
      isBlank = false
    }
    return text.isEmpty ? nil : text
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .surrogate, .privateUse, .unassigned: true
    default: scalar.isSteering
    }
  }
}
