internal import Frames
internal import Inet
internal import Pools

/// One frame, read with the eyes of rules: which of its numbers are new, and what the old ones allow.
struct FrameReading {
  let frame: Frame
  /// When sockets were counted last, on CLOCK_MONOTONIC; the first frame's time if never.
  let countedAt: UInt64
  /// Whether they were counted anew in this frame's time.
  private let isCounted: Bool

  /// Reads `frame`; before it sockets were counted last at `countedAt`.
  init(_ frame: Frame, countedAt before: UInt64?) {
    self.frame = frame
    let now = frame.monotonicNanoseconds
    let age = frame.gauges[.countAge].map { UInt64($0.maximum) * 1_000_000 }
    if frame.flags.contains(.sampleFailed) {
      // Everything counted is as of the last sample that did not fail, its age too.
      isCounted = false
      countedAt = before ?? now
    } else if let age {
      let counted = now - min(now, age)
      // An age is in whole milliseconds: by less than one the same count may seem to move.
      isCounted = before.map { counted >= $0 + 1_000_000 } ?? (age <= frame.spanNanoseconds)
      countedAt = max(before ?? 0, counted)
    } else {
      isCounted = !frame.flags.contains(.budgetSpent)
      countedAt = isCounted ? now : before ?? now
    }
  }

  /// The value of a rule that has no subject but the namespace.
  func namespace(_ rule: AlarmRule) -> Reading {
    switch rule.subject {
    case .host: host(rule)
    case .failures: frame.failuresHere.map { .known(Double($0)) } ?? .unknown
    case .timeWaitOverflow: count(.timeWaitOverflows)
    case .stale:
      .known(Double(frame.monotonicNanoseconds &- countedAt) / 1_000_000_000)
    case .address, .pool, .forecast: .unknown
    }
  }

  private func count(_ name: HostCounter) -> Reading {
    frame.counters[name].map { .known(Double($0)) } ?? .unknown
  }

  private func host(_ rule: AlarmRule) -> Reading {
    let ports = Double(frame.range.count)
    if isCounted {
      return frame.gauges[.tcpPortsInUse].map { .known(Double($0.maximum) / ports) } ?? .unknown
    }
    guard hasBounds, let bound = frame.gauges[.tcpPortsInUseBound] else { return .unknown }
    return calm(Double(bound.maximum) / ports, rule)
  }

  /// The value of a listed pool.
  func pool(_ pool: PoolRecord, _ rule: AlarmRule) -> Reading {
    if frame.flags.contains(.sampleFailed) { return .unknown }
    if rule.subject == .forecast {
      if let seconds = pool.forecast.secondsToExhaustion { return .known(Double(seconds)) }
      // Arrivals are known once there is enough of a past: then none means never.
      return pool.forecast.arrivalsPerSecond == nil ? .unknown : .known(.infinity)
    }
    if isNew(pool) { return .known(pool.usageMaximum) }
    guard hasBounds else { return .unknown }
    let rise = max(0, pool.inUseBound - Int(pool.inUse.last))
    return calm(pool.capacity == 0 ? 1 : pool.usage + Double(rise) / Double(pool.capacity), rule)
  }

  private func isNew(_ pool: PoolRecord) -> Bool {
    if pool.method == .bound { return false }
    guard frame.flags.contains(.budgetSpent) else { return true }
    let age =
      frame.monotonicNanoseconds
      - min(
        pool.countedAtMonotonic, frame.monotonicNanoseconds)
    // What was counted with the frame before is as old as this frame's span.
    return age < frame.spanNanoseconds
  }

  /// The value of a pool that is not listed: no more than what the remainder can hide.
  ///
  /// The remainder's maximum bounds also pools that were never remembered, so that it need not be exact.
  func absent(_ key: PoolKey, _ rule: AlarmRule) -> Reading {
    let ports: Int, capacity: Int
    switch key {
    case .connect: (ports, capacity) = (frame.other.inUseMaximum, frame.connectCapacity)
    case .bind(.address):
      (ports, capacity) = (frame.other.addressInUseMaximum, frame.bindCapacity)
    case .udpBind(.address) where !frame.flags.contains(.udpUnavailable) && isCounted:
      (ports, capacity) = (frame.other.addressInUseMaximum, frame.bindCapacity)
    // The others are always listed where they are known.
    case .udpBind, .bind, .udp: return .unknown
    }
    guard let rise = riseSinceCount else { return .unknown }
    let usage = capacity == 0 ? 1 : Double(ports + rise) / Double(capacity)
    // Of what is not listed no forecast is known; with half of its ports free nothing is urgent.
    if rule.subject == .forecast { return usage <= 0.5 ? .calm(.infinity) : .unknown }
    return calm(usage, rule)
  }

  /// How many ports more than counted can be in use now; nil when that is not known.
  private var riseSinceCount: Int? {
    if isCounted { return 0 }
    guard hasBounds, let counted = frame.gauges[.tcpPortsInUse],
      let bound = frame.gauges[.tcpPortsInUseBound]
    else { return nil }
    return max(0, Int(bound.maximum) - Int(counted.last))
  }

  /// Whether bounds are of this moment.
  private var hasBounds: Bool {
    frame.flags.isDisjoint(with: [.sampleFailed, .guardUnavailable])
  }

  private func calm(_ bound: Double, _ rule: AlarmRule) -> Reading {
    rule.isCleared(by: bound) && !rule.isExceeded(by: bound) ? .calm(bound) : .unknown
  }
}
