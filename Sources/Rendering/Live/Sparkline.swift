/// A history in one line of characters, a cell for each value.
enum Sparkline {
  /// Heights from 0 to 1; nil, where nothing is known, is a blank.
  static func text(_ values: [Double?], _ style: Style) -> String {
    let steps: [Character] =
      style.isUnicode
      ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : ["_", ".", ",", "-", "=", "+", "*", "#"]
    return String(
      values.map { value in
        guard let value, value.isFinite else { return " " }
        return steps[min(steps.count - 1, max(0, Int(value * Double(steps.count))))]
      })
  }
}
