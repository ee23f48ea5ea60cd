internal import Frames
internal import Inet
internal import Pools

/// The exporter's page as HTML: what holds now, or held at a moment, and how it came to that.
///
///     trouble, context, verdict, facts
///     time: stretches, moments, a slider where scripts run
///     ports in use over time
///     pools, owners, alarms
///     connects · states · what happened
///
/// Whole without scripts: every link is a page. Where they run, each frame that comes has the page made anew by
/// the same code, and the script puts what differs in its place.
public struct LivePage {
  private var names: Names
  private var lines: [String] = []

  /// What the page may load, run and ask: itself, and its own host.
  public static let policy =
    "default-src 'none'; style-src '\(LivePageStyle.hash)'; script-src '\(LivePageScript.hash)'; "
    + "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    + "frame-ancestors 'none'"

  /// The page of a view.
  public static func html(_ view: LivePageView, names: Names = Names()) -> [UInt8] {
    var page = LivePage(names: names)
    let word = view.frame.map { Self.word($0) } ?? "NOTHING"
    page.open(
      title: "\(word): \(page.names.host(view.writer.host)), ullage",
      repeats: view.momentNanoseconds == nil)
    page.addMain(view)
    return page.close()
  }

  /// The page where there is no ring.
  public static func withoutRing(_ sentence: String) -> [UInt8] {
    var page = LivePage(names: Names())
    page.open(title: "NO COLLECTOR, ullage", repeats: true)
    page.lines += [
      "<main class=\"run\" id=\"live\">",
      "<h1><span class=\"level\">NO COLLECTOR</span> \(XMLText.escaped(sentence))</h1>",
      "</main>",
    ]
    return page.close()
  }

  private init(names: Names) { self.names = names }

  private mutating func open(title: String, repeats: Bool) {
    lines = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
      "<meta name=\"color-scheme\" content=\"light dark\">",
      "<title>\(XMLText.escaped(title))</title>",
      "<link rel=\"icon\" href=\"data:,\">",
      // Without a script the page itself comes again.
      repeats ? "<noscript><meta http-equiv=\"refresh\" content=\"10\"></noscript>" : "",
      "<style>\(LivePageStyle.page)</style>", "</head>", "<body>",
      "<p id=\"connection\" role=\"status\" hidden></p>",
      "<p id=\"verdict\" class=\"heard\" role=\"status\"></p>",
    ]
  }

  private mutating func close() -> [UInt8] {
    lines += ["<script>\(LivePageScript.text)</script>", "</body>", "</html>"]
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private mutating func addMain(_ view: LivePageView) {
    let links = LivePageLinks(view)
    let words = ReportWords(report: view.report)
    let moments = ReportMoment.all(of: view.report, &names)
    lines.append("<main class=\"run\" id=\"live\" \(links.data)>")
    addHead(view)
    lines += links.html(&names)
    let figures = ReportFigures(words: words, id: "live")
    let hasFrames = view.report.frameCount > 0
    if hasFrames { lines += figures.usage(moments, &names) }
    if let frame = view.frame {
      let tables = LivePageTables(frame: frame)
      lines += tables.pools(&names)
      lines += tables.owners(&names)
      lines += tables.alarms(&names)
    }
    if hasFrames {
      lines += figures.connects()
      lines += figures.states()
    }
    lines += ReportTables(words: words, id: "live").moments(moments)
    addNotes(view)
    lines += [
      "<footer><p>The same numbers for programs: <a href=\"/metrics\">/metrics</a>, "
        + "<a href=\"/api/v1/snapshot\">/api/v1/snapshot</a>, "
        + "<a href=\"/api/v1/history\">/api/v1/history</a>, <code>/api/v1/live</code>, "
        + "<a href=\"/api/v1/rings\">/api/v1/rings</a>.</p></footer>", "</main>",
    ]
  }

  /// What is wrong with what is shown, where and when it is, the verdict, and what bears on it.
  private mutating func addHead(_ view: LivePageView) {
    let trouble =
      view.momentNanoseconds == nil
      ? Sentences.trouble(
        with: view.writer, hasFrames: view.frame != nil, atNanoseconds: view.askedAtNanoseconds)
      : nil
    if let trouble {
      lines.append("<p class=\"trouble\" role=\"alert\">\(XMLText.escaped(trouble))</p>")
    }
    let context = self.context(view).map { "<bdi>\(XMLText.escaped($0))</bdi>" }
    lines += [
      "<header>", "<p class=\"context\">\(context.joined(separator: " · "))\(Self.age(view))</p>",
    ]
    guard let frame = view.frame else {
      lines += ["<h1><span class=\"level\">NOTHING</span> there is no frame of this time</h1>"]
      return lines.append("</header>")
    }
    let level = frame.countedVerdict?.rawValue ?? "unknown"
    let sentence =
      frame.countedVerdict == nil
      ? "what follows is known once sockets are" : Sentences.verdict(frame, &names)
    lines += [
      "<h1><span class=\"level \(level)\">\(XMLText.escaped(Self.word(frame)))</span> "
        + "\(XMLText.escaped(sentence))</h1>",
      LivePageTables(frame: frame).facts(), "</header>",
    ]
  }

  private mutating func context(_ view: LivePageView) -> [String] {
    let writer = view.writer
    var parts = [names.host(writer.host), "\(names.namespace(writer.namespace)) namespace"]
    guard let frame = view.frame else { return parts }
    let range = "\(frame.range): \(Decimal.grouped(frame.range.count)) ports"
    parts.append("range \(range), \(frame.reserved) reserved, at least \(frame.blocked) blocked")
    parts.append(Timestamp.dateAndClock(nanoseconds: frame.takenAtNanoseconds))
    if frame.sampleCount > 1 {
      parts.append("\(Decimal.grouped(frame.sampleCount)) samples in one")
    }
    return parts
  }

  /// How old the frame is, or how far back the moment; a script counts on from it.
  private static func age(_ view: LivePageView) -> String {
    guard view.frame != nil else { return "" }
    let seconds = LiveWords.span(seconds: Double(view.ageNanoseconds) / 1e9)
    if view.momentNanoseconds != nil { return " · <strong>PAST</strong>, \(seconds) ago" }
    let milliseconds = view.ageNanoseconds / 1_000_000
    return " · <span class=\"age\" data-age=\"\(milliseconds)\">\(seconds) old</span>"
  }

  private mutating func addNotes(_ view: LivePageView) {
    guard let frame = view.frame else { return }
    let usual: Set = ["findings_not_collected", "collector_started", "not_counted"]
    for entry in FrameFlagText.entries(frame.flags) where !usual.contains(entry.id) {
      lines.append("<p class=\"note\">Note: \(XMLText.escaped(entry.text)).</p>")
    }
  }

  private static func word(_ frame: Frame) -> String {
    (frame.countedVerdict?.rawValue ?? Frame.notCountedWords).uppercased()
  }
}
