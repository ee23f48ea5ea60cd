import Frames
import FramesTestKit
import Inet
import Kernel
import Pools
import Testing

/// Where each field stands, found by changing it: the drawing of `FrameLayout`, held against the truth.
///
/// Files outlive programs. What changes here needs another `FrameLayout.version`.
@Suite struct FrameLayoutTests {
  private typealias Change = (name: String, change: @Sendable (inout Frame) -> Void)

  /// A frame in which every field is 0 or the least that it can be.
  private static var blank: Frame {
    get throws {
      var frame = Frame(
        boot: BootID(high: 0, low: 0), tick: 0, takenAtNanoseconds: 0, monotonicNanoseconds: 0,
        spanNanoseconds: 0, namespaceCookie: 0, range: try #require(PortRange(low: 0, high: 0)),
        reserved: 0, blocked: 0, connectCapacity: 0, bindCapacity: 0)
      frame.other.isExact = false
      frame.gauges[.tcpSockets] = Gauge(0)
      frame.counters[.ticks] = 0
      var pool = PoolRecord(
        Pool(
          key: .connect(source: zero, destination: zero, port: 0, interface: 0), inUse: 0,
          capacity: 0, reclaimable: 0, headroom: 0, headroomLower: 0, headroomBound: .upper,
          cliffAt: 0, isSearching: false, states: StateCounts()), method: .dump,
        countedAtMonotonic: 0)
      pool.failures = 0
      pool.listeningPorts = 0
      pool.forecast.arrivalsPerSecond = 0
      pool.forecast.releasesPerSecond = 0
      pool.forecast.secondsToExhaustion = 0
      pool.forecast.steadyUsage = 0
      pool.forecast.secondsToCliff = 0
      pool.forecast.sustainablePerSecond = 0
      pool.forecast.release = [0, 0, 0, 0, 0, 0]
      let share = OwnerShare(owner: 0, ports: 0, timeWait: 0, isInferred: false)
      pool.owners = [share, share]
      frame.pools = [pool]
      frame.owners = [
        OwnerRecord(kind: .cgroup, id: 0, name: "", ports: 0, timeWait: 0),
        OwnerRecord(kind: .cgroup, id: 0, name: "", ports: 0, timeWait: 0),
      ]
      frame.findings = [FindingRecord(id: 0, severity: 0, arguments: [])]
      frame.alarms = [
        AlarmRecord(
          rule: "", subject: .pool(pool.key), severity: .warning, isRaised: false, hits: 0,
          value: 0, threshold: 0, sinceNanoseconds: 0)
      ]
      return frame
    }
  }

  private static let zero = IPAddress(high: 0, low: 0)
  private static let ones = IPAddress(high: .max, low: .max)
  private static let all = Int(UInt32.max)
  private static let name = String(repeating: "\u{7f}", count: 48)
  private static let most = Float(bitPattern: 0x7f7f_ffff)

