internal import Frames
internal import Inet
internal import Pools

/// A report as one HTML page that needs nothing else: no network, no other file, and no script to be read.
///
///     verdict, context, facts
///     usage over time · connects · states · what comes back
///     pools, owners, what happened, the time line as a table, what sampling cost
///
/// Its content policy allows its own style and script, by their hashes, and nothing else. Names and marks are
/// data: escaped, without control characters, and kept apart for readers of both directions.
public struct ReportPage {
  private(set) var names: Names
  private var lines: [String] = []

  /// The page's bytes.
  public static func html(_ report: Report, names: Names = Names()) -> [UInt8] {
    var page = ReportPage(names: names)
    let words = ReportWords(report: report)
    let head = ReportHead(words, &page.names)
    page.open(title: "\(head.word): \(page.names.host(report.writer.host)), ullage report")
    page.lines.append("<main>")
    page.addRun(words, id: "run")
    page.addFooter()
    page.lines.append("</main>")
    return page.close()
  }

  /// The page that holds `report` against `other`: verdicts, figures and pools beside each other.
  public static func html(
    _ report: Report, comparedWith other: Report, names: Names = Names()
  ) -> [UInt8] {
    var page = ReportPage(names: names)
    let (one, two) = (ReportWords(report: report), ReportWords(report: other))
    let words = [one, two].map { ReportHead($0, &page.names).word }
    page.open(title: "\(words[0]) and \(words[1]): two runs, ullage report")
    page.lines.append("<main>")
    page.lines += ReportComparison(one: report, two: other).html(&page.names)
    page.addRun(one, id: "one", heading: "Run A")
    page.addRun(two, id: "two", heading: "Run B")
    page.addFooter()
    page.lines.append("</main>")
    return page.close()
  }

  private init(names: Names) { self.names = names }

  /// What the page may load and run: nothing but itself.
  static let policy =
    "default-src 'none'; style-src '\(ReportStyle.hash)'; script-src '\(ReportScript.hash)'; "
    + "img-src data:; base-uri 'none'; form-action 'none'"

  private mutating func open(title: String) {
    lines = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta http-equiv=\"Content-Security-Policy\" content=\"\(Self.policy)\">",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
      "<meta name=\"color-scheme\" content=\"light dark\">",
      "<meta name=\"referrer\" content=\"no-referrer\">",
      "<title>\(XMLText.escaped(title))</title>",
      "<link rel=\"icon\" href=\"data:,\">",
      "<style>\(ReportStyle.page)</style>", "</head>", "<body>",
    ]
  }

  private mutating func close() -> [UInt8] {
    lines += ["<script>\(ReportScript.text)</script>", "</body>", "</html>"]
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Everything about one run.
  private mutating func addRun(_ words: ReportWords, id: String, heading: String? = nil) {
    let report = words.report
    let moments = ReportMoment.all(of: report, &names)
    lines.append("<section class=\"run\" aria-labelledby=\"\(id)-verdict\">")
    addHead(words, id: id, heading: heading)
    if report.frameCount > 0 {
      let figures = ReportFigures(words: words, id: id)
      lines += figures.usage(moments, &names)
      lines += figures.connects()
      lines += figures.states()
      lines.append(Self.slider(id: id))
      let tables = ReportTables(words: words, id: id)
      lines += tables.pools(&names)
      lines += tables.release(&names)
      lines += tables.owners(&names)
      lines += tables.moments(moments)
      lines += tables.timeline(&names)
    }
    lines += ReportTables(words: words, id: id).cost()
    lines.append(Self.data(report, &names))
    lines.append("</section>")
  }

  /// The verdict, large and first; then what there is to say about it, and the figures.
  private mutating func addHead(_ words: ReportWords, id: String, heading: String?) {
    let context = words.context(&names).map { "<bdi>\(XMLText.escaped($0))</bdi>" }
    let level = heading == nil ? "h1" : "h2"
    let start = heading.map { "\($0): " } ?? ""
    lines += [
      "<header>",
      "<p class=\"context\">\(context.joined(separator: " · "))</p>",
    ]
    lines += ReportHead(words, &names).html(id: id, level: level, start: start)
    lines += [ReportTables(words: words, id: id).facts(&names), "</header>"]
  }

  /// What a script fills; without one it is not there.
  private static func slider(id: String) -> String {
    "<div class=\"explore\" hidden><label for=\"\(id)-moment\">Moment</label>"
      + "<input id=\"\(id)-moment\" type=\"range\" min=\"0\" max=\"1\" step=\"1\" value=\"0\">"
      + "<output for=\"\(id)-moment\"></output></div>"
  }

  /// The numbers of the page; no byte of them can end the element.
  private static func data(_ report: Report, _ names: inout Names) -> String {
    var json = JSONWriter()
    ReportDocument.write(report, to: &json, &names)
    let text = String(decoding: json.take(), as: UTF8.self)
    var safe = ""
    safe.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      // Brackets and ampersands are in strings only, where they may be written so.
      switch scalar {
      case "<": safe += "\\u003c"
      case ">": safe += "\\u003e"
      case "&": safe += "\\u0026"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return "<script type=\"application/json\">\(safe)</script>"
  }

  private mutating func addFooter() {
    lines += [
      "<footer><p>Made by ullage \u{2013} the same numbers for programs: "
        + "<code>ullage report FILE --json</code>, every frame: <code>ullage export FILE --csv</code>, "
        + "at any moment: <code>ullage replay FILE</code>.</p></footer>"
    ]
  }

  /// The charts in words.
  static func description(_ words: ReportWords, _ names: inout Names) -> String {
    var sentences = ["\(words.word): \(words.headline(&names))."]
    for pool in words.report.drawnPools {
      sentences.append(
        "\(Sentences.name(pool.key, &names)): most \(Decimal.percent(pool.usageMaximum)) "
          + "\(words.at(pool.usageMaximumAtNanoseconds)).")
    }
    for gap in words.report.gaps.prefix(5) {
      sentences.append("No frames from \(words.time(gap.from)) to \(words.time(gap.through)).")
    }
    return sentences.joined(separator: " ")
  }

  /// `text` as a sentence of its own.
  static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }
}
