import Inet
import Pools

/// Snapshots of hosts that were made up: each shows one thing.
enum MadeUpHost {
  /// 2026-11-21T02:47:13.000000042Z.
  static let moment: UInt64 = 1_795_229_233_000_000_042

  /// Nothing but a few listeners.
  static let idle: Snapshot = {
    let space = defaultSpace(blocked: [33_060])
    return snapshot([madeUp(space, [bind(.any, held: 1, space)], listeners: 6)])
  }()

  /// A proxy whose connects to one backend run out, mostly in TIME_WAIT.
  static let busy: Snapshot = {
    let space = defaultSpace(reserved: [40_000, 40_001], blocked: [33_060, 35_357, 49_152])
    let pools = [
      connect(
        "10.0.0.5", "10.1.2.3", 443, [.timeWait: 19_000, .established: 4_100, .synSent: 40], space),
      connect("10.0.0.5", "10.1.2.4", 443, [.established: 3_000, .closeWait: 12], space),
      connect("127.0.0.1", "127.0.0.1", 6379, [.timeWait: 9_000, .established: 1], space, 8_000),
      connect(
        "fe80::1", "fe80::2", 53, interface: 2, [.finWait2: 3, .lastAck: 1, .closing: 1], space),
      bind(
        .address(address("10.0.0.5")), held: 26_150, space,
        [.timeWait: 19_000, .established: 7_100]),
      bind(
        .address(address("127.0.0.1")), held: 9_001, space, [.timeWait: 9_000, .established: 1]),
      bind(.any, held: 27_000, space), bind(.anyIPv4, held: 26_900, perhaps: 100, space),
      udp(.ipv4, held: 40, space), udp(.ipv6, held: 50, space),
      udpBind(.address(address("10.0.0.5")), held: 12, space), udpBind(.any, held: 52, space),
    ]
    return snapshot([madeUp(space, pools, listeners: 9)])
  }()

  /// A proxy of which every blocked port was probed: what is left is known to the port.
  static let probed: Snapshot = {
    let space = defaultSpace(blocked: [33_060, 35_357], bound: .exact)
    let pools = [
      connect("10.0.0.5", "10.1.2.3", 443, [.timeWait: 19_000, .established: 4_100], space),
      connect("127.0.0.1", "127.0.0.1", 6379, [.timeWait: 9_000, .established: 1], space, 8_000),
      bind(.any, held: 27_000, space),
    ]
    var result = snapshot([madeUp(space, pools, listeners: 2)])
    result.flags.removeAll { $0.id == "blocked_lower_bound" }
    return result
  }()

  /// No port left for anybody: every odd port reserved, every other one taken.
  static let exhausted: Snapshot = {
    let space = PortSpace(
      range: PortRange(low: 40_000, high: 40_019) ?? .kernelDefault,
      reserved: PortSet((0..<10).map { 40_001 + 2 * $0 }), blocked: [])
    let pools = [
      connect("10.0.0.5", "10.1.2.3", 443, [.established: 10], space),
      bind(.address(address("10.0.0.5")), held: 10, space, [.established: 10]),
      bind(.any, held: 10, space), bind(.anyIPv4, held: 10, space),
      udp(.ipv4, held: 0, space), udp(.ipv6, held: 0, space), udpBind(.any, held: 0, space),
    ]
    return snapshot([madeUp(space, pools, listeners: 0)])
  }()

  /// A port space without any port to draw from: all of it is reserved.
  static let withoutCapacity: Snapshot = {
    let range = PortRange(low: 40_000, high: 40_009) ?? .kernelDefault
    let space = PortSpace(range: range, reserved: PortSet(range), blocked: [])
    let pools = [
      connect("10.0.0.5", "10.1.2.3", 443, [.established: 3], space), bind(.any, held: 3, space),
    ]
    return snapshot([madeUp(space, pools, listeners: 0)])
  }()

  /// Names as long as they get.
  static let longNames: Snapshot = {
    let space = defaultSpace(blocked: [])
    let source = "2001:db8:1111:2222:3333:4444:5555:6666"
    let destination = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"
    let pools = [
      connect(source, destination, 65_535, [.timeWait: 15_000, .established: 300], space),
      connect(source, destination, 443, interface: 4_294_967_295, [.established: 1], space),
      bind(.address(address(source)), held: 15_301, space, [.timeWait: 15_000, .established: 301]),
      bind(.any, held: 15_301, space),
    ]
    var result = snapshot([
      madeUp(space, pools, listeners: 2, name: "a-namespace-whose-name-does-not-fit-anywhere")
    ])
    result.host = "proxy-with-a-long-name-0001.rack-17.region-north.example.net"
    return result
  }()

