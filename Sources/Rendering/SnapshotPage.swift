internal import Inet
public import Pools

/// The snapshot as a page for people: the verdict first, then the space, addresses, pools.
///
/// 80 columns show what decides; more columns show more facts, never the same ones wider apart.
public struct SnapshotPage {
  private let snapshot: Snapshot
  private let style: Style
  private let mostPools: Int
  private var names: Names
  private var lines: [String] = []

  /// The page's bytes, with a line end after each line.
  ///
  /// `mostPools` bounds the connect pools that are shown of those in the snapshot.
  public static func text(
    _ snapshot: Snapshot, style: Style, names: Names = Names(), mostPools: Int = .max
  ) -> [UInt8] {
    var page = SnapshotPage(snapshot, style, names, mostPools)
    page.write()
    return Array((page.lines.joined(separator: "\n") + "\n").utf8)
  }

  private init(_ snapshot: Snapshot, _ style: Style, _ names: Names, _ mostPools: Int) {
    self.snapshot = snapshot
    self.style = style
    self.names = names
    self.mostPools = mostPools
  }

  private mutating func write() {
    writeVerdict()
    if snapshot.verdict.level == .ok, isQuiet { return writeNotes() }
    for namespace in snapshot.namespaces {
      lines.append("")
      writeContext(namespace)
      writeAddresses(namespace)
      writeConnectPools(namespace)
      writeSharedPools(namespace)
    }
    writeNotes()
  }

  /// Whether there is nothing to tell but the verdict.
  private var isQuiet: Bool {
    snapshot.namespaces.allSatisfy { namespace in
      namespace.poolTotals[.connect, default: 0] == 0
        && namespace.pools.allSatisfy { $0.usage < 0.01 }
    }
  }

  private mutating func writeVerdict() {
    let level = snapshot.verdict.level
    let word = level.rawValue.uppercased()
    let sentence = Sentences.verdict(snapshot, &names)
    let wrapped = Self.wrap(sentence, first: style.columns - word.count - 2, style.columns - 2)
    lines.append(style.paint(word, Self.tone(level)) + "  " + style.paint(wrapped[0], .bold))
    lines += wrapped.dropFirst().map { "  " + style.paint($0, .bold) }
  }

  private mutating func writeContext(_ namespace: NamespaceSnapshot) {
    let separator = style.isUnicode ? " · " : " | "
    let name = names.namespace(namespace.name)
    append(
      [
        names.host(snapshot.host), "\(name) namespace",
        Timestamp.clock(nanoseconds: namespace.countedAtNanoseconds),
        "\(Decimal.grouped(snapshot.cost.rows)) sockets read in "
          + Decimal.duration(nanoseconds: snapshot.durationNanoseconds),
      ].joined(separator: separator), .dim)
    let space = namespace.space
    var blocked = "at least \(Decimal.grouped(space.blocked.count)) blocked"
    if !space.blocked.isEmpty {
      let shown = space.blocked.prefix(5).map(String.init).joined(separator: ", ")
      blocked += " (\(shown)\(space.blocked.count > 5 ? ", …" : ""))"
    }
    append(
      "range \(space.range): \(Decimal.grouped(space.range.count)) ports, "
        + "\(Decimal.grouped(space.reserved.count)) reserved, \(blocked)", .dim)
    if let reuse = reuseSentence(namespace.settings) { append(reuse, .dim) }
  }

  private func reuseSentence(_ settings: [Setting]) -> String? {
    func value(_ key: String) -> Int? { settings.first { $0.key == key }?.value }
    guard let mode = value("tcp_tw_reuse") else { return nil }
    let delay = Decimal.fixed(Double(value("tcp_tw_reuse_delay_ms") ?? 1000) / 1000, places: 3)
    let rule =
      switch (mode, value("tcp_timestamps") ?? 1) {
      case (_, 0), (0, _): "a port waits 60 s in TIME_WAIT (no reuse)"
      case (1, _): "a port in TIME_WAIT may be taken over after \(delay) s"
      default: "TIME_WAIT 60 s; between loopback addresses taken over after \(delay) s"
      }
    let buckets = value("tcp_max_tw_buckets").map { ", \(Decimal.grouped($0)) at most" } ?? ""
    return "\(rule)\(buckets) (tcp_tw_reuse \(mode))"
  }

  private mutating func append(_ text: String, _ tone: Tone) {
    for line in Self.wrap(text, first: style.columns, style.columns) {
      lines.append(style.paint(style.isUnicode ? line : Self.ascii(line), tone))
    }
  }

  private mutating func writeNotes() {
    // What holds on every host is in the documentation; what is special here is said.
    let usual: Set = ["blocked_lower_bound", "not_visible", "no_collector", "owners_not_collected"]
    let special = snapshot.flags.filter { !usual.contains($0.id) }
    if !special.isEmpty { lines.append("") }
    for flag in special { append("note: \(flag.text)", .dim) }
  }
}

