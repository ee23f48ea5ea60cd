internal import Inet
internal import Kernel
public import Pools

/// The snapshot as a page for people: the verdict first, then the space, addresses, pools.
///
/// 80 columns show what decides; more columns show more facts, never the same ones wider apart.
public struct SnapshotPage {
  let snapshot: Snapshot
  let style: Style
  let mostPools: Int
  var names: Names
  var lines: [String] = []

  /// The page's bytes, with a line end after each line.
  ///
  /// `mostPools` bounds the connect pools that are shown of those in the snapshot.
  public static func text(
    _ snapshot: Snapshot, style: Style, names: Names = Names(), mostPools: Int = .max
  ) -> [UInt8] {
    var names = names
    return text(snapshot, style: style, names: &names, mostPools: mostPools)
  }

  /// The same; `names` keeps what was redacted for the next page.
  public static func text(
    _ snapshot: Snapshot, style: Style, names: inout Names, mostPools: Int = .max
  ) -> [UInt8] {
    var page = SnapshotPage(snapshot, style, names, mostPools)
    page.write()
    names = page.names
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
    if snapshot.verdict.level == .ok, isQuiet, !hasManyNamespaces { return writeNotes() }
    writeNamespaces()
    if snapshot.verdict.level == .ok, isQuiet { return writeNotes() }
    for namespace in detailedNamespaces {
      lines.append("")
      writeContext(namespace)
      writeAddresses(namespace)
      writeConnectPools(namespace)
      writeSharedPools(namespace)
    }
    writeWhy()
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
    let sentence = shown(Sentences.verdict(snapshot, &names))
    let wrapped = TextWrap.lines(sentence, first: style.columns - word.count - 2, style.columns - 2)
    lines.append(style.paint(word, Self.tone(level)) + "  " + style.paint(wrapped[0], .bold))
    lines += wrapped.dropFirst().map { "  " + style.paint($0, .bold) }
  }

  private mutating func writeContext(_ namespace: NamespaceSnapshot) {
    let separator = style.isUnicode ? " · " : " | "
    let name = names.namespace(namespace.name)
    // Of several namespaces the costs are those of all, and stand above them.
    let cost =
      "\(Decimal.grouped(snapshot.cost.rows)) sockets read in "
      + Decimal.duration(nanoseconds: snapshot.durationNanoseconds)
    append(
      ([
        names.host(snapshot.host), "\(name) namespace",
        Timestamp.clock(nanoseconds: namespace.countedAtNanoseconds),
      ] + (hasManyNamespaces ? [] : [cost])).joined(separator: separator) + memory(separator), .dim)
    let space = namespace.space
    let isExact = space.blockedBound == .exact
    var blocked = isExact ? "none blocked" : "none seen blocked"
    if !space.blocked.isEmpty {
      blocked = (isExact ? "" : "at least ") + "\(Decimal.grouped(space.blocked.count)) blocked"
      let shown = space.blocked.prefix(5).map(String.init).joined(separator: ", ")
      blocked += " (\(shown)\(space.blocked.count > 5 ? ", …" : ""))"
    }
    append(
      "range \(space.range): \(Decimal.grouped(space.range.count)) ports, "
        + "\(Decimal.grouped(space.reserved.count)) reserved, \(blocked)", .dim)
    if let reuse = reuseSentence(namespace.settings) { append(reuse, .dim) }
  }

  /// How old what a collector remembers is.
  private func memory(_ separator: String) -> String {
    guard let age = snapshot.memoryAgeNanoseconds else { return "" }
    return "\(separator)memory: collector, \(Decimal.duration(nanoseconds: age)) old"
  }

  private func reuseSentence(_ settings: [Setting]) -> String? {
    func value(_ key: String) -> Int? { settings.first { $0.key == key }?.value }
    let reuse = ReuseRule(
      mode: value("tcp_tw_reuse"), delayMilliseconds: value("tcp_tw_reuse_delay_ms"),
      on: KernelVersion(release: snapshot.kernel) ?? KernelVersion(0, 0))
    guard let mode = reuse.mode else { return nil }
    let delay = Decimal.fixed(reuse.delaySeconds, places: 3)
    let rule: String
    switch (mode, value("tcp_timestamps") ?? 1) {
    case (0, _): rule = "tcp_tw_reuse 0"
    case (_, 0): rule = "no tcp_timestamps"
    case (1, _):
      rule =
        "connect() may take it over after \(delay) s: tcp_tw_reuse \(value("tcp_tw_reuse") ?? 1)"
    default: rule = "loopback connects take it over after \(delay) s"
    }
    return "TIME_WAIT holds a port for 60 s (\(rule))"
  }

  mutating func append(_ text: String, _ tone: Tone) {
    for line in TextWrap.lines(shown(text), first: style.columns, style.columns) {
      lines.append(style.paint(line, tone))
    }
  }

  /// The text in characters that the terminal can show and that do nothing to it.
  func shown(_ text: String) -> String {
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text)
  }

  private mutating func writeNotes() {
    // What holds on every host is in the documentation; what is special here is said.
    let usual: Set = [
      "blocked_lower_bound", "not_visible", "no_collector", "owners_not_collected",
      "from_collector", "namespaces_bounded",
    ]
    let special = snapshot.flags.filter { !usual.contains($0.id) }
    if !special.isEmpty { lines.append("") }
    for flag in special { append("note: \(flag.text)", .dim) }
  }

  mutating func name(_ pool: Pool) -> String {
    let name = Sentences.name(pool.key, &names)
    return style.isUnicode ? name : TextWrap.ascii(name)
  }

  var dash: String { style.isUnicode ? "–" : "-" }

  static func tone(_ level: VerdictLevel) -> Tone {
    switch level {
    case .ok: .good
    case .cliff: .notice
    case .warning: .warning
    case .critical, .exhausted: .bad
    }
  }
}
