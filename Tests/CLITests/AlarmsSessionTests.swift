import Alarms
import ArgumentParser
import Console
import Delivery
import Frames
import FramesTestKit
import Kernel
import OutputTestKit
import Rendering
import Testing

@testable import ullage

private func impossible(_ error: Never) -> Failure {}

/// `ullage alarms` over frames in memory.
@Suite struct AlarmsSessionTests {
  /// A session over a source, and the file that it writes to.
  private struct Stage: ~Copyable {
    let path = "/tmp/ullage-alarms-\(UInt64.random(in: 0 ... .max))"
    let descriptor: Descriptor

    init() throws {
      try TestFile.write([], to: path)
      // O_WRONLY.
      descriptor = try Descriptor(opening: path, flags: 1)
    }

    deinit {
      for file in [path, "\(path).cursor", "\(path).delivered"] { TestFile.remove(file) }
    }

    var text: String {
      (try? KernelFile.read(path, limit: 1_048_576)).map { String(decoding: $0, as: UTF8.self) }
        ?? "(nothing)"
    }

    func session(
      _ source: MemoryFrames, isJSON: Bool = false, _ said: Said = Said()
    ) -> AlarmsSession<MemoryFrames> {
      var session = AlarmsSession(
        source, rules: AlarmRule.builtIn, style: Style(), names: Names(), isJSON: isJSON,
        failure: impossible)
      session.output = ByteStream(descriptor: descriptor.number)
      session.say = { said.lines.append($0) }
      return session
    }
  }

  private final class Said {
    var lines: [String] = []
  }

  /// A host that fills up; the alarms are in its frames.
  private static let source: MemoryFrames = {
    var engine = AlarmEngine()
    var frames = Scenario.filling(seconds: 20, then: 10).frames
    var events: [Event] = []
    for index in frames.indices {
      let outcome = engine.feed(frames[index])
      frames[index].alarms = outcome.raised
      events += outcome.events
    }
    var source = MemoryFrames(frames, events: events)
    source.writer.heartbeatNanoseconds = .max
    return source
  }()

  private static var start: EventCursor {
    EventCursor(boot: source.writer.boot, monotonicNanoseconds: 0, atNanoseconds: 0)
  }

  @Test func `it shows what is raised and what happened`() throws {
    let stage = try Stage(), said = Said()
    var session = stage.session(Self.source, said)
    try session.show(events: 10)
    #expect(stage.text.hasPrefix("1 alarm is raised\nweb-17 · host namespace · "))
    #expect(stage.text.contains("\n\nSEVERITY  ALARM"))
    #expect(stage.text.contains("RAISED   major     pool: 10.0.0.5 → 10.1.2.3:443 is used at"))
    #expect(said.lines == [])
  }

  @Test func `documents keep their schema, and say the frame's owners and states`() throws {
    let stage = try Stage()
    var session = stage.session(Self.source, isJSON: true)
    try session.show(events: 10)
    let faults = try DocumentSchema("ullage.alarms-1").faults(Array(stage.text.utf8))
    #expect(faults == nil, "\(faults ?? "")")
    #expect(stage.text.split(separator: "\n").count == 2)
    #expect(stage.text.contains("Most ports wait in TIME_WAIT"))
  }

  @Test func `what is old is said to be`() throws {
    let stage = try Stage(), said = Said()
    var source = Self.source
    source.writer.heartbeatNanoseconds = Clock.realtimeNanoseconds() - 60_000_000_000
    var session = stage.session(source, said)
    try session.show(events: 0)
    #expect(said.lines == ["the collector wrote last 60 s ago: this is how it stood then"])
    #expect(!stage.text.contains("RAISED"))
  }

