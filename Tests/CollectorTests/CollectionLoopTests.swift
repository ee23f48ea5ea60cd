import Collector
import FrameRing
import Frames
import Kernel
import NetlinkTestKit
import Ring
import Synchronization
import Testing

/// Collecting and publishing, one step after the other.
@Suite struct CollectionLoopTests {
  private let boot = BootID(high: 1, low: 2)

  private func ring() throws -> RingWriter {
    try RingWriter(
      inMemory: FrameRingShape().geometry,
      identity: RingIdentity(
        bootID: boot, namespaceCookie: 0, namespaceInode: 0, namespaceName: "test",
        hostName: Machine.hostName(), writerPID: 1, writerStartRealtimeNanoseconds: 1,
        intervalNanoseconds: 20_000_000))
  }

  private var options: CollectorOptions {
    var options = FakeTable.options
    options.intervalNanoseconds = 20_000_000
    options.guardIntervalNanoseconds = 5_000_000
    return options
  }

  @Test func `what a judge says is in the frame, the events and the memory`() throws {
    let table = FakeTable()
    let alarm = AlarmRecord(
      rule: "usage", subject: .host, severity: .major, isRaised: true, hits: 3, value: 0.9,
      threshold: 0.8, sinceNanoseconds: 5)
    let event = Event(
      .alarmRaised, boot: boot, atNanoseconds: 7, monotonicNanoseconds: 8, tick: 0, alarm: alarm,
      text: "usage is 90 %")
    let state = AlarmState(
      boot: BootID(high: 1, low: 2), namespaceCookie: 3, atNanoseconds: 9, monotonicNanoseconds: 8,
      alarms: [alarm])
    let logged = Mutex<[Event]>([])
    let writer = try FrameRingWriter(ring())
    let path = writer.ring.path
    var loop = CollectionLoop(
      try table.collector(options), into: writer, boot: boot,
      judge: { _ in .init(events: [event], raised: [alarm], state: state) },
      log: { event in logged.withLock { $0.append(event) } })
    try loop.note(.mark, "here")
    try loop.step()
    let reader = try FrameRingReader(path: path)
    #expect(try reader.newest()?.alarms == [alarm])
    #expect(reader.writer.heartbeatNanoseconds > 0)
    let events = try reader.events(from: 0, through: .max, limit: 9)
    #expect(events.map(\.kind) == [.mark, .alarmRaised] && events.last == event)
    #expect(logged.withLock { $0 } == events)
    var ring = try RingReader(path: path)
    var words: [UInt64] = []
    guard case .published(let count) = try ring.read(tier: 4, number: 0, into: &words) else {
      Issue.record("no memory of alarms")
      return
    }
    #expect(try AlarmState(words.span.extracting(0..<count)) == state)
  }

  @Test func `the last frame says what the end left raised`() throws {
    let table = FakeTable()
    let alarm = AlarmRecord(
      rule: "usage", subject: .host, severity: .major, isRaised: true, hits: 3, value: 0.9,
      threshold: 0.8, sinceNanoseconds: 5)
    let cleared = Event(
      .alarmCleared, boot: boot, atNanoseconds: 7, monotonicNanoseconds: 8, tick: 0,
      text: "it is gone")
    let writer = try FrameRingWriter(ring())
    let path = writer.ring.path
    var loop = CollectionLoop(
      try table.collector(options), into: writer, boot: boot,
      judge: { _ in .init(raised: [alarm]) })
    try loop.step()
    let reader = try FrameRingReader(path: path)
    let before = try #require(try reader.newest())
    try loop.conclude(.init(events: [cleared]))
    let last = try #require(try reader.newest())
    #expect(before.alarms == [alarm] && last.alarms.isEmpty && last.tick == before.tick + 1)
    #expect(try reader.events(from: 0, through: .max, limit: 9).contains(cleared))
  }

  @Test func `a loop that is stepped when it says keeps every tick, with looks between`() throws {
    let table = FakeTable()
    let writer = try FrameRingWriter(ring())
    let path = writer.ring.path
    var loop = CollectionLoop(try table.collector(options), into: writer, boot: boot)
    var steps = 0
    let reader = try FrameRingReader(path: path)
    while (try reader.newest()?.tick ?? 0) < 10 {
      Clock.sleep(untilMonotonicNanoseconds: loop.nextNanoseconds)
      try loop.step()
      steps += 1
    }
    let frames = try reader.frames(from: 0, through: .max, limit: 100)
    #expect(frames.map(\.tick) == Array(0...10))
    #expect(frames.allSatisfy { $0.counters[.ticks] == 1 })
    #expect(steps >= 11)
    // Not due: nothing happens.
    let before = try reader.newest()
    while loop.nextNanoseconds < Clock.monotonicNanoseconds() + 2_000_000 { try loop.step() }
    try loop.step()
    #expect(try (reader.newest()?.tick ?? 0) - (before?.tick ?? 0) <= 1)
  }

  @Test func `failures and recoveries are events, once each`() throws {
    let table = FakeTable()
    let writer = try FrameRingWriter(ring())
    let path = writer.ring.path
    var loop = CollectionLoop(try table.collector(options), into: writer, boot: boot)
    let reader = try FrameRingReader(path: path)
    for tick in 0..<9 as Range<UInt64> {
      switch tick {
      case 3: table.change { $0.host.refusals = [.legacy: .notPermitted, .table: .notPermitted] }
      case 6: table.change { $0.host.refusals = [:] }
      default: break
      }
      table.connect([FakeRow { $0.sourcePort = 40_000 + UInt16(tick) }])
      while try reader.newest()?.tick != tick {
        Clock.sleep(untilMonotonicNanoseconds: loop.nextNanoseconds)
        try loop.step()
      }
    }
    let events = try reader.events(from: 0, through: .max, limit: 9)
    #expect(events.map(\.kind) == [.sampleFailed, .samplesRecovered])
    let flagged = try reader.frames(from: 0, through: .max, limit: 100)
      .filter { $0.flags.contains(.sampleFailed) }
    #expect(flagged.map(\.tick) == [3, 4, 5])
  }
}
