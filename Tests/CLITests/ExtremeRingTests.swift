import Alarms
import Console
import FrameRing
import Frames
import FramesTestKit
import Kernel
import Live
import OutputTestKit
import PropertyTestKit
import Rendering
import Ring
import Testing
import Verdicts

@testable import ullage

/// Rings whose checksums are right and whose words are at the ends of what words can be: every reader shows
/// them or leaves them out, and none traps.
@Suite struct ExtremeRingTests {
  /// A ring of frames and events that no collector writes.
  private static func ring(_ random: inout SeededGenerator) throws -> RingWriter {
    var shape = FrameRingShape()
    (shape.rawCount, shape.tenSecondCount, shape.minuteCount, shape.eventCount) = (24, 8, 8, 16)
    var geometry = shape.geometry
    // A slot that no frame fits into, too.
    if random.oneIn(4) { geometry.tiers[2].slotByteCount = 64 }
    var identity = RingIdentity(
      bootID: try BootID.current(), namespaceCookie: 0, namespaceInode: 0, namespaceName: "host",
      hostName: random.oneIn(2) ? "web-17" : "", writerPID: -1,
      writerStartRealtimeNanoseconds: random.extreme(),
      intervalNanoseconds: random.oneIn(2) ? random.extreme() : 1_000_000_000)
    if random.oneIn(2) { identity.bootID = BootID(high: 1, low: 2) }
    var ring = try RingWriter(inMemory: geometry, identity: identity)
    var words: [UInt64] = []
    for tier in 0..<3 {
      let capacity = geometry.tiers[tier].payloadWordCapacity
      guard capacity >= FrameCapacity.wordCountMin else { continue }
      for _ in 0..<random.small(20) {
        var frame = random.frame(poolCount: random.small(8))
        for index in frame.alarms.indices {
          frame.alarms[index].value = random.pick([3e38, -3e38, 1e20, 0.9, .infinity])
          if let rule = AlarmRule.builtIn.randomElement(using: &random) {
            frame.alarms[index].rule = rule.name
          }
        }
        for index in frame.pools.indices where random.oneIn(2) {
          frame.pools[index].forecast.steadyUsage = 3e38
          frame.pools[index].forecast.secondsToExhaustion = random.pick([3e38, -3e38])
          frame.pools[index].forecast.arrivalsPerSecond = random.pick([3e38, -3e38])
        }
        if random.oneIn(2) { frame.takenAtNanoseconds = random.recent() }
        frame.write(into: &words, capacity: FrameCapacity(wordCount: capacity))
        for _ in 0..<random.small(3) {
          words[random.small(min(words.count, 30))] = random.extreme()
        }
        try ring.publish(tier: tier, words.span)
      }
    }
    for _ in 0..<random.small(24) {
      var event = random.event(atNanoseconds: random.oneIn(2) ? random.recent() : nil)
      event.alarm?.value = random.pick([3e38, -3e38, 1e20, 0.9])
      if let rule = AlarmRule.builtIn.randomElement(using: &random) {
        event.alarm?.rule = rule.name
      }
      event.write(into: &words)
      if random.oneIn(3) { words[random.small(6)] = random.extreme() }
      try ring.publish(tier: 3, words.span)
    }
    try ring.heartbeat(
      realtimeNanoseconds: random.extreme(), monotonicNanoseconds: random.extreme())
    return ring
  }

  @Test func `every reader shows such rings, or leaves their frames out`() throws {
    var random = SeededGenerator.fresh()
    for _ in 0..<rounds(25) {
      let ring = try Self.ring(&random)
      let isNamed = random.oneIn(2)
      func open() throws -> OpenFrames {
        OpenFrames(try FrameRingReader(path: ring.path, isNamed: isNamed))
      }
      let now = random.oneIn(2) ? Clock.realtimeNanoseconds() : random.extreme()
      try Self.histories(try open(), now: now)
      try Self.logs(try open(), now: now)
      Self.checks(try open(), now: now)
      try Self.alarms(try open())
      Self.screens(try open(), now: now, &random)
      try Self.recordings(open, now: now)
      for verifies in [false, true] {
        let inspection = try RingInspection(path: ring.path, verifies: verifies)
        _ = RingPage.text(inspection, style: Style(), atNanoseconds: now)
        _ = RingDocument.json(inspection, atNanoseconds: now)
      }
    }
  }

