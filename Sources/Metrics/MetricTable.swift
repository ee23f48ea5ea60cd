/// What all families are, for people: the table of the documentation.
public enum MetricTable {
  /// One row a family, as Markdown.
  public static var markdown: String {
    var rows = [["Name", "Type", "Labels", "Unit", "Meaning", "Series at most"]]
    rows.append(rows[0].map { _ in "---" })
    for family in MetricFamily.allCases {
      let labels = family.scope.labels.map { "`\($0)`" }.joined(separator: " ")
      rows.append([
        "`\(family.sampleName)`", family.kind.rawValue, labels, family.unit ?? "",
        family.meaning, family.scope.bound,
      ])
    }
    return rows.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }
}
