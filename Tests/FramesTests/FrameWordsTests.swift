import Frames
import FramesTestKit
import Inet
import Kernel
import Pools
import PropertyTestKit
import Testing

@Suite struct FrameWordsTests {
  /// A slot of 8 KiB.
  private let capacity = FrameCapacity(wordCount: 1020)

  @Test func `a frame of a made-up host comes back as it was written`() throws {
    var words: [UInt64] = []
    for frame in Scenario.filling(seconds: 20).frames {
      frame.write(into: &words, capacity: capacity)
      #expect(try Frame(words.span) == frame)
    }
  }

  @Test("A name shorter than its place is followed by zeros", arguments: [0, 1, 7, 8, 9, 31, 32])
  func shortNames(_ count: Int) throws {
    var words: [UInt64] = []
    let alarm = AlarmRecord(
      rule: String(repeating: "r", count: count), subject: .host, severity: .major,
      isRaised: true, hits: 5, value: 0.9, threshold: 0.8, sinceNanoseconds: 3)
    let state = AlarmState(
      boot: BootID(high: 3, low: 4), namespaceCookie: 7, atNanoseconds: 1, monotonicNanoseconds: 2,
      alarms: [alarm])
    state.write(into: &words, wordCount: 100)
    #expect(try AlarmState(words.span) == state)
  }

  @Test func `every field of a frame comes back as it was written`() throws {
    var generator = SeededGenerator.fresh()
    var words: [UInt64] = []
    for _ in 0..<rounds(500) {
      let frame = generator.frame(poolCount: generator.small(25))
      frame.write(into: &words, capacity: capacity)
      try #require(words.count <= capacity.wordCount)
      try #require(try Frame(words.span) == frame, "\(generator.replay)")
      let stamp = try FrameStamp(words.span)
      try #require(stamp == FrameStamp(frame), "\(generator.replay)")
    }
  }

  @Test func `every field of an event comes back as it was written`() throws {
    var generator = SeededGenerator.fresh()
    var words: [UInt64] = []
    for _ in 0..<rounds(1000) {
      let event = generator.event()
      event.write(into: &words)
      try #require(words.count <= FrameLayout.eventWordCount)
      try #require(try Event(words.span) == event, "\(generator.replay)")
    }
  }

  @Test func `what the alarms remember comes back, as far as there is room`() throws {
    var generator = SeededGenerator.fresh()
    var words: [UInt64] = []
    for _ in 0..<rounds(200) {
      let alarms = (0..<generator.small(40)).map { _ in generator.alarmRecord() }
      let state = AlarmState(
        boot: BootID(high: 1, low: generator.next()),
        namespaceCookie: generator.small(2) == 0 ? nil : generator.next() | 1,
        atNanoseconds: generator.moment(), monotonicNanoseconds: generator.moment(),
        alarms: alarms)
      let room = generator.small(30)
      state.write(into: &words, wordCount: 6 + 13 * room + generator.small(13))
      try #require(words.count <= 6 + 13 * room)
      let read = try AlarmState(words.span)
      #expect(read.atNanoseconds == state.atNanoseconds)
      #expect(read.monotonicNanoseconds == state.monotonicNanoseconds)
      #expect(read.namespaceCookie == state.namespaceCookie && read.boot == state.boot)
      try #require(read.alarms == Array(alarms.prefix(room)), "\(generator.replay)")
    }
  }

  @Test func `the verdicts have the numbers of the layout, from harmless to bad`() throws {
    var words: [UInt64] = []
    for (number, level) in VerdictLevel.allCases.sorted().enumerated() {
      var frame = Scenario.filling(seconds: 1).frames[0]
      frame.verdict = level
      frame.write(into: &words, capacity: capacity)
      #expect(words[9] >> 32 == UInt64(number))
      #expect(try Frame(words.span).verdict == level)
    }
  }

  @Test func `an unknown number stays unknown and is never 0`() throws {
    var frame = Scenario.idle(seconds: 1).frames[0]
    frame.gauges = HostGauges()
    frame.counters = HostCounters()
    frame.gauges.sample(.orphans, 0)
    frame.counters.add(.rows, 0)
    var words: [UInt64] = []
    frame.write(into: &words, capacity: capacity)
    let read = try Frame(words.span)
    #expect(read.gauges[.orphans] == Gauge(0))
    #expect(read.gauges[.timeWait] == nil)
    #expect(read.counters[.rows] == 0)
    #expect(read.counters[.dumps] == nil)
  }

  @Test func `numbers that do not fit are the nearest that do`() throws {
    var frame = Scenario.filling(seconds: 1).frames[0]
    frame.reserved = .max
    frame.blocked = -1
    frame.pools[0].headroomLower = .max
    frame.pools[0].failures = -5
    var words: [UInt64] = []
    frame.write(into: &words, capacity: capacity)
    let read = try Frame(words.span)
    #expect(read.reserved == Int(UInt32.max))
    #expect(read.blocked == 0)
    // All ones stand for none.
    #expect(read.pools[0].headroomLower == Int(UInt32.max) - 1)
    #expect(read.pools[0].failures == 0)
  }

  @Test func `a finding has four arguments in its words, however many it was left with`() throws {
    for count in [0, 1, 3, 5, 9] {
      var frame = Scenario.filling(seconds: 1).frames[0]
      frame.findings = [FindingRecord(id: 1, severity: 2, arguments: [])]
      frame.findings[0].arguments = Array(repeating: 7, count: count)
      var words: [UInt64] = []
      frame.write(into: &words, capacity: capacity)
      let expected = (0..<4).map { $0 < count ? 7 as UInt64 : 0 }
      #expect(try Frame(words.span).findings[0].arguments == expected)
    }
  }

  @Test func `a boot id is read as the kernel writes it, and nothing else is one`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(500) {
      let boot = BootID(
        high: generator.next() >> UInt64(generator.small(64)), low: generator.next())
      try #require(BootID("\(boot)") == boot)
      try #require("\(boot)".utf8.count == 36)
    }
    let text = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
    #expect(BootID(text) == BootID(high: 0x8be4_df61_93ca_11d2, low: 0xaa0d_00e0_9803_2b8c))
    #expect(try BootID.current() == BootID.current())
    for wrong in [
      "", "-", String(text.dropLast()), text + "0", "+" + text.dropFirst(), "zz" + text,
    ] {
      #expect(BootID(wrong) == nil, "\(wrong)")
    }
  }
}
