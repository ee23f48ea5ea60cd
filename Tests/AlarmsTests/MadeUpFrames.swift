import Alarms
import Frames
import Inet
import Kernel
import Pools

/// Frames of a host with 1,000 ports, so that a port is 0.1 %.
enum MadeUp {
  static let second: UInt64 = 1_000_000_000
  static let range: PortRange = {
    guard let range = PortRange(low: 40_000, high: 40_999) else { preconditionFailure() }
    return range
  }()
  static let start: UInt64 = 1_795_228_933 * second

  /// The pool from 10.0.0.`source` to port 443 of 10.1.0.`destination`.
  static func key(_ source: UInt32 = 5, _ destination: UInt32 = 1) -> PoolKey {
    .connect(
      source: IPAddress(ipv4: 0x0a00_0000 + source),
      destination: IPAddress(ipv4: 0x0a01_0000 + destination), port: 443, interface: 0)
  }

  static func bind(_ address: UInt32 = 5) -> PoolKey {
    .bind(.address(IPAddress(ipv4: 0x0a00_0000 + address)))
  }

  /// A frame, `tick` spans after the start, with `ports` distinct ports in use.
  static func frame(
    _ tick: Int, span: UInt64 = second, ports: Int? = nil, pools: [(PoolKey, Int)] = [],
    _ change: (inout Frame) -> Void = { _ in }
  ) -> Frame {
    let at = UInt64(tick) * span
    var frame = Frame(
      boot: BootID(high: 2, low: 1), tick: UInt64(tick), takenAtNanoseconds: start + at,
      monotonicNanoseconds: 1000 * second + at, spanNanoseconds: span, namespaceCookie: 7,
      range: range, reserved: 0, blocked: 0, connectCapacity: 1000, bindCapacity: 1000)
    frame.gauges.sample(.tcpPortsInUse, ports)
    frame.gauges.sample(.countAge, 0)
    frame.pools = pools.map { pool($0, $1, frame) }
    change(&frame)
    return frame
  }

  static func pool(_ key: PoolKey, _ inUse: Int, _ frame: Frame) -> PoolRecord {
    let pool = Pool(
      key: key, inUse: inUse, capacity: 1000, reclaimable: 0, headroom: 1000 - inUse,
      headroomLower: nil, headroomBound: .upper, cliffAt: nil, isSearching: false, states: nil)
    return PoolRecord(pool, method: .dump, countedAtMonotonic: frame.monotonicNanoseconds)
  }

  /// A rule that is checked each second.
  static func rule(
    _ subject: AlarmRule.Subject, hits: Int = 1, threshold: Double = 0.8,
    period: UInt64 = second, severity: AlarmSeverity = .major
  ) -> AlarmRule {
    AlarmRule(
      name: subject.name, subject: subject, threshold: threshold, periodNanoseconds: period,
      hits: hits, severity: severity)
  }
}

extension AlarmEngine {
  /// Feeds frames; for each "R" for what was raised, "C" for what was cleared, "." for nothing.
  mutating func trace(_ frames: [Frame]) -> String {
    frames.map { frame in
      let events = feed(frame).events
      return events.isEmpty
        ? "." : events.map { $0.kind == .alarmRaised ? "R" : "C" }.joined()
    }.joined()
  }
}
