public import Fleet
internal import Pools

/// Many hosts on one page: the answer, the worst of them, what they have in common, who is silent.
public struct FleetPage {
  private var sentences: FleetSentences
  private let style: Style
  private var lines: [String] = []

  /// The page's bytes: at most `mostHosts` hosts, as `server` answered at an instant.
  ///
  /// `notes` are the server's own remarks on its answers.
  public static func text(
    _ survey: FleetSurvey, server: String, atNanoseconds now: UInt64, notes: [String] = [],
    mostHosts: Int, style: Style, names: Names = Names()
  ) -> [UInt8] {
    var page = FleetPage(
      sentences: FleetSentences(survey: survey, names: names), style: style)
    page.writeVerdict()
    page.writeContext(server, now)
    page.writeHosts(mostHosts)
    page.writeCauses()
    page.writeAbsent(
      .stale,
      ("answers, and no collector writes there", "answer, and no collector writes there"))
    page.writeAbsent(
      .silent,
      ("answered within the hour, and does not now", "answered within the hour, and do not now"))
    for note in notes {
      page.append("note: the server says: \(page.sentences.names.freeText(note))", .dim)
    }
    return Array((page.lines.joined(separator: "\n") + "\n").utf8)
  }

  private init(sentences: FleetSentences, style: Style) {
    self.sentences = sentences
    self.style = style
  }

  private var survey: FleetSurvey { sentences.survey }

  private mutating func writeVerdict() {
    let word = survey.level?.rawValue.uppercased() ?? "UNKNOWN"
    let verdict = printable(sentences.verdict())
    let wrapped = TextWrap.lines(
      verdict, first: style.columns - word.count - 2, style.columns - 2)
    lines.append(
      style.paint(word, survey.level.map { SnapshotPage.tone($0) } ?? .warning) + "  "
        + style.paint(wrapped.first ?? "", .bold))
    lines += wrapped.dropFirst().map { "  " + style.paint($0, .bold) }
    lines.append("")
  }

  private mutating func writeContext(_ server: String, _ now: UInt64) {
    let counts: [(Int, String)] = [
      (survey.count(.fresh), "hosts"), (survey.count(.stale), "stale"),
      (survey.count(.silent), "silent"),
    ]
    append(
      ([sentences.names.freeText(server)]
        + counts.enumerated().filter { $0.offset == 0 || $0.element.0 > 0 }.map {
          "\(Decimal.grouped($0.element.0)) \($0.element.0 == 1 && $0.offset == 0 ? "host" : $0.element.1)"
        } + [
          Timestamp.clock(nanoseconds: now),
          "failed connects of \(FleetSentences.span(Double(survey.query.failureSeconds)))",
        ]).joined(separator: style.isUnicode ? " · " : " | "), .dim)
  }

  private mutating func writeHosts(_ mostHosts: Int) {
    let known = survey.hosts.filter { $0.presence == .fresh }
    guard !known.isEmpty else { return }
    // A pool takes a line of its own where it would make the table too wide.
    let isWide = style.columns >= 110
    var table = TextTable(
      [
        .init(title: "HOST", limit: max(10, style.columns / 4), cuts: true),
        .init(title: "VERDICT"), .init(title: "USED", alignsRight: true),
        .init(title: "LEFT", alignsRight: true), .init(title: "RUNS OUT", alignsRight: true),
        .init(title: "FAILED", alignsRight: true),
      ] + (isWide ? [.init(title: "TIGHTEST POOL", breaks: true)] : []))
    for host in known.prefix(mostHosts) {
      let tone = host.level.map { $0 == .ok ? Tone.plain : SnapshotPage.tone($0) } ?? .warning
      let pool = host.pool.map { printable(sentences.name($0)) }
      table.append(
        [
          (printable(sentences.names.fleetHost(host.name)), .plain),
          (host.level?.rawValue ?? "unknown", tone),
          (host.usage.map { Decimal.percent($0) } ?? dash, tone),
          (host.headroom.map { Decimal.grouped($0) } ?? dash, .plain),
          (host.secondsToExhaustion.map { FleetSentences.span($0) } ?? dash, .plain),
          (host.failures.map { FleetSentences.about($0) } ?? dash, .plain),
        ] + (isWide ? [(pool ?? dash, .plain)] : []))
      if !isWide { table.append(note: pool) }
    }
    lines.append("")
    lines += table.lines(style)
    let rest = known.dropFirst(mostHosts)
    guard !rest.isEmpty else { return }
    let uncounted = rest.count { $0.level == nil }
    append(
      "\(style.isUnicode ? "…" : "...") \(Decimal.grouped(rest.count)) more host\(rest.count == 1 ? "" : "s")"
        + (rest.compactMap(\.usage).max().map { ", none above \(Decimal.percent($0))" } ?? "")
        + (uncounted > 0 ? ", \(Decimal.grouped(uncounted)) of them not counted" : ""), .dim)
  }

  private mutating func writeCauses() {
    guard !survey.causes.isEmpty else { return }
    var table = TextTable([
      .init(title: "TIGHT TOWARDS", limit: max(13, style.columns / 2)),
      .init(title: "HOSTS", alignsRight: true),
      .init(title: "MEDIAN", alignsRight: true), .init(title: "WORST", alignsRight: true),
    ])
    let fresh = survey.count(.fresh)
    for cause in survey.causes.prefix(10) {
      table.append([
        (printable(sentences.place(cause.destination, cause.port)), .plain),
        ("\(Decimal.grouped(cause.hosts)) of \(Decimal.grouped(fresh))", .plain),
        (cause.medianUsage.map { Decimal.percent($0) } ?? dash, .plain),
        (cause.worstUsage.map { Decimal.percent($0) } ?? dash, .plain),
      ])
    }
    lines.append("")
    lines += table.lines(style)
  }

  private mutating func writeAbsent(
    _ presence: FleetHost.Presence, _ words: (one: String, many: String)
  ) {
    let hosts = survey.hosts.filter { $0.presence == presence }
    guard !hosts.isEmpty else { return }
    var shown: [String] = []
    for host in hosts.prefix(5) { shown.append(sentences.names.fleetHost(host.name)) }
    if hosts.count > shown.count {
      shown.append("\(Decimal.grouped(hosts.count - shown.count)) more")
    }
    lines.append("")
    append(
      "\(presence.rawValue): "
        + (hosts.count == 1
          ? "1 host \(words.one): " : "\(Decimal.grouped(hosts.count)) hosts \(words.many): ")
        + shown.joined(separator: ", "), .warning)
  }

  private var dash: String { style.isUnicode ? "–" : "-" }

  private mutating func append(_ text: String, _ tone: Tone) {
    for line in TextWrap.lines(printable(text), first: style.columns, style.columns) {
      lines.append(style.paint(line, tone))
    }
  }

  private func printable(_ text: String) -> String {
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text)
  }
}