  private static let changes: [Change] = [
    ("sampleCount", { $0.sampleCount = all }), ("boot.high", { $0.boot.high = .max }),
    ("boot.low", { $0.boot.low = .max }), ("tick", { $0.tick = .max }),
    ("takenAt", { $0.takenAtNanoseconds = .max }),
    ("monotonic", { $0.monotonicNanoseconds = .max }), ("span", { $0.spanNanoseconds = .max }),
    ("namespaceCookie", { $0.namespaceCookie = nil }),
    ("range", { $0.range = PortRange(low: 65_535, high: 65_535) ?? $0.range }),
    ("reserved", { $0.reserved = all }), ("blocked", { $0.blocked = all }),
    ("verdict", { $0.verdict = .exhausted }), ("connectCapacity", { $0.connectCapacity = all }),
    ("bindCapacity", { $0.bindCapacity = all }), ("other.pools", { $0.other.pools = all }),
    ("other.inUseMaximum", { $0.other.inUseMaximum = all }),
    ("other.addressInUseMaximum", { $0.other.addressInUseMaximum = all }),
    ("other.isExact", { $0.other.isExact = true }), ("flags", { $0.flags = .init(rawValue: .max) }),
    ("gauge.minimum", { $0.gauges[.tcpSockets]?.minimum = .max }),
    ("gauge.maximum", { $0.gauges[.tcpSockets]?.maximum = .max }),
    ("gauge.last", { $0.gauges[.tcpSockets]?.last = .max }),
    ("gauge.mean", { $0.gauges[.tcpSockets]?.mean = most }),
    ("counter", { $0.counters[.ticks] = .max }),
    (
      "key.port",
      { $0.pools[0].key = .connect(source: zero, destination: zero, port: .max, interface: 0) }
    ),
    (
      "key.interface",
      { $0.pools[0].key = .connect(source: zero, destination: zero, port: 0, interface: .max) }
    ),
    (
      "key.source",
      { $0.pools[0].key = .connect(source: ones, destination: zero, port: 0, interface: 0) }
    ),
    (
      "key.destination",
      { $0.pools[0].key = .connect(source: zero, destination: ones, port: 0, interface: 0) }
    ),
    ("key.kind", { $0.pools[0].key = .udpBind(.address(zero)) }),
    ("key.local", { $0.pools[0].key = .bind(.any) }),
    ("key.family", { $0.pools[0].key = .udp(.ipv6) }),
    ("pool.inUse.maximum", { $0.pools[0].inUse.maximum = .max }),
    ("pool.headroom.mean", { $0.pools[0].headroom.mean = most }),
    ("pool.sampleCount", { $0.pools[0].sampleCount = all }),
    ("pool.isSearching", { $0.pools[0].isSearching = true }),
    ("pool.isExact", { $0.pools[0].headroomBound = .exact }),
    ("pool.hasStates", { $0.pools[0].states = nil }),
    ("pool.hasRelease", { $0.pools[0].forecast.release = nil }),
    ("pool.verdict", { $0.pools[0].verdict = .exhausted }),
    ("pool.method", { $0.pools[0].method = .bound }),
    ("pool.ownerCount", { $0.pools[0].owners = [] }),
    ("pool.capacity", { $0.pools[0].capacity = all }),
    ("pool.reclaimable", { $0.pools[0].reclaimable = all }),
    ("pool.headroomLower", { $0.pools[0].headroomLower = nil }),
    ("pool.cliffAt", { $0.pools[0].cliffAt = nil }),
    ("pool.failures", { $0.pools[0].failures = nil }),
    ("pool.inUseBound", { $0.pools[0].inUseBound = all }),
    ("pool.countedAt", { $0.pools[0].countedAtMonotonic = .max }),
    ("pool.states.undocumented", { $0.pools[0].states?.set(raw: 0, all) }),
    ("pool.states.established", { $0.pools[0].states?[.established] = all }),
    ("pool.states.closing", { $0.pools[0].states?[.closing] = all }),
    ("pool.states.boundInactive", { $0.pools[0].states?[.boundInactive] = all }),
    ("pool.listeningPorts", { $0.pools[0].listeningPorts = nil }),
    ("pool.arrivals", { $0.pools[0].forecast.arrivalsPerSecond = most }),
    ("pool.releases", { $0.pools[0].forecast.releasesPerSecond = most }),
    ("pool.seconds", { $0.pools[0].forecast.secondsToExhaustion = most }),
    ("pool.steady", { $0.pools[0].forecast.steadyUsage = most }),
    ("pool.cliff", { $0.pools[0].forecast.secondsToCliff = most }),
    ("pool.sustainable", { $0.pools[0].forecast.sustainablePerSecond = most }),
    ("pool.release.first", { $0.pools[0].forecast.release?[0] = .max }),
    ("pool.release.last", { $0.pools[0].forecast.release?[5] = .max }),
    ("pool.owner.place", { $0.pools[0].owners[1].owner = 1 }),
    ("pool.owner.isInferred", { $0.pools[0].owners[0].isInferred = true }),
    ("pool.owner.ports", { $0.pools[0].owners[0].ports = all }),
    ("pool.owner.timeWait", { $0.pools[0].owners[1].timeWait = all }),
    ("owner.kind", { $0.owners[0].kind = .user }),
    ("owner.isInferred", { $0.owners[0].isInferred = true }),
    ("owner.id", { $0.owners[0].id = .max }), ("owner.ports", { $0.owners[0].ports = all }),
    ("owner.timeWait", { $0.owners[0].timeWait = all }),
    ("owner.name", { $0.owners[0].name = name }),
    ("finding.id", { $0.findings[0].id = .max }),
    ("finding.severity", { $0.findings[0].severity = .max }),
    (
      "finding.arguments",
      { $0.findings[0].arguments = [.max, .max, .max, .max] }
    ),
    ("alarm.severity", { $0.alarms[0].severity = .critical }),
    ("alarm.isRaised", { $0.alarms[0].isRaised = true }),
    ("alarm.isHost", { $0.alarms[0].subject = .host }),
    ("alarm.hits", { $0.alarms[0].hits = all }),
    ("alarm.since", { $0.alarms[0].sinceNanoseconds = .max }),
    ("alarm.value", { $0.alarms[0].value = most }),
    ("alarm.threshold", { $0.alarms[0].threshold = most }),
    ("alarm.groupedCount", { $0.alarms[0].groupedCount = .max }),
    ("alarm.rule", { $0.alarms[0].rule = String(name.prefix(32)) }),
    ("alarm.key", { $0.alarms[0].subject = .pool(.udpBind(.address(ones))) }),
  ]

