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
    let unattributed = host.leadingUnattributed.map {
      Sentences.unattributed($0) + "; of the rest "
    }
    let about = Sentences.about(first.owner.count, style)
    append(
      (unattributed ?? "") + "\(names.owner(first.owner.name)) holds "
        + "\(about)\(Decimal.grouped(first.owner.count.ports)) of "
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
          names.owner(owner.owner.name) + Sentences.mark(owner.owner),
          names.namespace(host.namespaces[owner.namespace].name),
          share(owner), owner.owner.count))
    }
    appendUnattributed("(holder not seen)", \.unseen, to: &table)
    appendUnattributed("(owner unknown)", { $0.unknown }, to: &table)
    guard !table.isEmpty else { return }
    lines.append("")
    lines += table.lines(style)
    let rest = host.owners.dropFirst(shown.count)
    if let most = rest.map(\.owner.count.ports).max() {
      append(
        "… \(count(rest.count, "more owner")), none with more than \(count(most, "port"))", .dim)
    }
    if shown.contains(where: { $0.owner.count.inferred > 0 }) {
      append(Sentences.dividedLegend(isRecalled: host.memoryAgeNanoseconds != nil), .dim)
    }
  }

  /// The namespaces with most sockets that are in no owner's line, and the others together.
  private mutating func appendUnattributed(
    _ name: String, _ count: (HostOwners.Namespace) -> OwnerCount?, to table: inout TextTable
  ) {
    let found = host.namespaces.compactMap { namespace in
      count(namespace).flatMap { $0.sockets > 0 ? (namespace: namespace, count: $0) : nil }
    }.sorted { ($0.count.sockets, $1.namespace.name) > ($1.count.sockets, $0.namespace.name) }
    let alone = found.count > Self.mostUnattributed ? Self.mostUnattributed - 1 : found.count
    for one in found.prefix(alone) {
      let share = Decimal.percent(
        Double(one.count.ports) / Double(one.namespace.range.count))
      table.append(row(name, names.namespace(one.namespace.name), share, one.count))
    }
    let rest = found.dropFirst(alone)
    if rest.isEmpty { return }
    let sum = HostOwnersDocument.sum(rest.map(\.count))
    table.append(row(name, "\(Decimal.grouped(rest.count)) others", dash, sum))
  }

  /// The most lines for what is in no owner's.
  private static var mostUnattributed: Int { 5 }

  private func row(
    _ name: String, _ namespace: String, _ share: String, _ count: OwnerCount
  ) -> [(String, Tone)] {
    let waiting = count.states[.timeWait]
    let mark = Sentences.about(count, style)
    return [
      (printable(name), .plain), (printable(namespace), .plain),
      (mark + Decimal.grouped(count.ports), .plain), (share, .plain),
      (mark + Decimal.grouped(count.sockets), .plain),
      (waiting == 0 ? dash : mark + Decimal.grouped(waiting), .plain),
    ]
  }

  private mutating func writeNotes() {
    if host.namespaces.contains(where: { $0.unseen?.sockets ?? 0 > 0 }) {
      append(Sentences.notSeen, .dim)
    }
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
