public import Frames
internal import Inet
internal import Pools

/// A host whose day goes wrong, with everything that a frame can say: owners, forecasts, failures,
/// alarms and events. Made to be looked at, and to be compared with.
///
///     second   0 ……… 120   a proxy at 12 % of its pool
///            120 ……… 240   connects outnumber what comes back: the pool fills, past its cliff
///            240 ……… 270   exhausted: connects fail
///            270 …………      a second source address is added: it drains, and all begins anew at 360
public struct Story: Sendable {
  /// The frames so far, oldest first.
  public private(set) var frames: [Frame] = []
  /// What happened so far, oldest first.
  public private(set) var events: [Event] = []
  private var scenario: Scenario
  private let start: UInt64
  private let interval: UInt64
  private var raised: UInt64?

  /// The seconds until it begins anew.
  public static let period = 360

  /// A story that begins at `start`, told every `interval`.
  public init(startNanoseconds: UInt64 = Scenario.start, interval: UInt64 = 1_000_000_000) {
    start = startNanoseconds
    self.interval = interval
    scenario = Scenario(intervalNanoseconds: interval)
  }

  /// The first `seconds` of it.
  public static func told(seconds: Int, interval: UInt64 = 1_000_000_000) -> Story {
    var story = Story(interval: interval)
    for _ in 0..<(UInt64(seconds) * 1_000_000_000 / interval) { story.goOn() }
    return story
  }

  /// Ports in use by the pool at a second of the story.
  public static func inUse(atSecond second: Double) -> Int {
    let phase = second - Double(period) * (second / Double(period)).rounded(.down)
    let capacity = Double(Scenario.capacity)
    // A little unrest, the same every time.
    let ripple = 0.004 * capacity * ((phase / 2).truncatingRemainder(dividingBy: 1) - 0.5)
    switch phase {
    case ..<120: return Int(0.12 * capacity + ripple)
    case ..<240:
      let share = (phase - 120) / 120
      return min(Scenario.capacity, Int(capacity * (0.12 + 0.88 * share * share) + ripple))
    case ..<270: return Scenario.capacity
    default: return Int(capacity * (0.12 + 0.88 * (1 - (phase - 270) / 90)) + ripple)
    }
  }

  /// Leaves out the frames of these seconds, as if nobody had looked.
  public mutating func forget(seconds: Range<Int>) {
    frames.removeAll { frame in
      seconds.contains(Int((frame.takenAtNanoseconds - start) / 1_000_000_000))
    }
  }

  /// Adds one frame, and the events of its time.
  public mutating func goOn() {
    let second = Double(UInt64(frames.count) * interval) / 1e9
    let inUse = Self.inUse(atSecond: second)
    scenario.append(inUse: inUse)
    guard var frame = scenario.frames.last else { return }
    frame.takenAtNanoseconds = start + UInt64(frames.count) * interval
    frame.flags.remove([.failuresUnavailable, .ownersUnavailable])
    let isFull = inUse >= Scenario.capacity
    let failures = isFull ? Int(318 * interval / 1_000_000_000) : 0
    frame.counters[.connectFailures] = UInt64(failures)
    frame.counters[.cpuNanoseconds] = interval / 1000 * 14
    frame.owners = [
      OwnerRecord(
        kind: .cgroup, id: 4711, name: "haproxy.service", ports: inUse, timeWait: inUse * 2 / 3),
      OwnerRecord(kind: .cgroup, id: 4712, name: "api.service", ports: 7199, timeWait: 0),
      OwnerRecord(
        kind: .user, id: 33, name: "www-data", ports: 12, timeWait: 0, isInferred: true),
    ]
    for index in frame.pools.indices {
      frame.pools[index] = completed(frame.pools[index], second, failures)
    }
    frame.pools.sort { $0.isTighter(than: $1) }
    frame.verdict = frame.pools.map(\.verdict).max() ?? .ok
    note(&frame, inUse)
    frames.append(frame)
  }

