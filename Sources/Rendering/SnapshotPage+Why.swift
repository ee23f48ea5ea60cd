internal import Pools

/// The last word of the page: why, in one line, and where there is more.
extension SnapshotPage {
  mutating func writeWhy() {
    guard let finding = snapshot.findings?.first, finding.severity > .info else { return }
    let words = FindingWords(finding, &names)
    // The first clause: the rest is in `ullage explain`.
    let why = words.why.split(separator: ";").first.map(String.init) ?? words.why
    let label = "WHY   "
    let width = style.columns - label.count
    let text = shown("\(words.title): \(why) (ullage explain)")
    lines.append("")
    for (index, line) in TextWrap.lines(text, first: width, width).enumerated() {
      let margin =
        index == 0 ? style.paint(label, .bold) : String(repeating: " ", count: label.count)
      lines.append(margin + line)
    }
  }
}
