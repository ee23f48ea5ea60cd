import Alarms
import Delivery
import Frames
import FramesTestKit
import Kernel
import OutputTestKit
import Testing

/// Which events are handed out, over restarts, clocks that are set, and boots.
@Suite struct EventFeedTests {
  private static let boot = BootID(high: 2, low: 1)

  private static func event(
    _ second: UInt64, _ kind: Event.Kind = .alarmRaised, boot: BootID = boot, at: UInt64? = nil,
    text: String = ""
  ) -> Event {
    Event(
      kind, boot: boot, atNanoseconds: (at ?? 1000 + second) * 1_000_000_000,
      monotonicNanoseconds: second * 1_000_000_000, tick: second,
      alarm: AlarmRecord(
        rule: "host", subject: .host, severity: .major, isRaised: kind == .alarmRaised, hits: 1,
        value: 1, threshold: 0.8, sinceNanoseconds: second), text: text)
  }

  private static func source(_ events: [Event], boot: BootID = boot) -> MemoryFrames {
    var source = MemoryFrames([], events: events)
    source.writer.boot = boot
    return source
  }

  private static var start: EventCursor {
    EventCursor(boot: boot, monotonicNanoseconds: 0, atNanoseconds: 0)
  }

  private static func seconds(_ events: [Event]) -> [UInt64] { events.map(\.tick) }

  @Test func `each event is handed out once`() throws {
    var source = Self.source([Self.event(1), Self.event(2, .mark), Self.event(3, .alarmCleared)])
    var feed = EventFeed(from: Self.start)
    #expect(Self.seconds(feed.next(from: &source)) == [1, 3])
    #expect(feed.next(from: &source) == [])
    source.events.append(Self.event(4))
    #expect(Self.seconds(feed.next(from: &source)) == [4])
  }

  @Test func `a restart repeats what was not settled, and nothing else`() throws {
    var source = Self.source((1...5).map { Self.event($0) })
    var feed = EventFeed(from: Self.start)
    let events = feed.next(from: &source)
    // Out of order, as with several commands at once.
    for index in [0, 2, 4] { feed.settle(EventCursor.identity(events[index])) }
    var next = EventFeed(from: feed.cursor)
    #expect(Self.seconds(next.next(from: &source)) == [2, 4])
    next.settle(EventCursor.identity(events[1]))
    #expect(next.next(from: &source) == [])
    source.events.append(Self.event(6))
    var third = EventFeed(from: next.cursor)
    #expect(Self.seconds(third.next(from: &source)) == [4, 6])
    for event in [events[3], source.events[5]] { third.settle(EventCursor.identity(event)) }
    #expect(third.cursor?.settled.count == 1)
    var last = EventFeed(from: third.cursor)
    #expect(last.next(from: &source) == [])
  }

  @Test func `events that share a moment are told apart`() throws {
    var source = Self.source(["a", "b", "c"].map { Self.event(1, text: $0) })
    var feed = EventFeed(from: Self.start)
    let events = feed.next(from: &source)
    #expect(events.count == 3)
    for index in [0, 1] { feed.settle(EventCursor.identity(events[index])) }
    var next = EventFeed(from: feed.cursor)
    #expect(next.next(from: &source).map(\.text) == ["c"])
  }

  @Test func `a wall clock that is set back hides nothing and repeats nothing`() throws {
    var source = Self.source([Self.event(1), Self.event(2)])
    var feed = EventFeed(from: Self.start)
    for event in feed.next(from: &source) { feed.settle(EventCursor.identity(event)) }
    source.events.append(Self.event(3, at: 500))
    #expect(Self.seconds(feed.next(from: &source)) == [3])
    var next = EventFeed(from: feed.cursor)
    #expect(Self.seconds(next.next(from: &source)) == [3])
  }

  @Test func `after a reboot the new boot's events are new, the old one's are not`() throws {
    let later = BootID(high: 9, low: 9), between = BootID(high: 5, low: 5)
    var source = Self.source([Self.event(100)])
    var feed = EventFeed(from: Self.start)
    for event in feed.next(from: &source) { feed.settle(EventCursor.identity(event)) }
    source = Self.source(
      [
        Self.event(100), Self.event(7, boot: between, at: 1200),
        Self.event(3, boot: later, at: 900),
        Self.event(8, boot: between, at: 1050),
      ], boot: later)
    var next = EventFeed(from: feed.cursor)
    #expect(Self.seconds(next.next(from: &source)) == [7, 3])
  }

  @Test func `without a cursor it begins with what is raised, and goes on from there`() throws {
    let scenario = Scenario.filling(seconds: 20, then: 10)
    var engine = AlarmEngine()
    var events: [Event] = []
    var frames = scenario.frames
    for index in frames.indices {
      let outcome = engine.feed(frames[index])
      frames[index].alarms = outcome.raised
      events += outcome.events
    }
    let old = Event(
      .alarmCleared, boot: frames[0].boot, atNanoseconds: frames[29].takenAtNanoseconds,
      monotonicNanoseconds: frames[29].monotonicNanoseconds, tick: 29,
      alarm: events[0].alarm, text: "another")
    var source = MemoryFrames(frames, events: events + [old])
    var feed = EventFeed(from: nil)
    #expect(feed.cursor == nil)
    let standing = feed.next(from: &source)
    #expect(standing == events)
    // Nothing was settled: a restart begins there again, and still leaves out what was over.
    var next = EventFeed(from: feed.cursor)
    #expect(next.next(from: &source) == standing)
    for event in standing { next.settle(EventCursor.identity(event)) }
    var last = EventFeed(from: next.cursor)
    #expect(last.next(from: &source) == [])
  }

  @Test func `a cursor comes back from its file as it was`() throws {
    let path = "/tmp/ullage-cursor-\(Clock.monotonicNanoseconds())"
    defer { TestFile.remove(path) }
    #expect(try EventCursor.load(path) == nil)
    let cursor = EventCursor(
      boot: BootID(high: 0, low: .max), monotonicNanoseconds: .max, atNanoseconds: 3,
      settled: [0, .max, 17])
    for cursor in [cursor, Self.start] {
      try cursor.save(path)
      #expect(try EventCursor.load(path) == cursor)
    }
  }

  @Test(arguments: [
    "", "something else\n", "ullage-cursor/1\n1\n2\n3\n4\n", "ullage-cursor/1\n1\n2\nx\n4\nend\n",
    "ullage-cursor/1\n1\n2\n3\n4\nzz\nend\n",
  ]) func `a file that is no cursor is refused`(_ text: String) throws {
    let path = "/tmp/ullage-cursor-\(Clock.monotonicNanoseconds())-\(text.count)"
    defer { TestFile.remove(path) }
    try TestFile.write(Array(text.utf8), to: path)
    #expect(throws: CursorError.malformed(path: path)) { try EventCursor.load(path) }
    #expect(throws: CursorError.self) { try EventCursor.load("/dev/null/x") }
  }
}
