import Frames
import FramesTestKit
import Inet
import Kernel
import OutputTestKit
import Pools
import PropertyTestKit
import Testing

@testable import Metrics

@Suite struct MetricChurnTests {
  private static let limits: MetricLimits = {
    var limits = MetricLimits()
    (limits.pools, limits.addresses, limits.owners, limits.alarms) = (8, 4, 4, 4)
    return limits
  }()

  private static func key(_ number: Int) -> PoolKey {
    .connect(
      source: IPAddress(ipv4: 0x0a00_0005),
      destination: IPAddress(ipv4: UInt32(0x0a01_0000 + number)),
      port: 443, interface: 0)
  }

  /// A pool that is used by that many ports of the scenario's capacity.
  private static func pool(_ number: Int, inUse: Int) -> PoolRecord {
    var pool = Pool(
      key: key(number), inUse: inUse, capacity: Scenario.capacity, reclaimable: 0,
      headroom: Scenario.capacity - inUse, headroomLower: nil, headroomBound: .upper,
      cliffAt: nil, isSearching: false, states: nil)
    pool.verdict = VerdictThresholds().level(of: pool)
    return PoolRecord(pool, method: .dump, countedAtMonotonic: 0)
  }

  private static func frame(second: Int, _ pools: [PoolRecord]) -> Frame {
    var frame = Frame(
      boot: BootID(high: 1, low: 1), tick: UInt64(second),
      takenAtNanoseconds: Scenario.start + UInt64(second) * 1_000_000_000,
      monotonicNanoseconds: UInt64(second + 1) * 1_000_000_000,
      spanNanoseconds: 1_000_000_000, namespaceCookie: 1, range: Scenario.range, reserved: 0,
      blocked: 3, connectCapacity: Scenario.capacity, bindCapacity: Scenario.range.count)
    frame.pools = pools.sorted { $0.isTighter(than: $1) }
    return frame
  }

  private static func destinations(_ register: MetricRegister) throws -> Set<String> {
    let text = try MetricRegisterTests.text(register, now: 0)
    return Set(
      text.samples.filter { $0.name == "ullage_pool_ports_in_use" }
        .compactMap { $0.labels["destination"] })
  }

  @Test func `in an hour of churn no ten minutes bring more new series than there are places`()
    throws
  {
    var random = SeededGenerator.fresh()
    var register = MetricRegister(limits: Self.limits, version: "1")
    var came: [(second: Int, series: String)] = []
    var before: Set<String> = []
    for second in stride(from: 0, to: 3600, by: 4) {
      var frame = random.frame(poolCount: 0)
      let made = Self.frame(second: second, [])
      (frame.boot, frame.takenAtNanoseconds) = (made.boot, made.takenAtNanoseconds)
      frame.monotonicNanoseconds = made.monotonicNanoseconds
      frame.flags = []
      let numbers = Set((0..<20).map { _ in random.small(5000) })
      frame.pools = numbers.sorted().map {
        Self.pool($0, inUse: random.small(Scenario.capacity + 1))
      }
      for _ in 0..<6 {
        frame.pools.append(random.poolRecord(.bind(.address(random.address()))))
      }
      frame.pools.sort { $0.isTighter(than: $1) }
      register.observe(frame, of: "host")
      let text = try MetricRegisterTests.text(register, now: 0)
      #expect(text.samples.count <= Self.limits.seriesCountMax)
      // One family of each list stands for the others, which go by the same places.
      let lists = [
        "ullage_pool_ports_in_use", "ullage_address_ports_in_use", "ullage_alarm_active",
      ]
      let now = Set(text.samples.filter { lists.contains($0.name) }.map(\.series))
      let known = Set(came.map(\.series))
      for series in now.subtracting(before) where !known.contains(series) {
        came.append((second, series))
      }
      before = now
    }
    // Alarms of made-up names come new with each frame, and addresses too.
    let places = Self.limits.pools + 1 + Self.limits.addresses + Self.limits.alarms
    for second in stride(from: 0, to: 3600, by: 60) {
      let window = came.filter { $0.second >= second && $0.second < second + 596 }
      #expect(window.count <= places, "from \(second): \(window.count) \(random.replay)")
    }
    #expect(came.count > places)
  }

