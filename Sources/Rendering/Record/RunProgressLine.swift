internal import Inet
internal import Pools
public import Verdicts

/// How a recording goes, in one line of a terminal.
public enum RunProgressLine {
  /// "recording 12.3 s · 615 samples · 10.0.0.5 → 10.1.2.3:443 54.1 % · 2,402 connects/s · 0 failed", as
  /// much of it as fits.
  public static func text(_ verdict: RunVerdict, style: Style, names: Names = Names()) -> String {
    var names = names
    var parts = [
      "recording \(Decimal.fixed(verdict.durationSeconds, places: 1)) s",
      RunSentences.count(verdict.sampleCount, "sample"),
    ]
    if let failures = verdict.failures { parts.append("\(Decimal.grouped(failures.total)) failed") }
    if let pool = verdict.pool {
      parts.append(
        "\(Sentences.name(pool.key, &names)) \(Decimal.percent(pool.usageMaximum)) at most")
    }
    if let rate = verdict.achievedPerSecond {
      parts.append("\(PlanNumber.number(rate)) connects/s")
    }
    var text = parts[0]
    for part in parts.dropFirst() {
      // One column is left free: a full line wraps.
      guard text.count + 3 + part.count < style.columns else { break }
      text += " · \(part)"
    }
    return style.isUnicode ? text : TextWrap.ascii(text)
  }
}
