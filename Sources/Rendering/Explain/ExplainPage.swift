internal import Frames
public import Pools

/// What a diagnosis found, as a page for people: each finding with what, why and what to do, the worst first.
///
///     1. 10.0.0.5 → 10.1.2.3:443 is running out (critical)
///        what      26,747 of 28,229 ports taken; at most 1,482 left
///        why       66 % of them are TIME_WAIT: this side closes first, …
///        do now    let connect() take over TIME_WAIT
///                  $ sysctl -w net.ipv4.tcp_tw_reuse=1
///                  frees 17,020 ports …
public struct ExplainPage {
  let style: Style
  var names: Names
  private(set) var lines: [String] = []
  /// The number under which an advice stands with its command.
  private var explained: [String: Int] = [:]

  /// The page's bytes, with a line end after each line.
  public static func text(
    _ snapshot: Snapshot, _ diagnosis: Diagnosis, style: Style, names: Names = Names()
  ) -> [UInt8] {
    var page = ExplainPage(style: style, names: names)
    page.write(snapshot, diagnosis)
    return Array((page.lines.joined(separator: "\n") + "\n").utf8)
  }

  private init(style: Style, names: Names) {
    self.style = style
    self.names = names
  }

  private mutating func write(_ snapshot: Snapshot, _ diagnosis: Diagnosis) {
    let groups = FindingGroup.groups(diagnosis.findings)
    let limits = LimitWords.sentence(diagnosis)
    if !diagnosis.isAlarming {
      let found = groups.isEmpty ? "nothing found" : "nothing that hurts now"
      writeHead("OK", "\(found): \(Sentences.verdict(snapshot, &names))", .good)
      if let limits { add("not", limits, .dim) }
    }
    for (index, group) in groups.enumerated() {
      if index > 0 || !diagnosis.isAlarming { lines.append("") }
      let innocent = diagnosis.isAlarming && index == 0 ? limits : nil
      write(
        group, number: index + 1, innocent, snapshot.owners(of: group.findings[0]),
        hasMany: snapshot.namespaces.count > 1)
    }
    if diagnosis.poolsLeftOut > 0 {
      lines.append("")
      append("… \(Decimal.grouped(diagnosis.poolsLeftOut)) more pools are tight (ullage --top 100)")
    }
    writeEnd(snapshot, diagnosis, groups)
  }

  private mutating func writeHead(_ word: String, _ sentence: String, _ tone: Tone) {
    let wrapped = TextWrap.lines(
      shown(sentence), first: style.columns - word.count - 2, style.columns - 2)
    lines.append(style.paint(word, tone) + "  " + style.paint(wrapped[0], .bold))
    lines += wrapped.dropFirst().map { "  " + style.paint($0, .bold) }
  }

  private mutating func write(
    _ group: FindingGroup, number: Int, _ innocent: String?, _ owners: [PoolOwner]?, hasMany: Bool
  ) {
    let worst = group.findings[0]
    let words = group.findings.map { FindingWords($0, &names) }
    let scope = hasMany ? "\(names.namespace(worst.namespace)): " : ""
    let head = "\(number). "
    let title = "\(scope)\(words[0].title) (\(worst.severity.name))"
    let indent = String(repeating: " ", count: head.count)
    let width = style.columns - head.count
    for (index, line) in TextWrap.lines(shown(title), first: width, width).enumerated() {
      lines.append((index == 0 ? head : indent) + style.paint(line, Self.tone(worst.severity)))
    }
    if let what = words[0].what { add("what", what) }
    addHolders(owners)
    for (index, word) in words.enumerated() { add(index == 0 ? "why" : "and", word.why) }
    if let innocent { add("not", innocent) }
    let clients = ClientSettings.of(owners, names)
    for (finding, advice) in group.advice { write(advice, of: finding, number, clients) }
    if group.findings.contains(where: { $0.id == .timeWait }) {
      add(
        "never",
        "tcp_tw_recycle (gone since Linux 4.12), killing TIME_WAIT sockets (ss -K), SO_LINGER 0: they "
          + "lose data, or mix up that of two connections", .warning)
    }
  }

  private mutating func write(
    _ advice: FindingAdvice, of finding: Finding, _ number: Int,
    _ clients: [ClientSettings.Setting]
  ) {
    let words = AdviceWords(advice, of: finding, &names)
    let label =
      switch advice.safety {
      case .now: "do now"
      case .then: "then"
      case .better: "better"
      }
    // Said once with all that belongs to it; where it helps again, with what it is worth there.
    let key = "\(words.text)\n\(words.command ?? "")"
    if let earlier = explained[key] {
      return add(label, "\(words.text), as in \(earlier): \(words.effect)")
    }
    explained[key] = number
    add(label, words.text, .bold)
    if let command = words.command { addCommand(command) }
    add("", "\(words.effect). Risk: \(words.risk)")
    switch advice.step {
    case .keepAlive:
      for client in clients {
        addHanging(client.client, client.keepAlive, indent: Self.indent, hang: 9, .dim)
      }
    case .addSource:
      let settings = clients.map { "\($0.client): \($0.source)" }
      add("", settings.joined(separator: "; "), .dim)
    default: break
    }
  }