  @Test func `a pool that stays listed keeps its place among tighter ones for ten minutes`() throws
  {
    var register = MetricRegister(limits: Self.limits, version: "1")
    // Six of eight places are for everybody; the newcomers are tighter but not urgent.
    let first = (0..<6).map { Self.pool($0, inUse: 100 + $0) }
    let later = (10..<20).map { Self.pool($0, inUse: 1000 + $0) }
    for second in 0..<600 {
      register.observe(Self.frame(second: second, second == 0 ? first : first + later), of: "host")
      let names = try second % 100 == 99 ? Self.destinations(register) : []
      #expect(names.isEmpty || names == Set((0..<6).map { "10.1.0.\($0)" } + ["other"]))
    }
    for second in 600..<603 {
      register.observe(Self.frame(second: second, first + later), of: "host")
    }
    // The tightest have their places now.
    let names = try Self.destinations(register)
    #expect(names == Set((14..<20).map { "10.1.0.\($0)" } + ["other"]))
  }

  @Test func `a pool that is tight when it comes is named though all others have their places`()
    throws
  {
    var register = MetricRegister(limits: Self.limits, version: "1")
    let quiet = (0..<20).map { Self.pool($0, inUse: 100) }
    register.observe(Self.frame(second: 0, quiet), of: "host")
    #expect(try !Self.destinations(register).contains("10.1.0.99"))
    let tight = Self.pool(99, inUse: Scenario.capacity)
    register.observe(Self.frame(second: 1, quiet + [tight]), of: "host")
    #expect(try Self.destinations(register).contains("10.1.0.99"))
  }

  @Test func `a pool that finds no place is in the worst of its kind and in the others`() throws {
    var register = MetricRegister(limits: Self.limits, version: "1")
    let tight = (0..<8).map { Self.pool($0, inUse: 26_000 + $0) }
    register.observe(Self.frame(second: 0, tight), of: "host")
    let tightest = Self.pool(99, inUse: Scenario.capacity)
    register.observe(Self.frame(second: 1, tight + [tightest]), of: "host")
    let values = try MetricRegisterTests.text(register, now: 0).values
    #expect(try !Self.destinations(register).contains("10.1.0.99"))
    let other = "{destination=other,kind=connect,namespace=host,protocol=tcp}"
    #expect(values["ullage_pool_ports_in_use" + other] == Double(Scenario.capacity))
    #expect(values["ullage_pool_ports_headroom" + other] == 0)
    #expect(values["ullage_worst_pool_usage_ratio{kind=connect,namespace=host}"] == 1)
  }

  @Test func `a pool that is gone is empty where that is known, and forgotten after ten minutes`()
    throws
  {
    var register = MetricRegister(limits: Self.limits, version: "1")
    func inUse() throws -> Double? {
      try MetricRegisterTests.text(register, now: 0).samples
        .first { $0.name == "ullage_pool_ports_in_use" && $0.labels["destination"] == "10.1.0.1" }?
        .value
    }
    register.observe(Self.frame(second: 0, [Self.pool(1, inUse: 50)]), of: "host")
    #expect(try inUse() == 50)
    register.observe(Self.frame(second: 1, []), of: "host")
    #expect(try inUse() == 0)
    var cut = Self.frame(second: 2, [])
    cut.other = Remainder(pools: 4, inUseMaximum: 70, isExact: true)
    register.observe(cut, of: "host")
    #expect(try inUse() == nil)
    register.observe(Self.frame(second: 599, []), of: "host")
    #expect(try inUse() == 0)
    register.observe(Self.frame(second: 601, []), of: "host")
    #expect(try inUse() == nil)
  }
}