  /// Hundreds of pools, most of them not listed.
  static let manyPools: Snapshot = {
    let space = defaultSpace(blocked: PortSet((0..<100).map { 33_000 + $0 }))
    let pools = (0..<300).map { index in
      connect(
        "10.0.0.5", "10.2.\(index / 250).\(index % 250)", 8443,
        [.established: 9_000 - 30 * index, .timeWait: 20 * index], space)
    }
    let binds = (0..<30).map { index in
      bind(.address(address("10.0.1.\(index)")), held: 400 - index, space, [.established: 9])
    }
    return snapshot([
      madeUp(
        space, pools + binds, listeners: 3,
        other: Remainder(
          pools: 12_345, inUseMaximum: 17, isExact: false))
    ])
  }()

  /// Two namespaces, the worse one second.
  static let twoNamespaces: Snapshot = {
    let space = defaultSpace(blocked: [])
    let calm = madeUp(
      space, [connect("10.0.0.5", "10.1.2.3", 443, [.established: 5], space)], listeners: 1)
    let bad = madeUp(
      space, [connect("10.0.0.6", "10.1.2.3", 80, [.timeWait: 27_500], space)], listeners: 0,
      name: "web")
    return snapshot([calm, bad])
  }()

  /// A kernel and a user that are told little.
  static let littleKnown: Snapshot = {
    let space = defaultSpace(blocked: [])
    var namespace = madeUp(
      space, [connect("10.0.0.5", "10.1.2.3", 443, [.established: 5], space)], listeners: 1)
    namespace.cookie = nil
    namespace.udp = nil
    namespace.tcp.knowsBoundInactive = false
    namespace.settings = settingKeys.map { Setting($0, nil) }
    var result = snapshot([namespace])
    result.flags += [
      SnapshotFlag("bound_inactive_unavailable", "Linux 5.10 does not report idle binds"),
      SnapshotFlag("udp_unavailable", "UDP is not counted: no such file or directory"),
      SnapshotFlag("cookie_unavailable", "Linux 5.10 has no namespace cookies (5.14 has)"),
    ]
    return result
  }()

  /// Names that would break a document or a terminal.
  static let hostile: Snapshot = {
    var result = busy
    result.host = "a\"b\\c\u{1b}[2J\u{0}\r\n\u{7f}\u{9b}31mé\u{2028}→"
    result.namespaces[0].name = "\u{1b}]0;title\u{7}\t\"}]"
    result.flags.append(SnapshotFlag("told_by_kernel", "the kernel says \u{1b}[31m\"no\"\n"))
    return result
  }()

  /// The busy host, whose collector remembers: its worst pool is filling, and connects failed.
  static let remembered: Snapshot = {
    var snapshot = busy
    var trend = PoolTrend()
    trend.arrivalsPerSecond = 470.25
    trend.releasesPerSecond = 371.5
    trend.secondsToCliff = nil
    trend.secondsToExhaustion = 41.4
    trend.sustainablePerSecond = 454.7
    trend.failures = 1204
    trend.secondsSinceFailure = 32
    let release = ReleaseSchedule([
      .init(seconds: 1.2, ports: 1310), .init(seconds: 3.248, ports: 1295),
      .init(seconds: 5.296, ports: 1302), .init(seconds: 7.344, ports: 640),
    ])
    func known(_ pool: Pool) -> Pool {
      var pool = pool
      guard pool.key == busy.namespaces[0].tightestConnect?.key else { return pool }
      pool.trend = trend
      pool.release = release
      pool.verdict = VerdictThresholds().level(of: pool)
      return pool
    }
    snapshot.namespaces[0].pools = snapshot.namespaces[0].pools.map(known)
    snapshot.namespaces[0].tightestConnect = snapshot.namespaces[0].tightestConnect.map(known)
    snapshot.namespaces[0].attributedFailures = 1204
    var failures = ConnectFailures(
      .host, sinceNanoseconds: snapshot.takenAtNanoseconds - 60_000_000_000)
    failures.total = 1210
    failures.attributed = 1204
    failures.unattributed = 6
    snapshot.failures = failures
    snapshot.memoryAgeNanoseconds = 300_000_000
    snapshot.flags.removeAll { $0.id == "no_collector" }
    snapshot.flags.append(SnapshotFlag("from_collector", "a running collector's: 300 ms old"))
    return snapshot
  }()

  static let all = [
    idle, busy, remembered, probed, exhausted, withoutCapacity, longNames, manyPools,
    twoNamespaces, littleKnown, hostile,
  ]
}
