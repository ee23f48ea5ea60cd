internal import Pools

/// The list of rings: which network namespaces are collected, and how they are.
extension LiveScreen {
  mutating func writeRings(until height: Int) {
    add("NAMESPACES  Enter shows one, at the same moment; Esc goes back", .bold)
    let shown = data.rings.map { names.namespace($0.namespace) }
    let pools = data.rings.map { ring in ring.pool.map { Sentences.name($0, &names) } ?? dash }
    let table = LiveTable(
      [
        .init(title: "NAMESPACE", width: 16, rank: 0, alignsRight: false),
        .init(title: "VERDICT", width: 15, rank: 0, alignsRight: false),
        .init(title: "USAGE", width: 7, rank: 1),
        .init(title: "AGE", width: 8, rank: 3),
        .init(
          title: "TIGHTEST POOL", width: 20, rank: 2, alignsRight: false,
          growth: 60),
      ], names: shown, least: 16, total: state.columns, style)
    lines.append(table.header)
    let room = max(0, height - lines.count)
    let selected = state.ringPlace(data) ?? 0
    let offset = max(0, min(selected - room / 2, data.rings.count - room))
    for index in offset..<min(data.rings.count, offset + room) {
      let ring = data.rings[index]
      let tone: Tone = ring.isStale ? .dim : ring.verdict.map { Self.tone($0) } ?? .notice
      let mark = ring.path == data.ring ? " (shown)" : ""
      lines.append(
        table.row(
          [
            (shown[index] + mark, .plain), (ring.words, tone),
            (ring.usage.map { Decimal.percent($0) } ?? dash, tone),
            (
              ring.ageNanoseconds.map { LiveWords.span(seconds: Double($0) / 1e9) } ?? dash, .plain
            ),
            (pools[index], .plain),
          ], isSelected: index == selected))
    }
  }
}
