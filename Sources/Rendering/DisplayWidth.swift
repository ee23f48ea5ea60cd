/// How many cells of a terminal a text takes.
///
/// Where terminals differ (a variation selector, ambiguous symbols) the larger number is taken, or 1.
enum DisplayWidth {
  /// The cells of `text`, which has no control sequences in it.
  static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  /// The cells of `text`, which may have sequences that select colours.
  static func ofStyled(_ text: String) -> Int {
    var width = 0
    var isInSequence = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1b}" { isInSequence = true }
      if !isInSequence { width += of(scalar) }
      if scalar == "m" { isInSequence = false }
    }
    return width
  }

  /// The cells of one scalar: 0 for marks that stand on others, 2 for wide ones.
  static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.value < 0x20 || scalar.value == 0x7f ? 0 : 1 }
    // Arrows, boxes, blocks and Braille: what we draw with.
    if (0x2190...0x22ff).contains(scalar.value) { return 1 }
    if (0x2500...0x25fc).contains(scalar.value) { return 1 }
    if (0x2800...0x28ff).contains(scalar.value) { return 1 }
    // The one that asks for an emoji makes a narrow sign wide, in some terminals.
    if scalar.value == 0xfe0f { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Source: Unicode's EastAsianWidth.txt, W and F, in coarse ranges.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf,
    0x4e00...0x9fff, 0xa000...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
    0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18dff,
    0x1aff0...0x1b2ff, 0x1f200...0x1f2ff, 0x1f300...0x1f64f, 0x1f680...0x1f6ff,
    0x1f900...0x1faff, 0x20000...0x3fffd,
  ]
}
