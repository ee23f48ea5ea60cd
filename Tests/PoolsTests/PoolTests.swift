import Inet
import Pools
import Testing

/// Headroom, usage and the cliff of pools of each kind.
@Suite struct PoolTests {
  private func space(reserved: PortSet = [], blocked: PortSet = []) throws -> PortSpace {
    PortSpace(
      range: try #require(PortRange(low: 40_000, high: 40_019)), reserved: reserved,
      blocked: blocked)
  }

  private func states(_ established: Int, timeWait: Int = 0) -> StateCounts {
    var states = StateCounts()
    states[.established] = established
    states[.timeWait] = timeWait
    return states
  }

  private func connect(
    low: Int, other: Int, reclaimable: Int = 0, inUse: Int? = nil, in space: PortSpace
  ) -> Pool {
    let key = PoolKey.connect(
      source: IPAddress(ipv4: 0x0a00_0001), destination: IPAddress(ipv4: 0x0a00_0002), port: 443,
      interface: 0)
    return .connect(
      key, states: states(inUse ?? low + other + reclaimable), takenLow: low, takenOther: other,
      reclaimable: reclaimable, in: space)
  }

  @Test(arguments: [
    (0, 0, 20, 0.0, false), (9, 0, 11, 0.45, false), (10, 0, 10, 0.5, true),
    (9, 10, 1, 0.95, false), (10, 10, 0, 1.0, true), (0, 10, 10, 0.5, false),
  ]) func `a connect pool searches once its first half is gone`(
    _ low: Int, _ other: Int, _ headroom: Int, _ usage: Double, _ isSearching: Bool
  ) throws {
    let pool = connect(low: low, other: other, in: try space())
    #expect(pool.headroom == headroom)
    #expect(pool.headroomLower == nil)
    #expect(abs(pool.usage - usage) < 1e-12)
    #expect(pool.isSearching == isSearching)
    #expect(pool.cliffAt == 10)
    #expect(pool.headroomBound == .upper)
  }

  @Test func `ports that may be taken over are in use and leave headroom`() throws {
    let pool = connect(low: 2, other: 1, reclaimable: 7, in: try space())
    #expect(pool.inUse == 10)
    #expect(pool.reclaimable == 7)
    #expect(pool.headroom == 17)
  }

  @Test func `a port blocked after it was connected is in use and in no capacity`() throws {
    let pool = connect(
      low: 2, other: 0, inUse: 5, in: try space(blocked: [40_003, 40_005, 40_007]))
    #expect(pool.inUse == 5)
    #expect(pool.capacity == 17)
    #expect(pool.headroom == 15)
  }

  @Test func `a repeated row cannot make headroom negative`() throws {
    #expect(connect(low: 11, other: 10, in: try space()).headroom == 0)
  }

  @Test func `without capacity everything is used`() throws {
    let pool = connect(low: 0, other: 0, in: try space(reserved: PortSet(40_000...40_019)))
    #expect(pool.usage == 1)
    #expect(pool.capacity == 0)
    #expect(pool.headroom == 0)
  }

  @Test func `without a port of the first half every connect searches`() throws {
    let even = PortSet(stride(from: 40_000, to: 40_020, by: 2).map { UInt16($0) })
    let pool = connect(low: 0, other: 0, in: try space(reserved: even))
    #expect(pool.cliffAt == 0)
    #expect(pool.isSearching)
    #expect(pool.headroom == 10)
  }

  @Test func `an exclusive pool gives each port out once, blocked or not`() throws {
    let space = try space(reserved: [40_019], blocked: [40_001])
    let held: PortSet = [40_000, 40_001, 40_019, 50_000]
    let pool = Pool.exclusive(.bind(.any), held: held, in: space)
    #expect(pool.capacity == 19)
    #expect(pool.inUse == 3)
    #expect(pool.headroom == 17)
    #expect(pool.headroomBound == .exact)
    #expect(pool.cliffAt == nil)
    #expect(!pool.isSearching)
  }

  @Test func `ports that may be held make two bounds`() throws {
    let space = try space(reserved: [40_019])
    let pool = Pool.exclusive(
      .bind(.anyIPv4), held: [40_000, 40_001], perhapsHeld: [40_001, 40_002, 40_003, 40_019],
      in: space)
    #expect(pool.headroom == 17)
    #expect(pool.headroomLower == 15)
    #expect(pool.headroomBound == .upper)
    let same = Pool.exclusive(
      .bind(.anyIPv4), held: [40_000, 40_001], perhapsHeld: [40_001, 40_019, 50_000], in: space)
    #expect(same.headroomBound == .exact)
    #expect(same.headroomLower == 17)
  }
}