  /// "16 32..63" for each word that a change touches, from the lowest to the highest bit that it sets.
  private static func places(_ left: [UInt64], _ right: [UInt64]) -> String {
    zip(left, right).enumerated().compactMap { index, pair in
      let bits = pair.0 ^ pair.1
      guard bits != 0 else { return nil }
      return "\(index) \(bits.trailingZeroBitCount)..\(63 - bits.leadingZeroBitCount)"
    }.joined(separator: ", ")
  }

  @Test func `each field has its place in the words`() throws {
    let capacity = FrameCapacity(wordCount: 1020)
    var before: [UInt64] = [], after: [UInt64] = []
    try Self.blank.write(into: &before, capacity: capacity)
    #expect(before.count == 17 + 2 + 1 + 30 + 2 * 9 + 5 + 13)
    var text = ""
    for (name, change) in Self.changes {
      var frame = try Self.blank
      change(&frame)
      frame.write(into: &after, capacity: capacity)
      text += "\(name): \(Self.places(before, after))\n"
    }
    #expect(text == Self.drawing)
  }

  private static let drawing = """
    sampleCount: 0 33..63
    boot.high: 1 0..63
    boot.low: 2 0..63
    tick: 3 0..63
    takenAt: 4 0..63
    monotonic: 5 0..63
    span: 6 0..63
    namespaceCookie: 7 0..63
    range: 8 0..31
    reserved: 8 32..63
    blocked: 9 0..31
    verdict: 9 34..34
    connectCapacity: 10 0..31
    bindCapacity: 10 32..63
    other.pools: 11 0..31
    other.inUseMaximum: 11 32..63
    other.addressInUseMaximum: 12 0..31
    other.isExact: 12 32..32
    flags: 13 0..63
    gauge.minimum: 17 0..31
    gauge.maximum: 17 32..63
    gauge.last: 18 0..31
    gauge.mean: 18 32..62
    counter: 19 0..63
    key.port: 20 16..31
    key.interface: 20 32..63
    key.source: 21 0..63, 22 0..63
    key.destination: 23 0..63, 24 0..63
    key.kind: 20 0..1
    key.local: 20 0..9
    key.family: 20 1..8
    pool.inUse.maximum: 25 32..63
    pool.headroom.mean: 28 32..62
    pool.sampleCount: 29 1..31
    pool.isSearching: 29 32..32
    pool.isExact: 29 33..33
    pool.hasStates: 29 34..34
    pool.hasRelease: 29 35..35
    pool.verdict: 29 42..42
    pool.method: 29 49..49
    pool.ownerCount: 29 57..57
    pool.capacity: 30 0..31
    pool.reclaimable: 30 32..63
    pool.headroomLower: 31 0..31
    pool.cliffAt: 31 32..63
    pool.failures: 32 0..31
    pool.inUseBound: 32 32..63
    pool.countedAt: 33 0..63
    pool.states.undocumented: 34 0..31
    pool.states.established: 34 32..63
    pool.states.closing: 39 32..63
    pool.states.boundInactive: 40 0..31
    pool.listeningPorts: 40 32..63
    pool.arrivals: 41 0..30
    pool.releases: 41 32..62
    pool.seconds: 42 0..30
    pool.steady: 42 32..62
    pool.cliff: 45 0..30
    pool.sustainable: 45 32..62
    pool.release.first: 43 0..15
    pool.release.last: 44 16..31
    pool.owner.place: 48 0..0
    pool.owner.isInferred: 46 16..16
    pool.owner.ports: 46 32..63
    pool.owner.timeWait: 49 0..31
    owner.kind: 50 1..1
    owner.isInferred: 50 8..8
    owner.id: 51 0..63
    owner.ports: 52 0..31
    owner.timeWait: 52 32..63
    owner.name: 53 0..62, 54 0..62, 55 0..62, 56 0..62, 57 0..62, 58 0..62
    finding.id: 68 0..15
    finding.severity: 68 16..23
    finding.arguments: 69 0..63, 70 0..63, 71 0..63, 72 0..63
    alarm.severity: 73 0..1
    alarm.isRaised: 73 8..8
    alarm.isHost: 73 16..16
    alarm.hits: 73 32..63
    alarm.since: 74 0..63
    alarm.value: 75 0..30
    alarm.threshold: 75 32..62
    alarm.groupedCount: 76 0..62
    alarm.rule: 77 0..62, 78 0..62, 79 0..62, 80 0..62
    alarm.key: 81 0..1, 82 0..63, 83 0..63

    """
}
