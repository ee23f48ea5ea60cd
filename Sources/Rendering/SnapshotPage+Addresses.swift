internal import Inet
internal import Pools

/// The table of local addresses: the columns of the classic log.
extension SnapshotPage {
  mutating func writeAddresses(_ namespace: NamespaceSnapshot) {
    guard !namespace.addresses.isEmpty else { return }
    let barWidth = style.columns >= 100 ? 20 : 10
    var columns = [
      TextTable.Column(
        title: "ADDRESS", limit: max(17, style.columns - (style.columns >= 100 ? 83 : 60))),
      .init(title: "IN USE", alignsRight: true), .init(title: "CAPACITY", alignsRight: true),
      .init(title: "USAGE"), .init(title: "", alignsRight: true),
      .init(title: "TIME_WAIT", alignsRight: true),
    ]
    if style.columns >= 100 { columns.append(.init(title: "ESTABLISHED", alignsRight: true)) }
    columns.append(.init(title: "LISTEN", alignsRight: true))
    var table = TextTable(columns)
    let shown = namespace.addresses.prefix(mostAddresses)
    for address in shown {
      let states = address.pool.states ?? StateCounts()
      let isTCP = address.pool.key.transport == .tcp
      var cells: [(String, Tone)] = [
        ((isTCP ? "" : "udp ") + names.text(address.address), .plain),
        (Decimal.grouped(address.pool.inUse), .plain),
        (Decimal.grouped(address.pool.capacity), .plain),
        (Bar.usage(address.pool.usage, width: barWidth, style), Self.tone(address.pool.verdict)),
        (Decimal.percent(address.pool.usage), Self.tone(address.pool.verdict)),
        (isTCP ? Decimal.grouped(states[.timeWait]) : dash, .plain),
      ]
      if style.columns >= 100 { cells.append((Decimal.grouped(states[.established]), .plain)) }
      cells.append((address.listeningPorts.map { Decimal.grouped($0) } ?? dash, .plain))
      table.append(cells)
    }
    lines.append("")
    lines += table.lines(style)
    if namespace.addresses.count > shown.count {
      let rest = namespace.addresses.dropFirst(shown.count)
      append(
        "… \(Decimal.grouped(rest.count)) more addresses, none above "
          + Decimal.percent(rest.map(\.pool.usage).max() ?? 0), .dim)
    }
  }

  /// A host may have thousands of addresses; the page shows the fullest, JSON has all.
  private var mostAddresses: Int { 12 }
}
