public import Frames
public import Inet
internal import Kernel
public import Pools

/// The kernel's default range.
private enum LocalRange {
  static var standard: PortRange {
    guard let range = PortRange(low: 32_768, high: 60_999) else {
      preconditionFailure("32768 is below 60999")
    }
    return range
  }
}

/// A host that was made up, second by second.
public struct Scenario: Sendable {
  /// When it begins: 2026-11-21 02:42:13 UTC.
  public static let start: UInt64 = 1_795_228_933_000_000_000
  /// The range of every scenario: the default one, 28,232 ports.
  public static let range = LocalRange.standard
  /// Three ports are blocked.
  public static let capacity = 28_229

  /// The interval between frames.
  public var intervalNanoseconds: UInt64 = 1_000_000_000
  /// Frames made so far.
  public private(set) var frames: [Frame] = []

  /// A host without frames yet.
  public init(intervalNanoseconds: UInt64 = 1_000_000_000) {
    self.intervalNanoseconds = intervalNanoseconds
  }

  /// The tightest pool of all scenarios: 10.0.0.5 → 10.1.2.3:443.
  public static let key = PoolKey.connect(
    source: IPAddress(ipv4: 0x0a00_0005), destination: IPAddress(ipv4: 0x0a01_0203), port: 443,
    interface: 0)

  /// A proxy whose pool to 10.1.2.3:443 is used by `load(second)` ports, of which two thirds are in
  /// TIME_WAIT, beside a steady pool to a database and the shared pools.
  public static func proxy(
    seconds: Int, intervalNanoseconds: UInt64 = 1_000_000_000, load: (Double) -> Int
  ) -> Scenario {
    var scenario = Scenario(intervalNanoseconds: intervalNanoseconds)
    let count = UInt64(seconds) * 1_000_000_000 / intervalNanoseconds
    for tick in 0..<count {
      let second = Double(tick * intervalNanoseconds) / 1_000_000_000
      scenario.append(inUse: load(second))
    }
    return scenario
  }

  /// Fills from nothing to the last port within `seconds`, and stays there.
  public static func filling(seconds: Int, then rest: Int = 0) -> Scenario {
    proxy(seconds: seconds + rest) { second in
      min(capacity, Int(Double(capacity) * second / Double(seconds)))
    }
  }

  /// Nothing outbound.
  public static func idle(seconds: Int) -> Scenario {
    var scenario = Scenario()
    for _ in 0..<seconds { scenario.append(inUse: 0, isIdle: true) }
    return scenario
  }

  /// Adds one frame.
  public mutating func append(inUse: Int, isIdle: Bool = false) {
    let tick = UInt64(frames.count)
    let at = tick * intervalNanoseconds
    var frame = Frame(
      boot: BootID(high: 0x3344, low: 0x1122), tick: tick,
      takenAtNanoseconds: Self.start + at, monotonicNanoseconds: 1_000_000_000_000 + at,
      spanNanoseconds: intervalNanoseconds, namespaceCookie: 1, range: Self.range, reserved: 0,
      blocked: 3, connectCapacity: Self.capacity, bindCapacity: Self.range.count)
    frame.flags = [.failuresUnavailable, .ownersUnavailable, .findingsUnavailable]
    let database = isIdle ? 0 : 7199
    let ports = min(Self.range.count, inUse + database)
    let space = PortSpace(range: Self.range, reserved: PortSet(), blocked: PortSet())
    if !isIdle {
      frame.pools = [
        connect(Self.key, inUse: inUse, timeWait: inUse * 2 / 3, in: space, frame),
        connect(
          .connect(
            source: IPAddress(ipv4: 0x0a00_0005), destination: IPAddress(ipv4: 0x0a01_0209),
            port: 5432, interface: 0), inUse: database, timeWait: 0, in: space, frame),
        shared(.bind(.address(IPAddress(ipv4: 0x0a00_0005))), ports, frame, listening: 4),
      ]
    }
    frame.pools += [
      shared(.bind(.any), ports, frame), shared(.bind(.anyIPv4), ports, frame),
      shared(.udp(.ipv4), 12, frame), shared(.udp(.ipv6), 12, frame),
      shared(.udpBind(.any), 12, frame),
    ]
    frame.pools.sort { $0.isTighter(than: $1) }
    frame.verdict = frame.pools.map(\.verdict).max() ?? .ok
    fill(&frame, inUse: inUse, database: database, ports: ports)
    frames.append(frame)
  }

  private func fill(_ frame: inout Frame, inUse: Int, database: Int, ports: Int) {
    frame.gauges.sample(.tcpPortsInUse, ports)
    frame.gauges.sample(.tcpPortsInUseBound, ports)
    frame.gauges.sample(.tcpSockets, inUse + database + 5)
    frame.gauges.sample(.established, inUse - inUse * 2 / 3 + database)
    frame.gauges.sample(.timeWait, inUse * 2 / 3)
    frame.gauges.sample(.listen, 5)
    frame.gauges.sample(.udpPortsInUse, 12)
    frame.gauges.sample(.udpSockets, 12)
    frame.gauges.sample(.connectPools, database == 0 ? 0 : 2)
    frame.gauges.sample(.worstConnectUsage, Int(frame.pools[0].usage * 1_000_000))
    frame.gauges.sample(.countAge, 0)
    frame.counters.add(.ticks)
    frame.counters.add(.dumps)
    frame.counters.add(.rows, UInt64(inUse + database + 5))
    frame.counters.add(.cpuNanoseconds, 1_400_000)
    frame.counters.add(.activeOpens, 455)
  }

  private func connect(
    _ key: PoolKey, inUse: Int, timeWait: Int, in space: PortSpace, _ frame: Frame
  ) -> PoolRecord {
    var states = StateCounts()
    states[.timeWait] = timeWait
    states[.established] = inUse - timeWait
    var pool = Pool(
      key: key, inUse: inUse, capacity: Self.capacity, reclaimable: 0,
      headroom: Self.capacity - inUse, headroomLower: nil, headroomBound: .upper,
      cliffAt: space.cliff, isSearching: inUse >= space.cliff, states: states)
    pool.verdict = VerdictThresholds().level(of: pool)
    return PoolRecord(
      pool, method: .dump, countedAtMonotonic: frame.monotonicNanoseconds)
  }

  private func shared(
    _ key: PoolKey, _ inUse: Int, _ frame: Frame, listening: Int? = nil
  ) -> PoolRecord {
    let capacity = Self.range.count
    var pool = Pool(
      key: key, inUse: inUse, capacity: capacity, reclaimable: 0, headroom: capacity - inUse,
      headroomLower: capacity - inUse, headroomBound: .exact, cliffAt: nil, isSearching: false,
      states: nil)
    pool.verdict = VerdictThresholds().level(of: pool)
    var record = PoolRecord(
      pool, method: .dump, countedAtMonotonic: frame.monotonicNanoseconds)
    record.listeningPorts = listening
    return record
  }
}
