import Frames
import FramesTestKit
import Inet
import OutputTestKit
import Pools
import PropertyTestKit
import Rendering
import Testing

/// The exporter's page, whole without scripts.
@Suite struct LivePageTests {
  private let golden = Golden(besides: #filePath)
  private static let told = Story.told(seconds: 270, interval: 10_000_000_000)

  private static func view(
    _ frames: [Frame] = told.frames, _ events: [Event] = told.events, isPast: Bool = false,
    namespaces: [String] = ["host"], change: (inout FrameWriterStatus) -> Void = { _ in }
  ) -> LivePageView {
    var source = MemoryFrames(frames, events: events, interval: 10_000_000_000)
    change(&source.writer)
    let stretch = source.rawStretch() ?? 0...0
    var builder = ReportBuilder(
      writer: source.writer, from: stretch.lowerBound, through: stretch.upperBound)
    source.forEachFrame(from: 0, through: .max) { frame in
      builder.add(frame)
      return true
    }
    return LivePageView(
      frames.last, builder.report(events: events, losses: source.losses),
      momentNanoseconds: isPast ? stretch.upperBound : nil,
      askedAtNanoseconds: stretch.upperBound + (isPast ? 151_000_000_000 : 300_000_000),
      newestNanoseconds: stretch.upperBound, oldestNanoseconds: stretch.lowerBound,
      namespaces: namespaces)
  }

  @Test func `the page is as it was`() throws {
    let difference = try golden.difference(
      "live-page.html", PageBody.of(LivePage.html(Self.view())))
    #expect(difference == nil, "\(difference ?? "")")
  }

  /// What the tile of failed connects says of ten in ten seconds, so many of which are known to be elsewhere.
  private static func failedConnects(
    _ failed: UInt64?, elsewhere: UInt64? = nil, flags: FrameFlags = []
  ) throws -> Substring {
    var frames = told.frames
    let last = frames.count - 1
    frames[last].flags = flags
    frames[last].counters[.connectFailures] = failed
    frames[last].counters[.connectFailuresAttributed] = elsewhere.map { $0 + 2 }
    frames[last].counters[.connectFailuresElsewhere] = elsewhere
    let page = String(decoding: LivePage.html(view(frames)), as: UTF8.self)
    let start = try #require(page.firstRange(of: "Failed connects")).upperBound
    let end = try #require(page[start...].firstRange(of: "</div>")).lowerBound
    return page[start..<end]
  }

  @Test
  func `failed connects are those of this namespace, and what is the host's is said to be so`()
    throws
  {
    let mixed = try Self.failedConnects(100, elsewhere: 90)
    #expect(mixed.contains("0.2/s") && mixed.contains("10/s on the whole host"), "\(mixed)")
    let quiet = try Self.failedConnects(0, elsewhere: 0)
    #expect(quiet.contains(">0/s") && !quiet.contains("host"), "\(quiet)")
    let unknown = try Self.failedConnects(100)
    #expect(unknown.contains("10/s") && unknown.contains("on the whole host"), "\(unknown)")
    let own = try Self.failedConnects(100, flags: .failuresOfNamespace)
    #expect(own.contains("10/s") && !own.contains("host"), "\(own)")
    #expect(try Self.failedConnects(nil).contains("not counted"))
  }

  @Test func `a page is made of harmless elements, and its policy allows just its own texts`()
    throws
  {
    for page in [
      LivePage.html(Self.view()),
      LivePage.html(Self.view(isPast: true, namespaces: ["host", "web"])),
      LivePage.html(Self.view([])), LivePage.withoutRing("nobody writes"),
    ] { try expectSound(page) }
  }

  @Test func `names are data on the page, whatever they are`() throws {
    let hostile =
      "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&]]>--><!--\u{202e}\u{1b}[31m\n"
    var frames = Self.told.frames
    for index in frames.indices {
      for owner in frames[index].owners.indices { frames[index].owners[owner].name = hostile }
      for alarm in frames[index].alarms.indices { frames[index].alarms[alarm].rule = hostile }
    }
    let events = Self.told.events.map { event in
      var event = event
      event.text = hostile
      return event
    }
    let view = Self.view(frames, events, namespaces: ["host", hostile]) { writer in
      writer.host = hostile
      writer.namespace = hostile
    }
    try expectSound(LivePage.html(view))
  }

  @Test func `extremes trap nothing`() throws {
    var random = SeededGenerator.fresh()
    for _ in 0..<20 {
      let frames = (0..<5).map { _ in random.frame(poolCount: 5) }
      let page = LivePage.html(Self.view(frames, []))
      #expect(page.count > 1000, "\(random.replay)")
    }
  }

  @Test func `what is shown is said: of now, of the past, stale, without frames, without a ring`() {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let now = text(LivePage.html(Self.view()))
    #expect(now.contains("EXHAUSTED"))
    #expect(now.contains("0.3 s old"))
    #expect(!now.contains("role=\"alert\""))
    #expect(now.contains("http-equiv=\"refresh\""))
    let past = text(LivePage.html(Self.view(isPast: true)))
    #expect(past.contains("<strong>PAST</strong>, 2 min 31 s ago"))
    #expect(past.contains(">now</a>"))
    #expect(!past.contains("http-equiv=\"refresh\""))
    let stopped = text(LivePage.html(Self.view { $0.isClosed = true }))
    #expect(stopped.contains("role=\"alert\">STOPPED: the collector (process"))
    #expect(text(LivePage.html(Self.view([]))).contains("there is no frame of this time"))
    #expect(text(LivePage.withoutRing("nobody writes")).contains("NO COLLECTOR"))
  }

  private func expectSound(_ page: [UInt8]) throws {
    var parser = Program("/usr/bin/python3", ["-c", Self.sound, LivePage.policy])
    parser.input = page
    let run = try parser.run()
    #expect(run.end == .status(0), "\(run.message)")
  }

  private static let sound = """
    import base64, hashlib, html.parser, re, sys
    page, policy = sys.stdin.buffer.read().decode("utf-8"), sys.argv[1]
    known = set("html head meta title link style body main header footer nav h1 h2 p span strong bdi dl "
      "noscript a div dt dd small figure svg desc path line rect text g ul li label input output table "
      "caption thead tbody tr th td tspan code script".split())
    class Reader(html.parser.HTMLParser):
        blocks, current, ids = [], None, []
        def handle_starttag(self, tag, attributes):
            assert tag in known, tag
            for name, value in attributes:
                assert not name.startswith("on") and name not in ("style", "src"), (tag, name)
                if name == "href":
                    assert value == "data:," or re.fullmatch(r"/[\\w/?&=%.:-]*", value), value
                if name == "id": self.ids.append(value)
            if tag in ("script", "style"): self.current = (tag, [])
        def handle_endtag(self, tag):
            if tag in ("script", "style"):
                self.blocks.append(self.current)
                self.current = None
        def handle_data(self, data):
            if self.current: self.current[1].append(data)
    reader = Reader()
    reader.feed(page)
    assert len(set(reader.ids)) == len(reader.ids), reader.ids
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy, policy
    for tag, parts in reader.blocks:
        text = "".join(parts)
        hash = "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src '{hash}'" in policy, f"the hash of the {tag} is {hash}"
    assert [tag for tag, _ in reader.blocks] == ["style", "script"], reader.blocks
    assert not re.search("[\\x00-\\x09\\x0b-\\x1f\\u202a-\\u202e\\u2066-\\u2069]", page), "control characters"
    """
}
