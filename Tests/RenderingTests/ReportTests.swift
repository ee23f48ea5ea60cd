import Frames
import FramesTestKit
import Inet
import OutputTestKit
import Pools
import PropertyTestKit
import Rendering
import Testing

/// A report as page, picture and document.
@Suite struct ReportTests {
  private let golden = Golden(besides: #filePath)

  /// The story up to the second address, every ten seconds, as a recording.
  private static let told = Story.told(seconds: 300, interval: 10_000_000_000)
  static var storyFrames: [Frame] { told.frames }
  static var storyEvents: [Event] { told.events }
  static let story = report(storyFrames, storyEvents, interval: 10_000_000_000)

  private static func report(
    _ frames: [Frame], _ events: [Event] = [], interval: UInt64 = 1_000_000_000,
    change: (inout FrameWriterStatus) -> Void = { _ in }
  ) -> Report {
    var source = MemoryFrames(frames, events: events, interval: interval)
    source.writer.isArchive = true
    change(&source.writer)
    let stretch = source.rawStretch() ?? 0...0
    var builder = ReportBuilder(
      writer: source.writer, from: stretch.lowerBound, through: stretch.upperBound)
    source.forEachFrame(from: 0, through: .max) { frame in
      builder.add(frame)
      return true
    }
    return builder.report(events: events, losses: source.losses)
  }

  @Test func `page, picture and document are as they were`() throws {
    for (name, bytes) in [
      ("report.html", PageBody.of(ReportPage.html(Self.story))),
      ("report.svg", ReportPicture.svg(Self.story)),
      ("report.json", ReportDocument.json(Self.story)),
      (
        "report-compared.html",
        PageBody.of(ReportPage.html(Self.story, comparedWith: Self.report([])))
      ),
      ("report-redacted.json", ReportDocument.json(Self.story, names: Names(redacted: true))),
      ("export.jsonl", Self.exported(Self.storyFrames.prefix(1), Self.storyEvents.prefix(1))),
    ] {
      let difference = try golden.difference(name, bytes)
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test func `documents of a report and of an export keep their schemas`() throws {
    var reports: [UInt8] = []
    for report in [Self.story, Self.report([])] {
      for isRedacted in [false, true] {
        reports += ReportDocument.json(report, names: Names(redacted: isRedacted))
      }
    }
    #expect(try DocumentSchema("ullage.report-1").faults(reports) == nil)
    let lines = Self.exported(Self.storyFrames[...], Self.storyEvents[...])
    #expect(try DocumentSchema("ullage.export-1").faults(lines) == nil)
  }

  private static func exported(
    _ frames: ArraySlice<Frame>, _ events: ArraySlice<Event>
  ) -> [UInt8] {
    let writer = MemoryFrames(Array(frames)).writer
    var names = Names()
    return frames.flatMap { ExportDocument.line($0, of: writer, names: &names) }
      + events.flatMap { ExportDocument.line($0, of: writer, names: &names) }
  }

  @Test func `what never happened is not unknown, and better than what did`() {
    var idle = Self.storyFrames
    for frame in idle.indices {
      for pool in idle[frame].pools.indices {
        idle[frame].pools[pool].inUse = Gauge(0)
        idle[frame].pools[pool].headroom = Gauge(Scenario.capacity)
        idle[frame].pools[pool].isSearching = false
      }
    }
    let page = String(
      decoding: ReportPage.html(Self.story, comparedWith: Self.report(idle)), as: UTF8.self)
    let row = page.split(separator: "<tr>").first { $0.contains("<bdi>Used up after</bdi>") }
    #expect(row?.contains(">never<") == true && row?.contains(">better<") == true, "\(row ?? "")")
    // Shares differ by points: a per cent of a per cent would be something else.
    let usage = page.split(separator: "<tr>").first { $0.contains("<bdi>Highest usage</bdi>") }
    #expect(usage?.contains("\u{2212}100 points, better") == true, "\(usage ?? "")")
  }

  @Test func `a pool in other states than those asked for is not unused meanwhile`() throws {
    var frames = Array(Self.storyFrames.prefix(3))
    for index in frames.indices {
      for pool in frames[index].pools.indices {
        var states = StateCounts()
        states[index == 1 ? .timeWait : .established] = 100
        frames[index].pools[pool].states = states
      }
      frames[index].other.pools = 0
    }
    let source = MemoryFrames(frames)
    var filter = PoolFilter()
    filter.states = StateSet(.established)
    var builder = ReportBuilder(
      writer: source.writer, from: frames[0].takenAtNanoseconds,
      through: frames[2].takenAtNanoseconds, filter: filter)
    for frame in frames { builder.add(frame) }
    let report = builder.report(events: [], losses: FrameLosses())
    let document = String(decoding: ReportDocument.json(report), as: UTF8.self)
    let means = try #require(document.split(separator: "\"usage_mean\":[").dropFirst().first)
    // Nothing is known of the frame between.
    #expect(means.split(separator: "]").first?.split(separator: ",")[1] == "null", "\(means)")
  }

  @Test func `a redacted page names nobody`() {
    let page = String(
      decoding: ReportPage.html(Self.story, names: Names(redacted: true)), as: UTF8.self)
    for name in ["10.0.0.5", "10.1.2.3", "web-17", "haproxy", "second source address"] {
      #expect(!page.contains(name), "\(name)")
    }
  }

  @Test func `the page's own style and script pass its content policy, and nothing else would`()
    throws
  {
    for page in [
      ReportPage.html(Self.story), ReportPage.html(Self.story, comparedWith: Self.story),
      ReportPage.html(Self.report([])),
    ] { try expectSound(page) }
  }

  @Test func `what others wrote is never markup`() throws {
    var generator = SeededGenerator(seed: 4)
    let alphabet = Array("<>\"'&]!-/=; \u{0}\u{1b}\u{202e}\u{2028}\nscriptimgonerror\\u")
    for _ in 0..<4 {
      func text() -> String {
        "</script><img src=x onerror=alert(1)>"
          + String((0..<20).map { _ in generator.pick(alphabet) })
      }
      var frames: [Frame] = []
      for index in 0..<12 {
        var frame = generator.frame(poolCount: generator.small(6))
        if !generator.oneIn(3) {
          frame.takenAtNanoseconds = Scenario.start + UInt64(index) * 1_000_000_000
        }
        for owner in frame.owners.indices { frame.owners[owner].name = text() }
        frames.append(frame)
      }
      let event = Event(
        .mark, boot: frames[0].boot, atNanoseconds: Scenario.start, monotonicNanoseconds: 0,
        tick: 0, text: text())
      let report = Self.report(frames, [event]) { writer in
        writer.host = text()
        writer.namespace = text()
      }
      try expectSound(ReportPage.html(report))
      try expectSound(ReportPage.html(report, comparedWith: report))
      let picture = String(decoding: ReportPicture.svg(report), as: UTF8.self)
      #expect(!picture.contains("<script") && !picture.contains("<img"))
      #expect(!picture.contains("NaN") && !picture.contains("inf\""))
    }
  }

  /// Holds a page against its policy and a list of elements, with a parser that is not ours.
  private func expectSound(_ page: [UInt8]) throws {
    var parser = Program("/usr/bin/python3", ["-c", Self.sound])
    parser.input = page
    let run = try parser.run()
    #expect(run.end == .status(0), "\(run.message)")
  }

  private static let sound = """
    import base64, hashlib, html.parser, json, re, sys
    page = sys.stdin.buffer.read().decode("utf-8")
    known = set("html head meta title link style body main section header footer h1 h2 h3 p span bdi dl "
      "div dt dd small figure svg desc path line rect text g ul li label input output table caption "
      "thead tbody tr th td tspan details summary code script".split())
    class Reader(html.parser.HTMLParser):
        open, blocks = [], []
        def handle_starttag(self, tag, attributes):
            assert tag in known, tag
            for name, value in attributes:
                assert not name.startswith("on") and name not in ("style", "src"), (tag, name)
                if name == "href": assert (tag, value) == ("link", "data:,"), value
            if tag in ("script", "style"): self.open.append((tag, dict(attributes), []))
        def handle_endtag(self, tag):
            if tag in ("script", "style"): self.blocks.append(self.open.pop())
        def handle_data(self, data):
            if self.open: self.open[-1][2].append(data)
    reader = Reader()
    reader.feed(page)
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page).group(1)
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy, policy
    scripts = 0
    for tag, attributes, parts in reader.blocks:
        text = "".join(parts)
        if attributes.get("type") == "application/json":
            assert json.loads(text)["schema"] == "ullage.report/1"
            continue
        scripts += 1
        hash = "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src '{hash}'" in policy, f"the hash of the {tag} is {hash}"
    assert scripts == 2, scripts
    # A line end is ours; all else that steers is not.
    assert not re.search("[\\x00-\\x09\\x0b-\\x1f\\u202a-\\u202e\\u2066-\\u2069]",
                         re.sub("(?s)<script.*?</script>", "", page)), "control characters"
    """
}
