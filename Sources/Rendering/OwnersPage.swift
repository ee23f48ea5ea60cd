internal import Inet
public import Owners

/// Who holds the ports, as a page for people: the answer first, then the ranking, then what was not seen.
public struct OwnersPage {
  private let ranking: OwnerRanking
  private let style: Style
  private var names: Names
  private var lines: [String] = []

  /// The page's bytes, with a line end after each line: at most `mostOwners` of them.
  public static func text(
    _ ranking: OwnerRanking, host: String, namespace: String, style: Style,
    mostOwners: Int = .max, names: Names = Names()
  ) -> [UInt8] {
    var page = OwnersPage(ranking, style, names)
    page.writeAnswer()
    page.lines.append("")
    page.writeContext(host, namespace)
    page.writeTable(mostOwners)
    page.writeNotes()
    return Array((page.lines.joined(separator: "\n") + "\n").utf8)
  }

  private init(_ ranking: OwnerRanking, _ style: Style, _ names: Names) {
    self.ranking = ranking
    self.style = style
    self.names = names
  }

  private mutating func writeAnswer() {
    guard let first = ranking.owners.first, first.count.ports > 0 else {
      let nobody =
        ranking.ports == 0
        ? "nobody holds a port of \(ranking.range)"
        : "\(count(ranking.ports, "port")) of \(ranking.range) are held, and nobody was found to hold them"
      return append(nobody, .bold)
    }
    let unattributed = ranking.leadingUnattributed.map {
      Sentences.unattributed($0) + "; of the rest "
    }
    let name = names.owner(first.name)
    let bound = first.sample == nil ? "" : "at most "
    let inferred = Sentences.about(first.count, style)
    var answer =
      (unattributed ?? "")
      + "\(name) holds \(bound)\(inferred)\(Decimal.grouped(first.count.ports)) of "
      + "\(count(ranking.range.count, "port")) (\(share(first.count.ports)))"
    if let tuple = first.count.tightest, first.count.tightestPorts > 0 {
      let about = first.sample == nil ? "" : "about "
      answer +=
        ", \(about)\(inferred)\(Decimal.grouped(first.count.tightestPorts)) of them to "
        + names.endpoint(tuple.destination, tuple.port)
    }
    let waiting = first.count.states[.timeWait]
    if waiting > 0 {
      answer += "; \(inferred)\(count(waiting, "socket")) in TIME_WAIT"
    }
    if first.count.inferred > 0 {
      let seen = first.count.sockets - first.count.inferred
      let all = count(first.count.sockets, "socket")
      answer +=
        seen == 0
        ? "; none of its \(all) has an owner any more"
        : "; \(Decimal.grouped(seen)) of its \(all) \(seen == 1 ? "was" : "were") seen"
    }
    append(answer, .bold)
  }

  private mutating func writeContext(_ host: String, _ namespace: String) {
    let separator = style.isUnicode ? " · " : " | "
    let way: String
    switch ranking.method {
    case .rows: way = ""
    case .exact: way = ", \(count(ranking.linksRead, "descriptor"))"
    case .sampled: way = ", \(count(ranking.linksRead, "descriptor")) sampled"
    }
    append(
      [
        names.host(host), "\(names.namespace(namespace)) namespace",
        Timestamp.clock(nanoseconds: ranking.takenAtNanoseconds),
        "read in \(Decimal.duration(nanoseconds: ranking.durationNanoseconds)): "
          + count(ranking.sockets, "\(ranking.transport.name) socket") + way,
      ].joined(separator: separator), .dim)
    append(
      "range \(ranking.range): \(count(ranking.range.count, "port")), "
        + "\(Decimal.grouped(ranking.ports)) held by somebody", .dim)
  }