extension SnapshotPage {
  private mutating func writeAddresses(_ namespace: NamespaceSnapshot) {
    guard !namespace.addresses.isEmpty else { return }
    let barWidth = style.columns >= 100 ? 20 : 12
    var columns = [
      TextTable.Column(title: "ADDRESS", limit: max(20, style.columns - 67)),
      .init(title: "IN USE", alignsRight: true), .init(title: "CAPACITY", alignsRight: true),
      .init(title: "USAGE"), .init(title: "", alignsRight: true),
      .init(title: "TIME_WAIT", alignsRight: true),
    ]
    if style.columns >= 100 { columns.append(.init(title: "ESTABLISHED", alignsRight: true)) }
    columns.append(.init(title: "LISTENING", alignsRight: true))
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

  private var dash: String { style.isUnicode ? "–" : "-" }

  private mutating func writeConnectPools(_ namespace: NamespaceSnapshot) {
    let connects = namespace.pools.filter { $0.key.kind == .connect }
    let shown = connects.prefix(mostPools)
    guard !shown.isEmpty else { return }
    let isWide = style.columns >= 100, isVeryWide = style.columns >= 140
    var columns = [
      TextTable.Column(title: "TIGHTEST POOLS", limit: max(30, style.columns - (isVeryWide ? 110 : isWide ? 80 : 52)))
    ]
    if isWide { columns.append(.init(title: "IN USE", alignsRight: true)) }
    if isVeryWide {
      columns.append(.init(title: "RECLAIMABLE", alignsRight: true))
      columns.append(.init(title: "CLIFF AT", alignsRight: true))
    }
    columns += [
      .init(title: style.isUnicode ? "LEFT ≤" : "LEFT <=", alignsRight: true),
      .init(title: "USAGE"), .init(title: "", alignsRight: true), .init(title: "STATES"),
    ]
    var table = TextTable(columns)
    for pool in shown {
      let states = pool.states ?? StateCounts()
      var cells: [(String, Tone)] = [(name(pool), .plain)]
      if isWide { cells.append((Decimal.grouped(pool.inUse), .plain)) }
      if isVeryWide {
        cells.append((Decimal.grouped(pool.reclaimable), .plain))
        cells.append((pool.cliffAt.map { Decimal.grouped($0) } ?? dash, .plain))
      }
      let tone = Self.tone(pool.verdict)
      cells += [
        (Decimal.grouped(pool.headroom), tone == .good ? .plain : tone),
        (Bar.mix(states, usage: pool.usage, width: isWide ? 20 : 10, style), tone),
        (Decimal.percent(pool.usage), tone), (mixText(states), .plain),
      ]
      table.append(cells)
    }
    lines.append("")
    lines += table.lines(style)
    writeRemainder(namespace, shown: shown.count, of: connects)
    let legend = Bar.legend(shown.compactMap(\.states), style)
    if !legend.isEmpty { append(legend, .dim) }
  }

  private mutating func writeRemainder(
    _ namespace: NamespaceSnapshot, shown: Int, of connects: [Pool]
  ) {
    let hidden = connects.dropFirst(shown)
    let count = hidden.count + namespace.other.pools
    guard count > 0 else { return }
    let most = max(namespace.other.inUseMaximum, hidden.map(\.inUse).max() ?? 0)
    let atLeast = namespace.other.isExact ? "" : "at least "
    let capacity = namespace.space.connectCapacity
    let share = capacity == 0 ? "" : " (\(Decimal.percent(Double(most) / Double(capacity))))"
    append(
      "… \(atLeast)\(Decimal.grouped(count)) more pools, none with more than "
        + "\(Decimal.grouped(most)) ports in use\(share)", .dim)
  }

  private mutating func writeSharedPools(_ namespace: NamespaceSnapshot) {
    var table = TextTable([
      .init(title: "SHARED POOLS"), .init(title: "IN USE", alignsRight: true),
      .init(title: "LEFT", alignsRight: true), .init(title: "USAGE"),
      .init(title: "", alignsRight: true), .init(title: "DRAWN FROM BY"),
    ])
    for pool in namespace.pools {
      let use: String
      switch pool.key {
      case .connect, .bind(.address), .udpBind(.address): continue
      case .bind(.any): use = "listen() without bind"
      case .bind(.anyIPv4): use = "IPv4 servers"
      case .udp: use = "UDP connect(), sendto()"
      case .udpBind: use = "UDP servers"
      }
      let tone = Self.tone(pool.verdict)
      let left =
        pool.headroomLower == pool.headroom
        ? Decimal.grouped(pool.headroom)
        : "\(Decimal.grouped(pool.headroomLower))–\(Decimal.grouped(pool.headroom))"
      table.append([
        (name(pool), .plain), (Decimal.grouped(pool.inUse), .plain), (left, .plain),
        (Bar.usage(pool.usage, width: style.columns >= 100 ? 20 : 10, style), tone),
        (Decimal.percent(pool.usage), tone), (use, .dim),
      ])
    }
    guard !table.isEmpty else { return }
    lines.append("")
    lines += table.lines(style)
  }

  private mutating func name(_ pool: Pool) -> String {
    let name = Sentences.name(pool.key, &names)
    return style.isUnicode ? name : Self.ascii(name)
  }

  /// "TW 66 %  EST 32 %  SYN 2 %": the three largest shares.
  private func mixText(_ states: StateCounts) -> String {
    let total = states.total
    guard total > 0 else { return dash }
    let shares = SocketState.allCases.filter { states[$0] > 0 }
      .sorted { states[$0] > states[$1] }
      .prefix(3)
      .map { "\($0.abbreviation) \(max(1, states[$0] * 100 / total)) %" }
    return shares.joined(separator: "  ")
  }

  /// Our few characters beyond ASCII, for terminals without them.
  static func ascii(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "→": result += "->"
      case "–": result += "-"
      case "·": result += "|"
      case "…": result += "..."
      case "µ": result += "u"
      case "≤": result += "<="
      default: result.append(character)
      }
    }
    return result
  }

  /// Breaks `text` at blanks into lines of at most `first`, then `width` characters.
  static func wrap(_ text: String, first: Int, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let limit = lines.isEmpty ? first : width
      if !line.isEmpty, line.count + 1 + word.count > limit {
        lines.append(line)
        line = String(word)
      } else {
        line += line.isEmpty ? String(word) : " " + word
      }
    }
    return lines + [line]
  }

  static func tone(_ level: VerdictLevel) -> Tone {
    switch level {
    case .ok: .good
    case .cliff: .notice
    case .warning: .warning
    case .critical, .exhausted: .bad
    }
  }
}
