internal import Inet
public import Owners

/// Who holds the ports of all network namespaces, as a page for people: the answer, the ranking, what was not
/// seen. Shares are of the range of the owner's own namespace.
public struct HostOwnersPage {
  private let host: HostOwners
  private let style: Style
  private var names: Names
  private var lines: [String] = []

  /// The page's bytes, with a line end after each line: at most `mostOwners` of them.
  public static func text(
    _ host: HostOwners, host name: String, style: Style, mostOwners: Int = .max,
    names: Names = Names()
  ) -> [UInt8] {
    var page = HostOwnersPage(host: host, style: style, names: names)
    page.writeAnswer()
    page.lines.append("")
    page.writeContext(name)
    page.writeTable(mostOwners)
    page.writeNotes()
    return Array((page.lines.joined(separator: "\n") + "\n").utf8)
  }

  private init(host: HostOwners, style: Style, names: Names) {
    self.host = host
    self.style = style
    self.names = names
  }

  private mutating func writeAnswer() {
    guard let first = host.owners.first, first.owner.count.ports > 0 else {
      return append(
        host.ports == 0
          ? "nobody holds a port of any range" + (host.refusedCount > 0 ? " that was seen" : "")
          : "\(count(host.ports, "port")) are held, and nobody was found to hold them", .bold)
    }
    let namespace = host.namespaces[first.namespace]
    append(
      "\(names.owner(first.owner.name)) holds \(Decimal.grouped(first.owner.count.ports)) of "
        + "\(count(namespace.range.count, "port")) (\(share(first))) of the "
        + "\(names.namespace(namespace.name)) namespace", .bold)
  }

  private mutating func writeContext(_ name: String) {
    let links = host.kind == .process ? ", \(count(host.linksRead, "descriptor"))" : ""
    append(
      [
        names.host(name), "\(count(host.namespaces.count, "network namespace")) with sockets",
        Timestamp.clock(nanoseconds: host.takenAtNanoseconds),
        "read in \(Decimal.duration(nanoseconds: host.durationNanoseconds)): "
          + count(host.sockets, "\(host.transport.name) socket") + links,
      ].joined(separator: style.isUnicode ? " · " : " | "), .dim)
    append("\(count(host.ports, "port")) held in all namespaces together", .dim)
  }

  private mutating func writeTable(_ mostOwners: Int) {
    let title =
      switch host.kind {
      case .cgroup: "CGROUP"
      case .process: "PROCESS"
      case .user: "USER"
      }
    var table = TextTable([
      .init(title: title, limit: max(12, (style.columns - 42) / 2)),
      .init(title: "NAMESPACE", limit: max(9, (style.columns - 42) / 2), cuts: true),
      .init(title: "PORTS", alignsRight: true), .init(title: "SHARE", alignsRight: true),
      .init(title: "SOCKETS", alignsRight: true), .init(title: "TIME_WAIT", alignsRight: true),
    ])
    let shown = host.owners.prefix(mostOwners)
    for owner in shown {
      table.append(
        row(
          names.owner(owner.owner.name), names.namespace(host.namespaces[owner.namespace].name),
          share(owner), owner.owner.count))
    }
    for (name, counts) in [
      ("(holder not seen)", host.namespaces.compactMap(\.unseen)),
      ("(owner unknown)", host.namespaces.map(\.unknown)),
    ] {
      let sum = HostOwnersDocument.sum(counts)
      if sum.sockets > 0 { table.append(row(name, dash, dash, sum)) }
    }
    guard !table.isEmpty else { return }
    lines.append("")
    lines += table.lines(style)
    let rest = host.owners.dropFirst(shown.count)
    if let most = rest.map(\.owner.count.ports).max() {
      append(
        "… \(count(rest.count, "more owner")), none with more than \(count(most, "port"))", .dim)
    }
    if shown.contains(where: { $0.owner.count.inferred > 0 }) {
      append(
        "≈ TIME_WAIT and orphans have no owner any more: they count for the owners of living "
          + "sockets to the same destination, in proportion", .dim)
    }
  }

  private func row(
    _ name: String, _ namespace: String, _ share: String, _ count: OwnerCount
  ) -> [(String, Tone)] {
    let waiting = count.states[.timeWait]
    let mark = count.inferred == 0 ? "" : style.isUnicode ? "≈" : "~"
    return [
      (printable(name), .plain), (printable(namespace), .plain),
      (Decimal.grouped(count.ports), .plain), (share, .plain),
      (Decimal.grouped(count.sockets), .plain),
      (waiting == 0 ? dash : mark + Decimal.grouped(waiting), .plain),
    ]
  }

  private mutating func writeNotes() {
    if let shared = host.sharedSockets, shared > 0 {
      append(
        "\(count(shared, "socket")) held by several processes: counted for the lowest number", .dim)
    }
    for note in host.notes { append("note: \(note.text)", .dim) }
  }

  private func share(_ owner: HostOwners.Owner) -> String {
    Decimal.percent(
      Double(owner.owner.count.ports) / Double(host.namespaces[owner.namespace].range.count))
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(Decimal.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  private var dash: String { style.isUnicode ? "–" : "-" }

  private mutating func append(_ text: String, _ tone: Tone) {
    for line in TextWrap.lines(printable(text), first: style.columns, style.columns) {
      lines.append(style.paint(line, tone))
    }
  }

  private func printable(_ text: String) -> String {
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text.replacing("≈", with: "~"))
  }
}