  /// Who holds the pool: the three with most of it.
  private mutating func addHolders(_ owners: [PoolOwner]?) {
    let named = PoolOwner.named(owners ?? [])
    if named.isEmpty { return }
    let items = named.prefix(3).map { Sentences.holder(OwnerRecord($0), style, &names) }
    let more = named.count > 3 ? " and \(Decimal.grouped(named.count - 3)) more" : ""
    add("who", items.joined(separator: style.isUnicode ? " · " : " | ") + more)
  }

  private mutating func writeEnd(
    _ snapshot: Snapshot, _ diagnosis: Diagnosis, _ groups: [FindingGroup]
  ) {
    let hasSysctl = groups.contains { group in
      group.advice.contains { $0.advice.safety != .better }
    }
    if hasSysctl {
      lines.append("")
      append("sysctl -w lasts until the next boot; keep what helps in /etc/sysctl.d", .dim)
    }
    let usual: Set = [
      "blocked_lower_bound", "not_visible", "no_collector", "owners_not_collected",
      "from_collector",
    ]
    let special = snapshot.flags.filter { !usual.contains($0.id) }
    if !special.isEmpty, !hasSysctl { lines.append("") }
    for flag in special { append("note: \(flag.text)", .dim) }
  }

  static let indent = 13

  /// A label and its text, which goes on below itself.
  private mutating func add(_ label: String, _ text: String, _ tone: Tone = .plain) {
    addHanging(label, text, indent: 3, hang: Self.indent - 3, tone)
  }

  private mutating func addHanging(
    _ label: String, _ text: String, indent: Int, hang: Int, _ tone: Tone
  ) {
    let width = max(20, style.columns - indent - hang)
    let margin = String(repeating: " ", count: indent)
    for (index, line) in TextWrap.lines(shown(text), first: width, width).enumerated() {
      let label = index == 0 ? label : ""
      let pad = String(repeating: " ", count: max(1, hang - label.count))
      lines.append(margin + style.paint(label, .dim) + pad + style.paint(line, tone))
    }
  }

  /// A command, to be copied: each of several on a line of its own, and what is too long goes on in a new
  /// line as a shell lets it, never within quotes.
  private mutating func addCommand(_ command: String) {
    let width = max(20, style.columns - Self.indent - 4)
    let commands = Self.keepingQuotes(shown(command)).split(separator: " && ")
    for (number, command) in commands.enumerated() {
      let parts = TextWrap.lines(String(command), first: width, width)
      for (index, part) in parts.enumerated() {
        let mark = number == 0 && index == 0 ? "$ " : "  "
        let goesOn = index + 1 < parts.count
        let isLast = goesOn || number + 1 == commands.count
        let text = part.split(separator: Self.glue).joined(separator: " ")
        lines.append(
          String(repeating: " ", count: Self.indent) + style.paint(mark, .dim)
            + style.paint(text, .notice) + (goesOn ? " \\" : isLast ? "" : " &&"))
      }
    }
  }

  /// A character of no command, for blanks at which no line may end.
  private static let glue: Character = "\u{1f}"

  private static func keepingQuotes(_ command: String) -> String {
    var quote: Character?
    return String(
      command.map { character in
        if character == quote {
          quote = nil
        } else if quote == nil, character == "\"" || character == "'" {
          quote = character
        }
        return quote != nil && character == " " ? glue : character
      })
  }

  private mutating func append(_ text: String, _ tone: Tone = .plain) {
    for line in TextWrap.lines(shown(text), first: style.columns, style.columns) {
      lines.append(style.paint(line, tone))
    }
  }

  private func shown(_ text: String) -> String {
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text)
  }

  static func tone(_ severity: FindingSeverity) -> Tone {
    switch severity {
    case .info: .bold
    case .notice: .notice
    case .warning: .warning
    case .critical, .exhausted: .bad
    }
  }
}

/// Findings about one pool, which stand under one number.
struct FindingGroup {
  var findings: [Finding]

  /// Neighbours with the same pool of the same namespace; what is of no pool stands alone.
  static func groups(_ findings: [Finding]) -> [FindingGroup] {
    var groups: [FindingGroup] = []
    for finding in findings {
      if let pool = finding.pool, let last = groups.last?.findings.first, last.pool == pool,
        last.namespace == finding.namespace
      {
        groups[groups.count - 1].findings.append(finding)
      } else {
        groups.append(FindingGroup(findings: [finding]))
      }
    }
    return groups
  }

  /// The advice of all, each step once, the safest first.
  var advice: [(finding: Finding, advice: FindingAdvice)] {
    var list: [(finding: Finding, advice: FindingAdvice)] = []
    for finding in findings {
      for advice in finding.advice where !list.contains(where: { $0.advice.step == advice.step }) {
        list.append((finding, advice))
      }
    }
    return list.sorted { $0.advice.safety < $1.advice.safety }
  }
}
