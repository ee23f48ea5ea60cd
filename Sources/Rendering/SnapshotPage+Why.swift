internal import Pools

/// The last word of the page: why, in one line, and where there is more.
extension SnapshotPage {
  mutating func writeWhy() {
    guard let finding = snapshot.findings?.first, finding.severity > .info else { return }
    let words = FindingWords(finding, &names)
    lines.append("")
    append("WHY   \(words.title): \(words.why) (ullage explain)", .plain)
  }
}
