public import Frames
internal import Inet
internal import Kernel
public import Pools
public import PropertyTestKit

/// Random parts of frames: the ends of what a field holds are as frequent as all between.
extension SeededGenerator {
  /// Any 32-bit count; as one that may be missing, not all ones, which stand for none.
  public mutating func count() -> Int {
    pick([0, 1, 2, 28_232, 65_535, 65_536, 1 << 31, Int(UInt32.max) - 1, small(1 << 32 - 1)])
  }

  /// Any moment that words can have.
  public mutating func moment() -> UInt64 {
    pick([0, 1, FrameLayout.momentMax, next() >> 2, next() >> 2, next() >> 2])
  }

  /// Nil or a count.
  public mutating func maybeCount() -> Int? { oneIn(3) ? nil : count() }

  /// A number that is finite.
  public mutating func ratio() -> Float { Float.random(in: 0...10_000, using: &self) }

  /// A gauge as an aggregate makes it.
  public mutating func gauge() -> Gauge {
    let values = [count(), count(), count()].map { UInt32($0) }.sorted()
    let mean = Float.random(in: Float(values[0])...Float(values[2]), using: &self)
    return Gauge(minimum: values[0], mean: mean, maximum: values[2], last: values[1])
  }

  /// A pool of any kind.
  public mutating func poolKey() -> PoolKey {
    let local = pick([BindLocal.any, .anyIPv4, .address(address()), .address(address())])
    switch small(6) {
    case 0: return .bind(local)
    case 1: return .udpBind(local)
    case 2: return .udp(pick([.ipv4, .ipv6]))
    default:
      return .connect(
        source: address(), destination: address(), port: port(),
        interface: oneIn(2) ? 0 : UInt32.random(in: 0...UInt32.max, using: &self))
    }
  }

  /// A pool whose every field is random, with owners among the first `ownerCount`.
  public mutating func poolRecord(_ key: PoolKey, ownerCount: Int = 0) -> PoolRecord {
    var states = StateCounts()
    for raw in UInt8(0)..<12 { states.set(raw: raw, count()) }
    states[.boundInactive] = count()
    let pool = Pool(
      key: key, inUse: count(), capacity: count(), reclaimable: count(), headroom: count(),
      headroomLower: maybeCount(), headroomBound: pick([.upper, .exact]), cliffAt: maybeCount(),
      isSearching: oneIn(2), states: oneIn(3) ? nil : states, verdict: pick(VerdictLevel.allCases))
    var record = PoolRecord(
      pool, method: pick([.dump, .focus, .bound]), countedAtMonotonic: moment())
    record.sampleCount = 1 + small(1_000_000)
    record.inUse = gauge()
    record.headroom = gauge()
    record.inUseBound = count()
    record.listeningPorts = maybeCount()
    record.failures = maybeCount()
    record.forecast.arrivalsPerSecond = oneIn(3) ? nil : ratio()
    record.forecast.releasesPerSecond = oneIn(3) ? nil : ratio()
    record.forecast.secondsToExhaustion = oneIn(3) ? nil : ratio()
    record.forecast.steadyUsage = oneIn(3) ? nil : ratio()
    record.forecast.secondsToCliff = oneIn(3) ? nil : ratio()
    record.forecast.sustainablePerSecond = oneIn(3) ? nil : ratio()
    record.forecast.release =
      oneIn(2) ? nil : Forecast.releaseHorizons.map { _ in UInt16(small(65_536)) }
    if ownerCount > 0 {
      record.owners = (0..<small(PoolRecord.ownerLimit + 1)).map { _ in
        OwnerShare(
          owner: small(ownerCount), ports: count(), timeWait: count(), isInferred: oneIn(2))
      }
    }
    return record
  }

  /// A name of at most `byteCount` bytes of UTF-8, without zeros.
  public mutating func text(byteCount: Int) -> String {
    var text = ""
    for _ in 0..<small(byteCount + 1) {
      let piece = pick(["a", "Z", " ", "ü", "€", "🙂", "/", "\n"])
      if text.utf8.count + piece.utf8.count <= byteCount { text += piece }
    }
    return text
  }

  /// An owner.
  public mutating func ownerRecord() -> OwnerRecord {
    OwnerRecord(
      kind: pick([.cgroup, .process, .user]), id: next(), name: text(byteCount: 48), ports: count(),
      timeWait: count(), isInferred: oneIn(2))
  }

  /// A finding.
  public mutating func findingRecord() -> FindingRecord {
    FindingRecord(
      id: UInt16(small(65_536)), severity: UInt8(small(256)),
      arguments: (0..<4).map { _ in next() })
  }

  /// An alarm on the host or on any pool.
  public mutating func alarmRecord() -> AlarmRecord {
    AlarmRecord(
      rule: text(byteCount: 32), subject: oneIn(3) ? .host : .pool(poolKey()),
      severity: pick(AlarmSeverity.allCases), isRaised: oneIn(2), hits: count(),
      groupedCount: small(1 << 40), value: ratio(), threshold: -ratio(), sinceNanoseconds: moment())
  }

  /// An event of any kind.
  public mutating func event(atNanoseconds: UInt64? = nil) -> Event {
    Event(
      pick(Event.Kind.allCases), boot: BootID(high: next(), low: next()),
      atNanoseconds: atNanoseconds ?? moment(), monotonicNanoseconds: moment(), tick: next(),
      alarm: oneIn(2) ? alarmRecord() : nil, text: text(byteCount: pick([0, 7, 8, 9, 512])))
  }
}
