internal import Inet
internal import Pools
public import Verdicts

/// The verdict on a run for people: the answer, the pool, the rates, the way out, the reasons.
public enum RunVerdictPage {
  /// The lines of `verdict`.
  public static func lines(
    _ verdict: RunVerdict, style: Style, names: Names = Names()
  ) -> [String] {
    var names = names
    let tone: Tone =
      switch verdict.limit {
      case .yes: .bad
      case .no: .good
      case .unknown: .warning
      }
    var lines = paragraph("verdict", RunSentences.verdict(verdict), style, tone)
    if let pool = verdict.pool {
      lines += paragraph("", RunSentences.pool(pool, &names), style)
    }
    for pool in verdict.otherPools.prefix(3) where pool.failures ?? 0 > 0 {
      lines += paragraph("", RunSentences.pool(pool, &names), style)
    }
    if let rates = RunSentences.rates(verdict) { lines += paragraph("", rates, style) }
    if let remedy = RunSentences.remedy(verdict) { lines += paragraph("", remedy, style) }
    for (index, reason) in verdict.reasons.enumerated() {
      lines += paragraph(index == 0 ? "why" : "", RunSentences.reason(reason), style)
    }
    for (index, notice) in verdict.notices.enumerated() {
      let text = names.freeText(TextWrap.printable(notice))
      lines += paragraph(index == 0 ? "whose" : "", text, style)
    }
    return style.isUnicode ? lines : lines.map(TextWrap.ascii)
  }

  /// What was recorded, "run.ullage (600 samples in 12.1 s, 1.1 MB, 1.4 % of a core)", and what shows it.
  public static func recorded(
    _ verdict: RunVerdict, path: String, byteCount: Int, style: Style, names: Names = Names()
  ) -> [String] {
    let path = names.freeText(TextWrap.printable(path))
    let cost = verdict.samplingShare.map { ", \(Decimal.percent($0)) of a core" } ?? ""
    var lines = paragraph(
      "recorded",
      "\(path) (\(RunSentences.count(verdict.sampleCount, "sample")) in "
        + "\(RunSentences.time(verdict.durationSeconds)), "
        + "\(Decimal.short(UInt64(max(0, byteCount))))B\(cost))", style)
    let word = ShellCommand.path(path)
    lines += paragraph("", "ullage report \(word) -o run.html", style)
    lines += paragraph("", "ullage replay \(word) --at worst --hold", style)
    return style.isUnicode ? lines : lines.map(TextWrap.ascii)
  }

  private static let indent = 10

  private static func paragraph(
    _ label: String, _ text: String, _ style: Style, _ tone: Tone = .plain
  ) -> [String] {
    let width = style.columns - indent
    let glued = text.replacing(" %", with: "\u{a0}%")
    return TextWrap.lines(glued, first: width, width).enumerated().map { index, line in
      let head = index == 0 ? label : ""
      return head + String(repeating: " ", count: indent - head.count)
        + style.paint(line.replacing("\u{a0}", with: " "), tone)
    }
  }
}
