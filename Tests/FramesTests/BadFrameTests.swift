import Frames
import FramesTestKit
import Inet
import Kernel
import Pools
import PropertyTestKit
import Testing

/// Words that are no frame: an error that says why, or a frame that no reader trips over.
@Suite struct BadFrameTests {
  private let capacity = FrameCapacity(wordCount: 1020)

  /// What a reader does with a frame: nothing of it may trap.
  private func use(_ frames: [Frame]) {
    for frame in frames {
      _ = frame.rangeUsage
      _ = frame.tightest?.pool.usage
      for name in HostGauge.allCases {
        if let gauge = frame.gauges[name] {
          _ = Int(gauge.mean) + (gauge.minimum...gauge.maximum).count
        }
      }
      for pool in frame.pools {
        _ = Int(pool.inUse.mean) + Int(pool.headroom.mean)
        _ = pool.owners.map { frame.owners[$0.owner] }
        _ = pool.usageMaximum
      }
      for alarm in frame.alarms { _ = "\(alarm.value) \(alarm.rule)" }
    }
    for step in [1, 10_000_000_000, UInt64.max] {
      var aggregate = FrameAggregate(stepNanoseconds: step)
      for frame in frames { _ = aggregate.fold(frame) }
      var words: [UInt64] = []
      aggregate.finish()?.write(into: &words, capacity: capacity)
    }
  }

  @Test func `frames with bits changed are read or refused, and never trip a reader`() {
    var generator = SeededGenerator.fresh()
    var words: [UInt64] = []
    var outcomes: (read: Int, refused: Int) = (0, 0)
    for _ in 0..<rounds(3000) {
      generator.frame(poolCount: generator.small(6)).write(into: &words, capacity: capacity)
      for _ in 0...generator.small(3) {
        switch generator.small(4) {
        case 0: words[generator.small(words.count)] ^= 1 << UInt64(generator.small(64))
        case 1:
          words[generator.small(words.count)] = generator.pick([0, .max, 1, generator.next()])
        case 2: words.removeLast(generator.small(words.count))
        default: words.append(generator.next())
        }
        if words.isEmpty { words = [1] }
      }
      do {
        let frame = try Frame(words.span)
        outcomes.read += 1
        use([frame, frame])
      } catch {
        outcomes.refused += 1
        #expect(!"\(error)".isEmpty)
      }
    }
    #expect(outcomes.read > 0 && outcomes.refused > 0, "\(outcomes), \(generator.replay)")
  }

