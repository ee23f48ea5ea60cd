internal import Frames
internal import Inet
internal import Pools

/// The figures of a report as HTML: tiles and tables, whose numbers are those of the document.
struct ReportTables {
  let words: ReportWords
  let id: String

  private var report: Report { words.report }

  /// The most pools that are listed.
  static var poolLimit: Int { 40 }

  /// The figures that are asked for first.
  func facts(_ names: inout Names) -> String {
    var tiles: [(name: String, value: String, note: String)] = []
    if let pool = report.pools.first {
      tiles.append(
        (
          "Highest usage", Decimal.percent(pool.usageMaximum),
          words.at(pool.usageMaximumAtNanoseconds)
        ))
      let capacity = Decimal.grouped(pool.worst.record.capacity)
      tiles.append(("Fewest left", Decimal.grouped(pool.headroomMinimum), "of \(capacity) ports"))
    }
    let first = report.firstFailureAtNanoseconds.map { "first \(words.at($0))" } ?? ""
    tiles.append(
      ("Failed connects", report.failures.map { Decimal.grouped($0) } ?? "not counted", first))
    if let rate = report.connectsPerSecondMaximum {
      let mean = report.connectsPerSecond.map { "\(LiveWords.rate($0)) on average" } ?? ""
      tiles.append(("Most connects", LiveWords.rate(rate), mean))
    }
    if let waiting = report.timeWaitMaximum {
      tiles.append(("TIME_WAIT, most", Decimal.grouped(waiting), "sockets"))
    }
    if let share = report.costShare {
      tiles.append(("Cost of sampling", Decimal.percent(share), "of one core"))
    }
    return Self.tiles(tiles)
  }

  /// Figures, large, each with its name and a note.
  static func tiles(_ tiles: [(name: String, value: String, note: String)]) -> String {
    let items = tiles.map { tile in
      "<div><dt>\(tile.name)</dt><dd>\(XMLText.escaped(tile.value))"
        + (tile.note.isEmpty ? "" : "<small>\(XMLText.escaped(tile.note))</small>") + "</dd></div>"
    }
    return "<dl class=\"facts\">\(items.joined())</dl>"
  }

  /// The names of the pools that are drawn; each can be picked, also without a script.
  func legend(_ names: inout Names) -> [String] {
    var lines = ["<ul class=\"legend\">"]
    for (place, pool) in report.drawnPools.enumerated() {
      // All lines at once are a tangle: the worst ones to begin with.
      let isChecked = place < 5 ? " checked" : ""
      lines.append(
        "<li><label><input type=\"checkbox\" class=\"pick\(place)\"\(isChecked)>"
          + "\(Self.swatch(place))<bdi>\(XMLText.escaped(Sentences.name(pool.key, &names)))</bdi>"
          + "</label>, most \(Decimal.percent(pool.usageMaximum)) "
          + "<span class=\"now\" data-now=\"p\(place)\"></span></li>")
    }
    return lines + ["</ul>"]
  }

  private static func swatch(_ place: Int) -> String {
    "<svg class=\"swatch\" viewBox=\"0 0 26 9\" aria-hidden=\"true\">"
      + "<path class=\"line s\(place)\" d=\"M1 4.5h24\"/></svg>"
  }

  /// The pools, the worst first.
  func pools(_ names: inout Names) -> [String] {
    guard !report.pools.isEmpty else { return [] }
    let drawn = report.drawnPools.map(\.key)
    let shown = report.pools.prefix(Self.poolLimit)
    let more = report.poolTotal - shown.count
    var lines = [
      "<h2>Pools</h2>",
      "<p class=\"lead\">Each is a set of ports that can run out on its own; the worst first.</p>",
    ]
    lines += Self.table(
      "Port pools\(more > 0 ? ", without \(Decimal.grouped(more)) that were better off" : "")",
      [
        ("Pool", false), ("Worst", false), ("Highest usage", false), ("Left", true),
        ("Capacity", true), ("Failed", true), ("New/s, most", true), ("Past the cliff", true),
        ("Used up", true),
      ])
    for pool in shown { lines.append(row(pool, drawn.firstIndex(of: pool.key), &names)) }
    return lines + ["</tbody></table></div>"]
  }

