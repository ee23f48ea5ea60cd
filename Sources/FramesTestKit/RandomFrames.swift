public import Frames
internal import Inet
internal import Kernel
internal import Pools
public import PropertyTestKit

extension SeededGenerator {
  /// A frame whose every field is random, with `poolCount` pools of different keys.
  public mutating func frame(poolCount: Int) -> Frame {
    let ports = portRange()
    var frame = Frame(
      boot: BootID(high: next(), low: next()), tick: next(), takenAtNanoseconds: moment(),
      monotonicNanoseconds: moment(), spanNanoseconds: moment(),
      namespaceCookie: oneIn(3) ? nil : next() >> 1, range: ports, reserved: count(),
      blocked: count(), connectCapacity: count(), bindCapacity: count())
    frame.sampleCount = 1 + small(1_000_000)
    frame.verdict = pick(VerdictLevel.allCases)
    frame.flags = FrameFlags(rawValue: next())
    for name in HostGauge.allCases where oneIn(2) { frame.gauges[name] = gauge() }
    for name in HostCounter.allCases where oneIn(2) { frame.counters[name] = next() }
    frame.owners = (0..<small(FrameCapacity.owners + 1)).map { _ in ownerRecord() }
    frame.findings = (0..<small(FrameCapacity.findings + 1)).map { _ in findingRecord() }
    frame.alarms = (0..<small(FrameCapacity.alarms + 1)).map { _ in alarmRecord() }
    var keys: Set<PoolKey> = []
    while keys.count < poolCount { keys.insert(poolKey()) }
    frame.pools = keys.sorted().map { poolRecord($0, ownerCount: frame.owners.count) }
    frame.other = Remainder(
      pools: small(1 << 30), inUseMaximum: count(), isExact: oneIn(2), addressInUseMaximum: count())
    return frame
  }

  /// Raw frames of a host whose pools, owners and findings come and go; the clocks are those given.
  public mutating func rawFrames(
    at clocks: [FrameStamp], keyCount: Int = 12, changesSpace: Bool = false
  ) -> [Frame] {
    let keys = (0..<keyCount).map { _ in poolKey() }
    let owners = (0..<6).map { _ in ownerRecord() }
    // The range changes now and then, if it may.
    let spaces = (0..<2).map { _ in frame(poolCount: 0) }
    return clocks.enumerated().map { tick, clock in
      var frame = frame(poolCount: 0)
      frame.boot = clock.boot
      let space = changesSpace && oneIn(30) ? spaces[1] : spaces[0]
      frame.range = space.range
      frame.reserved = space.reserved
      frame.takenAtNanoseconds = clock.takenAtNanoseconds
      frame.monotonicNanoseconds = clock.monotonicNanoseconds
      frame.tick = UInt64(tick)
      frame.spanNanoseconds = UInt64(small(2_000_000_000))
      frame.sampleCount = 1
      for name in HostGauge.allCases where frame.gauges[name] != nil {
        frame.gauges[name] = Gauge(small(1 << 24))
      }
      for name in HostCounter.allCases where frame.counters[name] != nil {
        frame.counters[name] = UInt64(small(1 << 30))
      }
      frame.owners = owners.filter { _ in oneIn(2) }
      for index in frame.owners.indices { frame.owners[index].ports = small(20) }
      frame.findings = frame.findings.map { finding in
        var finding = finding
        finding.id %= 8
        // Half of them are about a pool of their frame.
        if oneIn(2) { finding.place = small(frame.pools.count + 1) }
        return finding
      }
      let listed = Set(keys.filter { _ in !oneIn(3) }).sorted()
      frame.pools = listed.map { key in
        var pool = poolRecord(key, ownerCount: frame.owners.count)
        pool.sampleCount = 1
        pool.inUse = Gauge(small(1 << 24))
        pool.headroom = Gauge(small(1 << 24))
        pool.capacity = 1 << 24
        return pool
      }
      frame.pools.sort { $0.isTighter(than: $1) }
      return frame
    }
  }
}
