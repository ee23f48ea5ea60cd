internal import Pools

/// The rings that there are, a line each, for people.
public enum RingListPage {
  /// The page of `rings`, in their order.
  public static func text(
    _ rings: [RingSummary], style: Style, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var columns = [
      TextTable.Column(title: "NAMESPACE", limit: max(16, style.columns / 4)),
      .init(title: "VERDICT"), .init(title: "USAGE", alignsRight: true),
      .init(title: "AGE", alignsRight: true),
      .init(title: "TIGHTEST POOL", breaks: true),
    ]
    if style.columns >= 120 { columns.append(.init(title: "FILE")) }
    var table = TextTable(columns)
    for ring in rings {
      let tone: Tone = ring.isStale ? .dim : ring.verdict.map { SnapshotPage.tone($0) } ?? .notice
      let dash = style.isUnicode ? "–" : "-"
      var cells: [(String, Tone)] = [
        (TextWrap.printable(names.namespace(ring.namespace)), .plain),
        (ring.words, tone == .good ? .plain : tone),
        (ring.usage.map { Decimal.percent($0) } ?? dash, .plain),
        (ring.ageNanoseconds.map { Decimal.duration(nanoseconds: $0) } ?? dash, .plain),
        (ring.pool.map { Sentences.name($0, &names) } ?? dash, .plain),
      ]
      if style.columns >= 120 {
        cells.append((TextWrap.printable(names.freeText(ring.path)), .dim))
      }
      table.append(cells.map { (style.isUnicode ? $0.0 : TextWrap.ascii($0.0), $0.1) })
    }
    return Array((table.lines(style).joined(separator: "\n") + "\n").utf8)
  }
}
