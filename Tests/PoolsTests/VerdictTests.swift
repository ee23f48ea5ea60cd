import Inet
import Testing

@testable import Pools

/// Levels at their exact borders, and which pool decides.
@Suite struct VerdictTests {
  private static func pool(
    _ headroom: Int, of capacity: Int = 100, isSearching: Bool = false, source: UInt32 = 1,
    verdict: VerdictLevel? = nil
  ) -> Pool {
    let key = PoolKey.connect(
      source: IPAddress(ipv4: source), destination: IPAddress(ipv4: 9), port: 443, interface: 0)
    var pool = Pool(
      key: key, inUse: capacity - headroom, capacity: capacity, reclaimable: 0, headroom: headroom,
      headroomLower: headroom, headroomBound: .upper, cliffAt: capacity / 2,
      isSearching: isSearching, states: nil)
    pool.verdict = verdict ?? VerdictThresholds().level(of: pool)
    return pool
  }

  @Test(arguments: [
    (100, 100, VerdictLevel.ok), (21, 100, .ok), (20, 100, .warning), (6, 100, .warning),
    (5, 100, .critical), (1, 100, .critical), (0, 100, .exhausted), (0, 0, .exhausted),
    // 0.8 and 0.95 of the default capacity: 5,646.4 and 1,411.6 ports left.
    (5647, 28_232, .ok), (5646, 28_232, .warning), (1412, 28_232, .warning),
    (1411, 28_232, .critical), (1, 28_232, .critical), (0, 28_232, .exhausted), (1, 1, .ok),
    (2, 10, .warning), (1, 20, .critical), (4, 20, .warning), (3, 15, .warning), (1, 5, .warning),
    (6, 30, .warning), (2, 40, .critical), (3, 60, .critical), (12, 60, .warning),
  ]) func `usage decides the level, its borders included`(
    _ headroom: Int, _ capacity: Int, _ level: VerdictLevel
  ) {
    #expect(Self.pool(headroom, of: capacity).verdict == level)
  }

  @Test func `exact shares of every capacity reach their level`() {
    for capacity in stride(from: 20, through: 65_520, by: 20) {
      #expect(Self.pool(capacity / 5, of: capacity).verdict == .warning, "\(capacity)")
      #expect(Self.pool(capacity / 20, of: capacity).verdict == .critical, "\(capacity)")
      #expect(Self.pool(capacity / 5 + 1, of: capacity).verdict == .ok, "\(capacity)")
    }
  }

  @Test(arguments: [
    (60, VerdictLevel.cliff), (20, .warning), (5, .critical), (0, .exhausted),
  ]) func `searching is a cliff until something worse holds`(
    _ headroom: Int, _ level: VerdictLevel
  ) {
    #expect(Self.pool(headroom, isSearching: true).verdict == level)
  }

  @Test func `thresholds are options`() {
    let thresholds = VerdictThresholds(warning: 0.5, critical: 0.5)
    #expect(thresholds.level(of: Self.pool(51)) == .ok)
    #expect(thresholds.level(of: Self.pool(50)) == .critical)
    let lax = VerdictThresholds(warning: 1, critical: 1)
    #expect(lax.level(of: Self.pool(1)) == .ok)
    #expect(lax.level(of: Self.pool(0)) == .exhausted)
  }

  @Test func `levels are ordered from ok to exhausted`() {
    #expect(VerdictLevel.allCases.sorted() == [.ok, .cliff, .warning, .critical, .exhausted])
    #expect(
      VerdictLevel.allCases.sorted().map(\.rawValue) == [
        "ok", "cliff", "warning", "critical", "exhausted",
      ])
  }

  @Test func `the worst level decides, then usage, then the key`() {
    let cliff = Self.pool(60, isSearching: true, source: 5)
    let full = Self.pool(70, source: 1)
    let fuller = Self.pool(55, source: 9)
    let same = Self.pool(55, source: 2)
    #expect(Self.decided([full, cliff, fuller]) == cliff)
    #expect(Self.decided([full, fuller]) == fuller)
    #expect(Self.decided([fuller, same]) == same)
    #expect(Self.decided([same, fuller]) == same)
    #expect(Self.decided([]) == nil)
  }

  @Test func `the worst namespace gives its name, the first of equals`() {
    let calm = Self.namespace("calm", [Self.pool(90)])
    let bad = Self.namespace("bad", [Self.pool(99), Self.pool(3)])
    let alsoBad = Self.namespace("also-bad", [Self.pool(3)])
    let empty = Self.namespace("empty", [])
    #expect(Verdict([calm, bad, empty, alsoBad]).namespace == "bad")
    #expect(Verdict([calm, bad, empty, alsoBad]).level == .critical)
    #expect(Verdict([alsoBad, bad]).namespace == "also-bad")
    #expect(Verdict([empty]).level == .ok)
    #expect(Verdict([empty]).pool == nil)
    #expect(Verdict([]).namespace == nil)
  }

  @Test func `a connect pool that is not listed decides as well`() {
    var namespace = Self.namespace("host", [Self.pool(90)])
    namespace.tightestConnect = Self.pool(1, source: 7)
    #expect(Verdict([namespace]).level == .critical)
    #expect(Verdict([namespace]).pool == namespace.tightestConnect)
  }

  private static func decided(_ pools: [Pool]) -> Pool? { Verdict([namespace("host", pools)]).pool }

  private static func namespace(_ name: String, _ pools: [Pool]) -> NamespaceSnapshot {
    NamespaceSnapshot(
      name: name, inode: 1, cookie: 1,
      space: PortSpace(range: .kernelDefault, reserved: [], blocked: []), settings: [],
      tcp: TransportSnapshot(states: StateCounts(), portsInUse: 0, knowsBoundInactive: true),
      udp: nil, addresses: [], pools: pools, poolTotals: [:],
      other: Remainder(pools: 0, inUseMaximum: 0, isExact: true), countedAtNanoseconds: 0)
  }
}