  private func completed(_ pool: PoolRecord, _ second: Double, _ failures: Int) -> PoolRecord {
    var pool = pool
    pool.failures = 0
    guard case .connect(_, _, let port, _) = pool.key else {
      // The two pools share ports, as connects to different destinations do.
      if pool.key.kind == .bind { refill(&pool, max(Self.inUse(atSecond: second), 7199) - 40) }
      return pool
    }
    if port == 5432 {
      pool.owners = [OwnerShare(owner: 1, ports: 7199, timeWait: 0, isInferred: false)]
      pool.forecast.arrivalsPerSecond = 0
      pool.forecast.steadyUsage = Float(pool.usage)
      return pool
    }
    pool.failures = failures
    let inUse = Int(pool.inUse.last)
    pool.owners = [OwnerShare(owner: 0, ports: inUse, timeWait: inUse * 2 / 3, isInferred: false)]
    let rate = Float(Self.inUse(atSecond: second + 2) - inUse) / 2
    pool.forecast.releasesPerSecond = Float(inUse) / 90
    pool.forecast.arrivalsPerSecond = max(0, rate + Float(inUse) / 90)
    if rate > 20, pool.headroom.last > 0 {
      let seconds = Float(pool.headroom.last) / rate
      pool.forecast.secondsToExhaustion = seconds
      // As the contract has it: what is forecast counts too.
      pool.verdict = max(pool.verdict, seconds <= 60 ? .critical : seconds <= 300 ? .warning : .ok)
    }
    if rate <= 20 { pool.forecast.steadyUsage = Float(pool.usage) }
    pool.forecast.release = Forecast.releaseHorizons.map {
      UInt16(clamping: min(inUse * 2 / 3, inUse * 2 / 3 * $0 / 60))
    }
    return pool
  }

  private func refill(_ pool: inout PoolRecord, _ inUse: Int) {
    let inUse = max(0, inUse)
    pool.inUse = Gauge(inUse)
    pool.inUseBound = inUse
    pool.headroom = Gauge(pool.capacity - inUse)
    pool.headroomLower = pool.capacity - inUse
    pool.verdict = VerdictThresholds().level(of: pool.pool)
    guard case .bind(.address) = pool.key else { return }
    var states = StateCounts()
    states[.timeWait] = inUse * 2 / 3
    states[.established] = inUse - inUse * 2 / 3
    pool.states = states
  }

  /// Raises and clears the alarm, and says what happened.
  private mutating func note(_ frame: inout Frame, _ inUse: Int) {
    if frames.isEmpty { happened(.collectorStarted, frame, "process 812") }
    let isAbove = inUse * 5 > Scenario.capacity * 4
    let isClear = inUse * 50 < Scenario.capacity * 36
    if raised == nil, isAbove { raised = frame.takenAtNanoseconds }
    guard let since = raised else { return }
    var alarm = AlarmRecord(
      rule: "pool", subject: .pool(Scenario.key), severity: .major, isRaised: !isClear, hits: 5,
      value: Float(inUse) / Float(Scenario.capacity), threshold: 0.8, sinceNanoseconds: since)
    if since == frame.takenAtNanoseconds { happened(.alarmRaised, frame, "", alarm) }
    if isClear {
      alarm.isRaised = false
      raised = nil
      happened(.alarmCleared, frame, "", alarm)
      happened(.mark, frame, "second source address added")
    } else {
      frame.alarms = [alarm]
    }
  }

  private mutating func happened(
    _ kind: Event.Kind, _ frame: Frame, _ text: String, _ alarm: AlarmRecord? = nil
  ) {
    events.append(
      Event(
        kind, boot: frame.boot, atNanoseconds: frame.takenAtNanoseconds,
        monotonicNanoseconds: frame.monotonicNanoseconds, tick: frame.tick, alarm: alarm, text: text
      )
    )
  }
}