  private static func histories(_ source: OpenFrames, now: UInt64) throws {
    for (from, through) in [(0, UInt64.max), (now - min(now, 600_000_000_000), now)] {
      for form in [HistoryRequest.Form.plot, .table, .json] {
        var run = HistoryRun(source, HistoryRequest(form: form, from: from, through: through))
        let history = try run.read(now: now)
        _ = HistoryPlot.text(history, style: Style(), showsAllEvents: true)
        _ = HistoryTable.text(history, style: Style(columns: 120))
        _ = HistoryListing.csv(history)
        _ = HistoryDocument.json(history)
        _ = HistorySVG.bytes(history)
      }
    }
  }

  private static func logs(_ source: OpenFrames, now: UInt64) throws {
    for format in ClassicLog.Format.allCases {
      let options = LogOptions(
        intervalNanoseconds: 1_000_000_000, count: 2, failAt: nil, names: Names())
      var run = LogRun(
        source, format, try LogDestination(path: "/dev/null"), options, now: { now },
        warn: { _ in })
      _ = try run.past(from: 0, through: .max)
      _ = try run.follow { _ in .timeout }
    }
  }

  private static func checks(_ source: OpenFrames, now: UInt64) {
    _ = CheckRun.report(
      CheckRequest(), ring: { () throws(Failure) in source },
      sample: { () throws(Failure) in throw Failure("none") }, now: now)
  }

  private static func alarms(_ source: OpenFrames) throws {
    for isJSON in [false, true] {
      var session = AlarmsSession(
        source, rules: AlarmRule.builtIn, style: Style(), names: Names(), isJSON: isJSON,
        failure: { $0 })
      let nowhere = try Descriptor(opening: "/dev/null", flags: 1)
      session.output = ByteStream(descriptor: nowhere.number)
      session.say = { _ in }
      try session.begin(from: nil)
      try session.show(events: 5)
    }
  }

  private static func recordings(_ open: () throws -> OpenFrames, now: UInt64) throws {
    for (from, through) in [(0, UInt64.max), (now - min(now, 600_000_000_000), now)] {
      var source = try open()
      let run = ReportRun(request: ReportRequest())
      let report = try run.report(on: &source, from: from, through: through)
      var observation = RunObservation()
      for event in try source.events(from: from, through: through, limit: 1000) {
        observation.add(event)
      }
      try source.forEachFrame(from: from, through: through) { frame in
        observation.add(frame)
        return true
      }
      _ = RunVerdictPage.lines(observation.verdict, style: Style())
      _ = ReportPage.html(report, comparedWith: report)
      _ = ReportPicture.svg(report)
      _ = ReportDocument.json(report)
      replay(report, source, now: now)
      for form in [ExportRun<OpenFrames>.Form.csv, .json, .openMetrics] {
        var export = ExportRun(source, form, from: from, through: through, put: { _ in })
        _ = try export.run(warn: { _ in })
      }
    }
  }

  private static func replay(_ report: Report, _ source: OpenFrames, now: UInt64) {
    var reader = LiveReader(source)
    var names = Names()
    var state = LiveState(columns: 120, rows: 40)
    state.begin(LiveReplay(report), at: now)
    for character in " >>mMw -+m" {
      let data = reader.read(state, nowNanoseconds: now)
      _ = state.press(.character(character), data, &names)
      state.play(nanoseconds: 1_000_000_000, data)
      _ = LiveScreen.lines(state, data, style: Style(), names: &names)
    }
  }

  private static func screens(
    _ source: OpenFrames, now: UInt64, _ random: inout SeededGenerator
  ) {
    var reader = LiveReader(source)
    var names = Names()
    var state = LiveState(columns: 120, rows: 40)
    let keys = "1122334455++-- ".map { Key.character($0) }
    for key in keys + [.left, .pageUp, .home, .enter, .end] {
      let data = reader.read(state, nowNanoseconds: now)
      _ = state.press(key, data, &names)
      _ = LiveScreen.lines(state, data, style: Style(), names: &names)
    }
  }
}

extension SeededGenerator {
  /// A word at an end.
  fileprivate mutating func extreme() -> UInt64 {
    pick([
      0, 1, .max, .max - 1, 1 << 62, 1 << 63, 1 << 62 + 1, UInt64(Int64.max),
      UInt64(Float(3e38).bitPattern), next(),
    ])
  }

  /// A moment of the last ten minutes.
  fileprivate mutating func recent() -> UInt64 {
    Clock.realtimeNanoseconds() - UInt64(small(600)) * 1_000_000_000
  }
}
