internal import Frames
internal import Inet
internal import Pools

/// Two runs held against each other: verdicts beside each other, and the differences of what both know.
struct ReportComparison {
  let one: Report
  let two: Report

  /// Which of two numbers is better.
  private enum Better {
    case less
    case more
    case neither
  }

  /// One figure of both runs.
  private struct Figure {
    var name: String
    var one: Double?
    var two: Double?
    var better: Better
    var text: (Double) -> String
    /// The text of a difference, where it is another.
    var change: ((Double) -> String)?
  }

  /// The head of a page of two runs.
  func html(_ names: inout Names) -> [String] {
    var lines = ["<header>", "<h1>Two runs compared</h1>", "<div class=\"two\">"]
    for (name, report) in [("Run A", one), ("Run B", two)] {
      let words = ReportWords(report: report)
      let head = ReportHead(words, &names)
      let context = words.context(&names).map { "<bdi>\(XMLText.escaped($0))</bdi>" }
      lines += [
        "<section><h2>\(name): <span class=\"level \(head.tone)\">"
          + "\(XMLText.escaped(head.word))</span></h2>",
        "<p>\(XMLText.escaped(head.summary))</p>",
        "<p class=\"context\">\(context.joined(separator: " · "))</p></section>",
      ]
    }
    lines += ["</div>", "</header>", "<h2>Differences</h2>"]
    lines += ReportTables.table("Figures of both runs", Self.columns("Figure"))
    lines += figures.map { row($0, name: $0.name) }
    lines.append("</tbody></table></div>")
    return lines + pools(&names)
  }

  private static func columns(_ first: String) -> [(title: String, isNumber: Bool)] {
    [(first, false), ("Run A", true), ("Run B", true), ("Difference", true)]
  }

  private var figures: [Figure] {
    func both(
      _ name: String, _ better: Better, _ text: @escaping (Double) -> String,
      change: ((Double) -> String)? = nil, _ value: (Report) -> Double?
    ) -> Figure {
      Figure(
        name: name, one: value(one), two: value(two), better: better, text: text, change: change)
    }
    let count = { (value: Double) in Self.count(value) }
    return [
      both("Highest usage", .less, Decimal.percent, change: Self.points) {
        $0.pools.first?.usageMaximum
      },
      both("Ports of that pool", .neither, count) {
        $0.pools.first.map { Double($0.newest.capacity) }
      },
      both("Fewest ports left", .more, count) { $0.pools.first.map { Double($0.headroomMinimum) } },
      both("Failed connects", .less, count) { $0.failures.map { Double($0) } },
      both("Connects a second, average", .more, LiveWords.rate) { $0.connectsPerSecond },
      both("Connects a second, most", .more, LiveWords.rate) { $0.connectsPerSecondMaximum },
      both("TIME_WAIT, most", .neither, count) { $0.timeWaitMaximum.map { Double($0) } },
      both("Cliff reached after", .more, Self.seconds) {
        $0.pools.first?.cliff == nil ? nil : Self.elapsed($0, \.cliffReachedAtNanoseconds)
      },
      both("Used up after", .more, Self.seconds) { Self.elapsed($0, \.exhaustedAtNanoseconds) },
      both("Without a port for", .less, Self.seconds) {
        $0.pools.first.map { Double($0.exhaustedNanoseconds) / 1e9 }
      },
      both("Length", .neither, Self.seconds) {
        Double($0.throughNanoseconds - $0.fromNanoseconds) / 1e9
      },
      both("Cost of sampling", .less, Decimal.percent, change: Self.points) { $0.costShare },
    ].filter { $0.one?.isFinite ?? false || $0.two?.isFinite ?? false }
  }

  /// The highest usage of every pool that both or one of them knows.
  private func pools(_ names: inout Names) -> [String] {
    var keys = one.pools.prefix(20).map(\.key)
    let known = Set(keys)
    keys += two.pools.prefix(20).map(\.key).filter { !known.contains($0) }
    guard !keys.isEmpty else { return [] }
    var lines = ReportTables.table("Highest usage of the pools of both runs", Self.columns("Pool"))
    for key in keys {
      let figure = Figure(
        name: "", one: one.pools.first { $0.key == key }?.usageMaximum,
        two: two.pools.first { $0.key == key }?.usageMaximum, better: .less, text: Decimal.percent,
        change: Self.points)
      lines.append(row(figure, name: Sentences.name(key, &names)))
    }
    return ["<h3>Pools</h3>"] + lines + ["</tbody></table></div>"]
  }

  private func row(_ figure: Figure, name: String) -> String {
    let cells = [figure.one, figure.two].map { value in
      ReportTables.number(value.map { XMLText.escaped(figure.text($0)) } ?? "\u{2013}")
    }
    return "<tr><th scope=\"row\" class=\"name\"><bdi>\(XMLText.escaped(name))</bdi></th>"
      + "\(cells.joined())\(difference(figure))</tr>"
  }

  /// "+12.0 %, worse": what it means is said in words, not by colour alone.
  private func difference(_ figure: Figure) -> String {
    guard let one = figure.one, let two = figure.two else { return ReportTables.number("") }
    // What does not show is no difference.
    if figure.text(one) == figure.text(two) { return ReportTables.number("the same") }
    let change = abs(two - one)
    let text =
      change.isFinite
      ? (two > one ? "+" : "\u{2212}") + (figure.change ?? figure.text)(change) : nil
    let isBetter: Bool
    switch figure.better {
    case .neither: return ReportTables.number(XMLText.escaped(text ?? ""))
    case .less: isBetter = two < one
    case .more: isBetter = two > one
    }
    let word = isBetter ? "better" : "worse"
    let words = [text, word].compactMap { $0 }.joined(separator: ", ")
    return "<td class=\"n\"><span class=\"\(word)\">\(XMLText.escaped(words))</span></td>"
  }

  /// When it happened to the tightest pool; infinite if it never did.
  private static func elapsed(
    _ report: Report, _ moment: KeyPath<ReportPool, UInt64?>
  ) -> Double? {
    guard let pool = report.pools.first else { return nil }
    return pool[keyPath: moment].map { at in
      Double(ReportWords(report: report).elapsed(at)) / 1e9
    } ?? .infinity
  }

  private static func seconds(_ value: Double) -> String {
    guard value.isFinite else { return "never" }
    return ReportWords.span(UInt64(min(max(0, value) * 1e9, 1e19)))
  }

  /// The difference of two shares: a per cent of a per cent would be something else.
  private static func points(_ value: Double) -> String {
    "\(Decimal.fixed(value * 100, places: value < 0.001 ? 2 : 1)) points"
  }

  private static func count(_ value: Double) -> String { Decimal.grouped(value) }
}