  @Test func `arbitrary words are refused with a reason`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(3000) {
      var words = (0..<generator.small(200)).map { _ in
        generator.oneIn(2) ? generator.next() : UInt64(generator.small(4))
      }
      // With the right head, so that what follows is looked at.
      let kind = UInt64(1 + generator.small(3))
      if !words.isEmpty { words[0] = words[0] & ~0xffff_ffff | 1 | kind << 16 }
      if let frame = try? Frame(words.span) { use([frame]) }
      _ = try? Event(words.span)
      _ = try? AlarmState(words.span)
      _ = try? FrameStamp(words.span)
    }
  }

  @Test func `a frame that is cut anywhere is truncated where it was cut`() throws {
    var generator = SeededGenerator.fresh()
    var words: [UInt64] = []
    generator.frame(poolCount: 3).write(into: &words, capacity: capacity)
    for count in words.indices {
      #expect(throws: FrameError.truncated(atWord: count)) {
        try Frame(words.span.extracting(0..<count))
      }
    }
  }

  /// A place of the layout, what is put there, and what is said.
  private static let faults: [(word: Int, change: @Sendable (UInt64) -> UInt64, FrameError)] = [
    (0, { $0 & ~0xffff | 2 }, .version(found: 2, expected: 1)),
    (0, { $0 & ~0xffff_0000 | 2 << 16 }, .kind(found: 2, expected: 1)),
    (0, { $0 & 0xffff_ffff }, .value(field: "number of samples", found: 0)),
    (8, { _ in 0x1_0002 }, .value(field: "range", found: 0x1_0002)),
    (9, { _ in 5 << 32 }, .value(field: "verdict", found: 5)),
    (15, { _ in 1 << 26 }, .value(field: "gauges", found: 1 << 26)),
    (16, { _ in 1 << 21 }, .value(field: "counters", found: 1 << 21)),
    (17, { _ in 6 }, .value(field: "last of a gauge", found: 5)),
    (
      18, { _ in 5 | UInt64(Float.nan.bitPattern) << 32 },
      .value(field: "mean of a gauge", found: UInt64(Float.nan.bitPattern))
    ),
    (
      18, { _ in 5 | UInt64(Float(4).bitPattern) << 32 },
      .value(field: "mean of a gauge", found: UInt64(Float(4).bitPattern))
    ),
    (19, { _ in 4 }, .value(field: "pool kind", found: 4)),
    (19, { _ in 1 | 3 << 8 }, .value(field: "local address kind", found: 3)),
    (28, { $0 & ~0xffff_ffff }, .value(field: "number of samples", found: 0)),
    (28, { $0 & ~(0xff << 48) | 3 << 48 }, .value(field: "counting method", found: 3)),
    (28, { $0 & ~(0xff << 40) | 9 << 40 }, .value(field: "verdict", found: 9)),
    (28, { $0 & ~(0xff << 56) | 3 << 56 }, .value(field: "number of owners of a pool", found: 3)),
    (45, { $0 | 1 }, .value(field: "place of an owner", found: 1)),
    (49, { _ in 3 }, .value(field: "kind of owner", found: 3)),
    (58, { _ in 4 }, .value(field: "severity of an alarm", found: 4)),
    (
      60, { _ in UInt64(Float.infinity.bitPattern) },
      .value(field: "value of an alarm", found: UInt64(Float.infinity.bitPattern))
    ),
  ]

  @Test(arguments: faults.indices) func `a value that cannot be is named`(index: Int) throws {
    let (word, change, error) = Self.faults[index]
    var frame = Frame(
      boot: BootID(high: 1, low: 2), tick: 3, takenAtNanoseconds: 4, monotonicNanoseconds: 5,
      spanNanoseconds: 6, namespaceCookie: 7, range: try #require(PortRange(low: 1, high: 2)),
      reserved: 0, blocked: 0, connectCapacity: 2, bindCapacity: 2)
    frame.gauges[.tcpSockets] = Gauge(minimum: 5, mean: 5, maximum: 5, last: 5)
    frame.owners = [OwnerRecord(kind: .cgroup, id: 1, name: "a", ports: 1, timeWait: 1)]
    var generator = SeededGenerator(seed: 1)
    var pool = generator.poolRecord(.bind(.anyIPv4), ownerCount: 1)
    pool.owners = [OwnerShare(owner: 0, ports: 1, timeWait: 1, isInferred: false)]
    frame.pools = [pool]
    frame.alarms = [generator.alarmRecord()]
    var words: [UInt64] = []
    frame.write(into: &words, capacity: capacity)
    _ = try Frame(words.span)
    words[word] = change(words[word])
    #expect(throws: error) { try Frame(words.span) }
  }

  @Test func `numbers that are none are not written`() throws {
    var frame = Scenario.filling(seconds: 1).frames[0]
    frame.pools[0].forecast.arrivalsPerSecond = .infinity
    frame.pools[0].forecast.steadyUsage = .nan
    frame.alarms = [
      AlarmRecord(
        rule: "r", subject: .host, severity: .major, isRaised: true, hits: 1, value: .nan,
        threshold: .infinity, sinceNanoseconds: 1)
    ]
    var words: [UInt64] = []
    frame.write(into: &words, capacity: capacity)
    let read = try Frame(words.span)
    #expect(read.pools[0].forecast.arrivalsPerSecond == nil)
    #expect(read.pools[0].forecast.steadyUsage == nil)
    #expect(read.alarms[0].value == 0)
    #expect(read.alarms[0].threshold == .greatestFiniteMagnitude)
  }
}