  @Test func `a command gets each event as JSON, and the cursor keeps a restart from repeating`()
    throws
  {
    let stage = try Stage(), said = Said()
    let delivered = stage.path + ".delivered", cursor = stage.path + ".cursor"
    for _ in 0..<2 {
      var session = stage.session(Self.source, said)
      var waits = 0
      try session.follow(
        from: try EventCursor.load(cursor) ?? Self.start, cursorPath: cursor,
        exec: ("cat >> \(delivered)", DeliveryOptions())
      ) { _ in
        waits += 1
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 5_000_000)
        return waits > 60 ? .terminate : .child
      }
    }
    let documents = try KernelFile.read(delivered)
    #expect(documents.count { $0 == 0x0a } == Self.source.events.count)
    #expect(try DocumentSchema("ullage.alarms-1").faults(documents) == nil)
    #expect(said.lines == [])
  }

  @Test func `a stop lets a running command end, and keeps what waited for the next run`() throws {
    let stage = try Stage()
    let delivered = stage.path + ".delivered", cursor = stage.path + ".cursor"
    var source = Self.source
    for index in 0..<3 {
      var event = source.events[0]
      event.tick += UInt64(index) + 1
      event.monotonicNanoseconds += UInt64(index) + 1
      source.events.append(event)
    }
    var session = stage.session(source), waits = 0
    try session.follow(
      from: Self.start, cursorPath: cursor,
      exec: ("sleep 0.1; echo done >> \(delivered)", DeliveryOptions())
    ) { _ in
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 5_000_000)
      waits += 1
      return waits == 1 ? .terminate : .child
    }
    #expect(try KernelFile.read(delivered) == Array("done\n".utf8))
    var feed = EventFeed(from: try EventCursor.load(cursor))
    #expect(feed.next(from: &source).count == 3)
  }

  @Test func `a second stop kills a running command, and its event is for the next run`() throws {
    let stage = try Stage()
    let delivered = stage.path + ".delivered", cursor = stage.path + ".cursor"
    var session = stage.session(Self.source)
    let start = Clock.monotonicNanoseconds()
    try session.follow(
      from: Self.start, cursorPath: cursor,
      exec: ("sleep 8; echo done >> \(delivered)", DeliveryOptions())
    ) { _ in .interrupt }
    #expect(Clock.monotonicNanoseconds() - start < 4_000_000_000)
    #expect(throws: SystemCallError.self) { try KernelFile.read(delivered) }
    var feed = EventFeed(from: try EventCursor.load(cursor) ?? Self.start), source = Self.source
    #expect(feed.next(from: &source).count == Self.source.events.count)
  }

  @Test func `without a command events are shown, and that settles them`() throws {
    let stage = try Stage()
    let cursor = stage.path + ".cursor"
    var session = stage.session(Self.source, isJSON: true)
    try session.follow(from: Self.start, cursorPath: cursor, exec: nil) { _ in .terminate }
    #expect(stage.text.split(separator: "\n").count == Self.source.events.count)
    var feed = EventFeed(from: try EventCursor.load(cursor)), source = Self.source
    #expect(feed.next(from: &source) == [])
  }

  @Test func `what was shown as past is not shown again, but delivered if it still stands`() throws
  {
    let stage = try Stage()
    let delivered = stage.path + ".delivered"
    var session = stage.session(Self.source, isJSON: true)
    try session.begin(from: nil)
    try session.show(events: 10)
    let shown = stage.text
    var waits = 0
    try session.follow(
      from: nil, cursorPath: nil, exec: ("cat >> \(delivered)", DeliveryOptions())
    ) { _ in
      waits += 1
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 5_000_000)
      return waits > 60 ? .terminate : .child
    }
    #expect(stage.text == shown)
    #expect(try KernelFile.read(delivered).count { $0 == 0x0a } == 1)
  }

  @Test func `nobody reads any more: it ends, and what was not delivered is not settled`() throws {
    let stage = try Stage()
    // O_RDONLY: writing fails.
    let closed = try Descriptor(opening: "/dev/null")
    var session = stage.session(Self.source)
    session.output = ByteStream(descriptor: closed.number)
    var failure: Failure?
    do throws(Failure) {
      try session.follow(from: Self.start, cursorPath: nil, exec: nil) { _ in nil }
    } catch {
      failure = error
    }
    #expect(failure?.message.contains("EBADF") == true)
  }

  @Test func `a cursor that cannot be written is said, and delivering goes on`() throws {
    let stage = try Stage(), said = Said()
    var session = stage.session(Self.source, said)
    try session.follow(from: Self.start, cursorPath: "/nowhere/cursor", exec: nil) { _ in .terminate
    }
    #expect(said.lines.count == 1)
    #expect(said.lines.first?.contains("after a restart events will be repeated") == true)
  }

  @Test(arguments: [
    (["--exec", "true"], false), (["--cursor", "/c"], false),
    (["--follow", "--exec", "true"], true),
    (["--events", "-1"], false), (["--follow", "--exec-timeout", "0"], false),
    (["--follow", "--exec-concurrency", "5"], false), (["--json", "--redact"], true),
  ]) func `arguments that make no sense are refused`(_ arguments: [String], _ isGood: Bool) {
    let isParsed = (try? AlarmsCommand.parse(arguments)) != nil
    #expect(isParsed == isGood)
  }

  @Test func `the command reads its configuration and shows`() throws {
    let command = try AlarmsCommand.parse(["--config", "/nowhere/x.json5"])
    #expect(throws: ExitCode(2)) {
      try command.run(open: { _ throws(Failure) in Self.source }, failure: impossible)
    }
  }
}