  private func row(_ pool: ReportPool, _ place: Int?, _ names: inout Names) -> String {
    let name = "<bdi>\(XMLText.escaped(Sentences.name(pool.key, &names)))</bdi>"
    let head = (place.map { Self.swatch($0) } ?? "") + name
    let owner = pool.owner.map {
      "<small>mostly <bdi>\(XMLText.escaped(names.owner($0.name)))</bdi></small>"
    }
    func moment(_ at: UInt64?) -> String { at.map { words.time($0) } ?? "" }
    return "<tr><th scope=\"row\" class=\"name\">\(head)\(owner ?? "")</th>"
      + "<td><span class=\"word \(pool.verdict.rawValue)\">\(pool.verdict.rawValue)</span></td>"
      + "<td class=\"t\">\(Self.bar(pool.usageMaximum))\(Decimal.percent(pool.usageMaximum))</td>"
      + Self.number(Decimal.grouped(pool.headroomMinimum))
      + Self.number(Decimal.grouped(pool.newest.capacity))
      + Self.number(pool.failures.map { Decimal.grouped($0) } ?? "")
      + Self.number(pool.arrivalsMaximum.map { LiveWords.rate(Double($0)) } ?? "")
      + Self.number(moment(pool.cliffReachedAtNanoseconds))
      + Self.number(moment(pool.exhaustedAtNanoseconds)) + "</tr>"
  }

  /// What was to come back out of TIME_WAIT when the tightest pool was tightest.
  func release(_ names: inout Names) -> [String] {
    guard let pool = report.pools.first(where: { $0.release != nil }), let release = pool.release,
      let total = release.ports.last, total > 0
    else { return [] }
    let name = XMLText.escaped(Sentences.name(pool.key, &names))
    var lines = [
      "<h2>What comes back</h2>",
      "<p class=\"lead\">TIME_WAIT ports of <bdi>\(name)</bdi> that were about to be released "
        + "\(words.at(release.atNanoseconds)), without doing anything.</p>",
    ]
    lines += Self.table(
      "Release of TIME_WAIT", [("Within", true), ("Ports", true), ("Of those waiting", false)],
      isSlim: true)
    for (horizon, ports) in zip(Forecast.releaseHorizons, release.ports) {
      let share = Double(ports) / Double(total)
      lines.append(
        "<tr><th scope=\"row\" class=\"n\">\(horizon) s</th>\(Self.number(Decimal.grouped(ports)))"
          + "<td class=\"t\">\(Self.bar(share))\(Decimal.percent(share))</td></tr>")
    }
    return lines + ["</tbody></table></div>"]
  }

  /// Who held ports.
  func owners(_ names: inout Names) -> [String] {
    guard let most = report.owners.map(\.portsMaximum).max() else { return [] }
    var lines = [
      "<h2>Owners</h2>",
      "<p class=\"lead\">Who held ports, at their most each; TIME_WAIT belongs to whoever closed.</p>",
    ]
    lines += Self.table(
      "Owners of ports",
      [("Owner", false), ("Kind", false), ("Ports, most", false), ("TIME_WAIT, most", true)],
      isSlim: true)
    for owner in report.owners.prefix(30) {
      let share = most > 0 ? Double(owner.portsMaximum) / Double(most) : 0
      let note = owner.isInferred ? ", partly inferred" : ""
      lines.append(
        "<tr><th scope=\"row\" class=\"name\"><bdi>\(XMLText.escaped(names.owner(owner.name)))</bdi>"
          + "</th><td>\(owner.kind.name)\(note)</td><td class=\"t\">\(Self.bar(share))"
          + "\(Decimal.grouped(owner.portsMaximum))</td>"
          + "\(Self.number(Decimal.grouped(owner.timeWaitMaximum)))</tr>")
    }
    return lines + ["</tbody></table></div>"]
  }

  /// What happened, with the numbers of the marks in the chart.
  func moments(_ moments: [ReportMoment]) -> [String] {
    guard !moments.isEmpty else { return [] }
    var lines = ["<h2>What happened</h2>"]
    lines += Self.table(
      "Moments\(moments.count > 200 ? ", the first 200 of \(moments.count)" : "")",
      [("Mark", false), ("After", true), ("Time", false), ("What", false)])
    for (number, moment) in moments.prefix(200).enumerated() {
      lines.append(
        "<tr><td><span class=\"mark \(moment.kind.tone)\">\(number + 1)</span></td>"
          + Self.number(ReportWords.span(words.elapsed(moment.atNanoseconds)))
          + "<td class=\"t\">\(Timestamp.clock(nanoseconds: moment.atNanoseconds))</td>"
          + "<td class=\"name\"><bdi>\(XMLText.escaped(moment.text))</bdi></td></tr>")
    }
    return lines + ["</tbody></table></div>"]
  }

