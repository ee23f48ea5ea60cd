internal import Inet
internal import Pools

/// Several namespaces on one page: a line each, the tightest first, before what is to be told of a few.
extension SnapshotPage {
  /// Whether there is more than one namespace to tell of.
  var hasManyNamespaces: Bool { snapshot.namespaces.count + snapshot.uncounted.count > 1 }

  /// The namespaces that get their own part of the page: the tightest, and all that are not well, three at
  /// most. `--netns NAME` shows one alone.
  var detailedNamespaces: [NamespaceSnapshot] {
    guard hasManyNamespaces else { return snapshot.namespaces }
    let isUnwell = { (namespace: NamespaceSnapshot) in Verdict([namespace]).level > .ok }
    let unwell = snapshot.namespaces.filter(isUnwell).count
    return Array(snapshot.namespaces.prefix(min(3, max(1, unwell))))
  }

  mutating func writeNamespaces() {
    guard hasManyNamespaces else { return }
    let separator = style.isUnicode ? " · " : " | "
    let total = snapshot.namespaces.count + snapshot.uncounted.count
    lines.append("")
    append(
      [
        names.host(snapshot.host),
        "\(Decimal.grouped(total)) network namespaces, "
          + "\(Decimal.grouped(snapshot.namespaces.count)) counted",
        Timestamp.clock(nanoseconds: snapshot.takenAtNanoseconds),
        "\(Decimal.grouped(snapshot.cost.rows)) sockets read in "
          + Decimal.duration(nanoseconds: snapshot.durationNanoseconds),
      ].joined(separator: separator), .dim)
    writeTotals()
    writeNamespaceTable()
    writeUncounted()
  }

  /// The sums over all of them.
  private mutating func writeTotals() {
    let totals = snapshot.totals
    var ports = Decimal.grouped(totals.tcpPortsInUse)
    if let most = totals.tcpPortsInUseMaximum {
      if most > totals.tcpPortsInUse {
        ports += "\(style.isUnicode ? "–" : "-")\(Decimal.grouped(most))"
      }
    } else {
      ports = "at least \(ports)"
    }
    var parts = [
      (totals.notVisible > 0 ? "in all that could be looked into: " : "in all: ")
        + "\(Decimal.grouped(totals.tcpSockets)) TCP sockets"
        + (totals.timeWait > 0 ? " (\(Decimal.grouped(totals.timeWait)) TIME_WAIT)" : ""),
      "\(ports) TCP ports in use",
    ]
    if let sockets = totals.udpSockets { parts.append("\(Decimal.grouped(sockets)) UDP sockets") }
    if let failures = totals.connectFailures {
      let bound = totals.failureNamespaces < totals.namespaces ? "at least " : ""
      parts.append("\(bound)\(Decimal.grouped(failures)) failed connects in 60 s")
    }
    append(parts.joined(separator: style.isUnicode ? " · " : " | "), .dim)
  }

  private mutating func writeNamespaceTable() {
    let isWide = style.columns >= 100, isVeryWide = style.columns >= 140
    var columns = [TextTable.Column(title: "NAMESPACE", limit: max(16, style.columns / 5))]
    if isVeryWide { columns.append(.init(title: "RANGE")) }
    columns += [
      .init(title: "SOCKETS", alignsRight: true),
      .init(title: style.isUnicode ? "LEFT ≤" : "LEFT <=", alignsRight: true),
    ]
    if isWide { columns.append(.init(title: "USAGE")) }
    columns += [
      .init(title: isWide ? "" : "USAGE", alignsRight: true),
      .init(title: "TIGHTEST POOL", breaks: true),
    ]
    var table = TextTable(columns)
    let listed = snapshot.namespaces.prefix(mostNamespaces)
    for namespace in listed {
      let pool = Verdict([namespace]).pool
      let tone = pool.map { Self.tone($0.verdict) } ?? .plain
      let sockets = namespace.tcp.sockets + (namespace.udp?.sockets ?? 0)
      var cells: [(String, Tone)] = [(shown(names.namespace(namespace.name)), .plain)]
      if isVeryWide { cells.append((shown("\(namespace.space.range)"), .plain)) }
      cells += [
        (Decimal.grouped(sockets), .plain),
        (pool.map { Decimal.grouped($0.headroom) } ?? dash, tone == .good ? .plain : tone),
      ]
      if isWide { cells.append((Bar.usage(pool?.usage ?? 0, width: 10, style), tone)) }
      cells += [
        (Decimal.percent(pool?.usage ?? 0), tone), (pool.map { name($0) } ?? dash, .plain),
      ]
      table.append(cells)
    }
    lines.append("")
    lines += table.lines(style)
    let rest = snapshot.namespaces.dropFirst(listed.count)
    guard !rest.isEmpty else { return }
    append(
      "… \(Decimal.grouped(rest.count)) more counted, none with a pool above "
        + Decimal.percent(rest.map(\.usageMaximum).max() ?? 0), .dim)
  }

  /// What was not counted, in one line; what could not be looked into, in another.
  private mutating func writeUncounted() {
    let bounded = snapshot.uncounted.filter { $0.usageMaximum != nil && $0.refusal == nil }
    if !bounded.isEmpty {
      let most = bounded.compactMap(\.usageMaximum).max() ?? 0
      let more = bounded.count == 1 ? "namespace" : "namespaces"
      let none = bounded.count == 1 ? "which cannot" : "none of which can"
      append(
        "… \(Decimal.grouped(bounded.count)) more \(more), \(none) have a pool above "
          + "\(Decimal.percent(most)): not counted", .dim)
    }
    let refused = snapshot.uncounted.count - bounded.count
    if refused > 0 {
      append(
        "… \(Decimal.grouped(refused)) that could not be looked into, of which nothing is said",
        .warning)
    }
  }

  /// A host may have hundreds; the page shows the tightest, JSON has all.
  private var mostNamespaces: Int { 20 }
}