  private mutating func writeTable(_ mostOwners: Int) {
    let taken = isWide ? 116 : isNarrow ? 40 : 56
    var columns = [
      TextTable.Column(title: title, limit: max(20, style.columns - taken)),
      .init(title: "PORTS", alignsRight: true),
    ]
    if !isNarrow { columns.append(.init(title: "SHARE")) }
    columns += [
      .init(title: isNarrow ? "SHARE" : "", alignsRight: true),
      .init(title: "SOCKETS", alignsRight: true), .init(title: "TIME_WAIT", alignsRight: true),
    ]
    if isWide { columns.append(.init(title: "MOST TO")) }
    var table = TextTable(columns)
    let shown = ranking.owners.prefix(mostOwners)
    for owner in shown {
      let name = names.owner(owner.name) + Sentences.mark(owner)
      table.append(row(name, owner.count, owner.sample))
    }
    if let unseen = ranking.unseen, unseen.sockets > 0 {
      table.append(row("(holder not seen)", unseen, nil))
    }
    if ranking.unknown.sockets > 0 {
      table.append(row("(owner unknown)", ranking.unknown, nil))
    }
    guard !table.isEmpty else { return }
    lines.append("")
    lines += table.lines(style)
    let rest = ranking.owners.dropFirst(shown.count)
    if let most = rest.map(\.count.ports).max() {
      append(
        "… \(count(rest.count, "more owner")), none with more than \(count(most, "port"))", .dim)
    }
    if shown.contains(where: { $0.count.inferred > 0 }) {
      append(Sentences.dividedLegend(isRecalled: ranking.memoryAgeNanoseconds != nil), .dim)
    }
  }

  /// Whether there is room for where most sockets go, whatever their addresses.
  private var isWide: Bool { style.columns >= 140 }
  /// Whether there is no room for bars and bounds.
  private var isNarrow: Bool { style.columns < 80 }

  private var title: String {
    switch ranking.kind {
    case .cgroup: "CGROUP"
    case .process: "PROCESS"
    case .user: "USER"
    }
  }

  private mutating func row(
    _ name: String, _ count: OwnerCount, _ sample: SampledShare?
  ) -> [(String, Tone)] {
    let shareOfRange = Double(count.ports) / Double(ranking.range.count)
    let about = Sentences.about(count, style)
    let atMost = sample == nil ? about : style.isUnicode ? "≤" : "<="
    var sockets = about + Decimal.grouped(count.sockets)
    if let bounds = sample?.bounds, !isNarrow {
      sockets =
        "\(Decimal.grouped(bounds.lowerBound))\(style.isUnicode ? "–" : "-")"
        + Decimal.grouped(bounds.upperBound)
    }
    let waiting = count.states[.timeWait]
    var cells: [(String, Tone)] = [
      (printable(name), .plain), (atMost + Decimal.grouped(count.ports), .plain),
    ]
    if !isNarrow { cells.append((Bar.usage(shareOfRange, width: 8, style), .plain)) }
    cells += [
      (share(count.ports), .plain), (sockets, .plain),
      (waiting == 0 ? dash : about + Decimal.grouped(waiting), .plain),
    ]
    if isWide {
      let tuple = count.tightest.map {
        "\(names.endpoint($0.destination, $0.port)) \(about)\(Decimal.grouped(count.tightestPorts))"
      }
      cells.append((tuple ?? dash, .plain))
    }
    return cells
  }

  private mutating func writeNotes() {
    if ranking.unseen?.sockets ?? 0 > 0 {
      append(Sentences.notSeen, .dim)
    }
    if let shared = ranking.sharedSockets, shared > 0 {
      append(
        "\(count(shared, "socket")) held by several processes: counted for the lowest number", .dim)
    }
    for note in ranking.notes { append("note: \(note.text)", .dim) }
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(Decimal.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  private func share(_ ports: Int) -> String {
    Decimal.percent(Double(ports) / Double(ranking.range.count))
  }

  private var dash: String { style.isUnicode ? "–" : "-" }

  private mutating func append(_ text: String, _ tone: Tone) {
    for line in TextWrap.lines(printable(text), first: style.columns, style.columns) {
      lines.append(style.paint(line, tone))
    }
  }

  /// In characters that the terminal can show and that do nothing to it: names are not ours.
  private func printable(_ text: String) -> String {
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text.replacing("≈", with: "~"))
  }
}