  /// The charts as a table, for those who cannot see them.
  func timeline(_ names: inout Names) -> [String] {
    guard let pool = report.pools.first, report.columns.count > 1 else { return [] }
    let name = XMLText.escaped(Sentences.name(pool.key, &names))
    var lines = ["<details><summary>The charts as a table</summary>"]
    lines += Self.table(
      "Usage of \(name), and what else is drawn",
      [
        ("Until", true), ("Least used", true), ("Most used", true), ("Left", true),
        ("TIME_WAIT", true), ("Connects/s", true), ("Failed", true),
      ])
    let rows = min(30, report.columns.count)
    for row in 0..<rows {
      let range =
        (row * report.columns.count / rows)..<((row + 1) * report.columns.count / rows)
      lines.append(self.row(report.columns[range], pool))
    }
    return lines + ["</tbody></table></div></details>"]
  }

  private func row(_ columns: ArraySlice<ReportColumn>, _ pool: ReportPool) -> String {
    let known = columns.compactMap { pool.columns[$0.index] }
    let waiting = columns.compactMap { $0.states[ReportState.timeWait.rawValue] }.max()
    let rates = columns.compactMap(\.connectsPerSecond)
    let rate = rates.reduce(0, +) / Double(max(1, rates.count))
    let failed = columns.compactMap(\.failures)
    let end = columns.last.map { words.time($0.atNanoseconds) } ?? ""
    return "<tr><th scope=\"row\" class=\"n\">\(end)</th>"
      + Self.number(known.map(\.minimum).min().map { Decimal.percent($0) } ?? "")
      + Self.number(known.map(\.maximum).max().map { Decimal.percent($0) } ?? "")
      + Self.number(known.map(\.headroomMinimum).min().map { Decimal.grouped($0) } ?? "")
      + Self.number(waiting.map { Decimal.grouped($0) } ?? "")
      + Self.number(rates.isEmpty ? "" : LiveWords.rate(rate))
      + Self.number(failed.isEmpty ? "" : Decimal.grouped(failed.reduce(0, &+))) + "</tr>"
  }

  /// What looking cost, and what could not be seen.
  func cost() -> [String] {
    guard report.frameCount > 0 else { return [] }
    let counters = report.counters
    var facts: [(String, String)] = []
    if let cost = counters[.cpuNanoseconds] {
      let share = report.costShare.map { ", \(Decimal.percent($0)) of one core" } ?? ""
      facts.append(("Processor time", Decimal.duration(nanoseconds: cost) + share))
    }
    let counts: [(String, HostCounter)] = [
      ("Ticks kept", .ticks), ("Ticks late", .lateTicks), ("Ticks left out", .skippedTicks),
      ("Dumps of the table", .dumps), ("Counts of single pools", .focuses),
      ("Dumps left out for the budget", .deferredDumps), ("Rows that the kernel sent", .rows),
      ("Samples that failed", .failedSamples),
    ]
    for (name, counter) in counts {
      if let count = counters[counter] { facts.append((name, Decimal.grouped(count))) }
    }
    var lines = ["<h2>What sampling cost</h2>"]
    lines += Self.table("Cost of sampling", [("What", false), ("How much", true)], isSlim: true)
    lines += facts.map {
      "<tr><th scope=\"row\">\($0.0)</th>\(Self.number(XMLText.escaped($0.1)))</tr>"
    }
    lines.append("</tbody></table></div>")
    return lines + words.notes.map { "<p class=\"note\">Note: \(XMLText.escaped($0)).</p>" }
  }

  /// A table up to its body; a slim one is no wider than its cells.
  static func table(
    _ caption: String, _ columns: [(title: String, isNumber: Bool)], isSlim: Bool = false
  ) -> [String] {
    let heads = columns.map { column in
      "<th scope=\"col\"\(column.isNumber ? " class=\"n\"" : "")>\(column.title)</th>"
    }
    let kind = isSlim ? " class=\"slim\"" : ""
    return [
      "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"\(caption)\"><table\(kind)>",
      "<caption>\(caption)</caption>", "<thead><tr>\(heads.joined())</tr></thead><tbody>",
    ]
  }

  /// A cell with a number.
  static func number(_ text: String) -> String { "<td class=\"n\">\(text)</td>" }

  /// A share as a bar, beside its number.
  static func bar(_ share: Double) -> String {
    let width = Decimal.fixed(min(1, max(0, share)) * 100, places: 1)
    return "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
      + "aria-hidden=\"true\"><rect width=\"100\" height=\"10\"/>"
      + "<rect width=\"\(width)\" height=\"10\"/></svg>"
  }
}
