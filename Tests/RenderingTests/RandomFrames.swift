import Frames
import FramesTestKit
import Inet
import Kernel
import Pools
import PropertyTestKit

/// Frames as no collector makes them: whatever the layout has room for.
struct RandomFrames {
  var random: SeededGenerator

  /// A number that is likely to be at an end.
  mutating func number() -> Int {
    random.pick([0, 1, 7, 28_232, 65_536, 1_000_000, Int(UInt32.max - 1), int(0...70_000)])
  }

  private mutating func int(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }

  mutating func text() -> String {
    let parts = [
      "", "haproxy.service", "容器", "😀", "e\u{301}", "\u{1b}[2J", "\u{202e}", "a b", "\n",
      String(repeating: "long", count: 12),
    ]
    return (0..<int(0...3)).map { _ in random.pick(parts) }.joined()
  }

  mutating func key() -> PoolKey {
    switch int(0...6) {
    case 0: .bind(.any)
    case 1: .bind(.anyIPv4)
    case 2: .bind(.address(random.address()))
    case 3: .udp(random.oneIn(2) ? .ipv4 : .ipv6)
    case 4: .udpBind(random.oneIn(2) ? .any : .address(random.address()))
    default:
      .connect(
        source: random.address(), destination: random.address(), port: random.port(),
        interface: random.oneIn(3) ? UInt32.max : 0)
    }
  }

  mutating func pool() -> PoolRecord {
    var states = StateCounts()
    for state in SocketState.allCases where random.oneIn(3) { states[state] = number() }
    let capacity = random.pick([0, 1, 28_232, 65_536])
    var pool = PoolRecord(
      Pool(
        key: key(), inUse: number(), capacity: capacity, reclaimable: number(),
        headroom: int(0...capacity), headroomLower: random.oneIn(2) ? number() : nil,
        headroomBound: random.oneIn(2) ? .exact : .upper,
        cliffAt: random.oneIn(2) ? number() : nil, isSearching: random.oneIn(2),
        states: random.oneIn(3) ? nil : states, verdict: random.pick(VerdictLevel.allCases)),
      method: random.pick([.dump, .focus, .bound]),
      countedAtMonotonic: UInt64.random(in: 0 ... .max, using: &random))
    pool.failures = random.oneIn(2) ? number() : nil
    pool.listeningPorts = random.oneIn(2) ? number() : nil
    let floats: [Float?] = [nil, 0, 0.5, 1, 455, -3, .infinity, .nan, 1e30, -1e30]
    pool.forecast.arrivalsPerSecond = random.pick(floats)
    pool.forecast.releasesPerSecond = random.pick(floats)
    pool.forecast.secondsToExhaustion = random.pick(floats)
    pool.forecast.steadyUsage = random.pick(floats)
    pool.forecast.release = random.oneIn(2) ? [0, 1, 2, 3, 4, .max] : nil
    pool.owners = (0..<int(0...2)).map { _ in
      OwnerShare(owner: int(0...9), ports: number(), timeWait: number(), isInferred: true)
    }
    return pool
  }

  mutating func alarm() -> AlarmRecord {
    AlarmRecord(
      rule: text(), subject: random.oneIn(2) ? .host : .pool(key()),
      severity: random.pick(AlarmSeverity.allCases), isRaised: random.oneIn(2), hits: 1,
      groupedCount: random.oneIn(2) ? 0 : number(), value: random.pick([0, 0.9, .nan, 1e30]),
      threshold: 0.8, sinceNanoseconds: UInt64.random(in: 0 ... .max, using: &random))
  }

  mutating func frame(at moment: UInt64) -> Frame {
    var frame = Frame(
      boot: BootID(high: 0, low: UInt64(int(0...1))), tick: 1, takenAtNanoseconds: moment,
      monotonicNanoseconds: UInt64.random(in: 0 ... .max, using: &random),
      spanNanoseconds: random.pick([0, 1, 1_000_000_000, .max]), namespaceCookie: nil,
      range: random.portRange(), reserved: number(), blocked: number(), connectCapacity: number(),
      bindCapacity: number())
    frame.sampleCount = random.oneIn(2) ? 1 : 60
    frame.verdict = random.pick(VerdictLevel.allCases)
    frame.flags = FrameFlags(rawValue: UInt64.random(in: 0 ... .max, using: &random))
    for gauge in HostGauge.allCases where random.oneIn(2) { frame.gauges.sample(gauge, number()) }
    for counter in HostCounter.allCases where random.oneIn(2) {
      frame.counters.add(counter, random.pick([0, 1, 318, .max]))
    }
    frame.pools = (0..<int(0...30)).map { _ in pool() }
    frame.owners = (0..<int(0...8)).map { _ in
      OwnerRecord(
        kind: random.pick([.cgroup, .process, .user]), id: UInt64(int(0...9)), name: text(),
        ports: number(), timeWait: number(), isInferred: random.oneIn(2))
    }
    frame.alarms = (0..<int(0...8)).map { _ in alarm() }
    frame.findings = [FindingRecord(id: 7, severity: 1, arguments: [])]
    return frame
  }

  /// Moments in no order, close together, far apart, at the ends of time.
  mutating func moment() -> UInt64 {
    random.oneIn(8)
      ? random.pick([0, 1, .max, .max - 1])
      : Scenario.start + UInt64(int(0...400)) * random.pick([1, 1_000_000_000, 60_000_000_000])
  }

  mutating func data() -> LiveDataParts {
    let frames = (0..<int(0...20)).map { _ in frame(at: moment()) }
    let events = (0..<int(0...10)).map { _ in
      Event(
        random.pick(Event.Kind.allCases), boot: BootID(high: 0, low: 0), atNanoseconds: moment(),
        monotonicNanoseconds: 0, tick: 3, alarm: random.oneIn(2) ? alarm() : nil, text: text())
    }
    let writer = FrameWriterStatus(
      host: text(), namespace: text(), boot: BootID(high: 0, low: 0), processID: .max,
      startedAtNanoseconds: moment(), heartbeatNanoseconds: moment(),
      intervalNanoseconds: random.pick([0, 1, 1_000_000_000, .max]), isClosed: random.oneIn(4),
      isArchive: random.oneIn(4))
    return LiveDataParts(
      frames: frames, events: events, writer: random.oneIn(5) ? nil : writer, now: moment(),
      trouble: random.oneIn(9) ? text() : nil, oldest: random.oneIn(3) ? nil : moment())
  }
}

/// What a picture is made of.
struct LiveDataParts {
  var frames: [Frame]
  var events: [Event]
  var writer: FrameWriterStatus?
  var now: UInt64
  var trouble: String?
  var oldest: UInt64?
}
