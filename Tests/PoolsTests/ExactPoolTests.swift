import Inet
import Pools
import Testing

/// What is promised once every blocked port is known.
@Suite struct ExactPoolTests {
  private func space(
    _ low: UInt16 = 40_000, _ high: UInt16 = 40_019, reserved: PortSet = [], blocked: PortSet = [],
    bound: BlockedBound = .exact
  ) throws -> PortSpace {
    PortSpace(
      range: try #require(PortRange(low: low, high: high)), reserved: reserved, blocked: blocked,
      blockedBound: bound)
  }

  private func connect(
    _ source: UInt32 = 0x0a00_0001, low: Int, other: Int = 0, reclaimable: Int = 0,
    in space: PortSpace
  ) -> Pool {
    .connect(
      .connect(
        source: IPAddress(ipv4: source), destination: IPAddress(ipv4: 0x0a00_0002), port: 443,
        interface: 0),
      states: StateCounts(), takenLow: low, takenOther: other, reclaimable: reclaimable, in: space)
  }

  @Test func `headroom is exact where blocked ports are, and else an upper bound`() throws {
    let exact = connect(low: 3, other: 1, in: try space(blocked: [40_007]))
    #expect(exact.headroom == 15)
    #expect(exact.headroomLower == 15)
    #expect(exact.headroomBound == .exact)
    #expect(exact.takenLow == 3 && exact.takenOther == 1)
    let upper = connect(low: 3, other: 1, in: try space(blocked: [40_007], bound: .lower))
    #expect(upper.headroom == 15)
    #expect(upper.headroomLower == nil)
    #expect(upper.headroomBound == .upper)
  }

  @Test(arguments: [
    // Both ends free; one end; none; low's parity used up; one port alone.
    ([], 0, 20, 19), ([40_000], 0, 20, 19), ([40_000, 40_020], 0, 20, 20), ([], 11, 20, 20),
    ([], 10, 20, 19),
  ]) func `an odd range may miss one of its ends`(
    _ blocked: [UInt16], _ low: Int, _ most: Int, _ least: Int
  ) throws {
    let space = try space(40_000, 40_020, blocked: PortSet(blocked))
    let pool = connect(low: low, other: 0, in: space)
    let expected = most + 1 - blocked.count - low
    #expect(pool.headroom == expected)
    #expect(pool.headroomLower == expected - (most - least))
    #expect(pool.headroomBound == (most == least ? .exact : .upper))
  }

  @Test func `one port alone is never missed`() throws {
    #expect(connect(low: 0, in: try space(40_001, 40_001)).headroomBound == .exact)
  }

  @Test func `TIME_WAIT to take over is sure within the host alone`() throws {
    let abroad = connect(low: 0, reclaimable: 4, in: try space())
    #expect(abroad.headroom == 20)
    #expect(abroad.headroomLower == 16)
    #expect(abroad.headroomBound == .upper)
    let within = connect(0x7f00_0001, low: 0, reclaimable: 4, in: try space())
    #expect(within.headroomLower == 20)
    #expect(within.headroomBound == .exact)
  }

  @Test(arguments: [
    ([], 20, 21), ([40_000], 19, 20), ([40_000, 40_020], 19, 19), ([40_010], 19, 20),
  ]) func `a bind in an odd range may miss one of its ends too`(
    _ held: [UInt16], _ least: Int, _ most: Int
  ) throws {
    let space = try space(40_000, 40_020)
    let pool = Pool.exclusive(.bind(.any), held: PortSet(held), in: space)
    #expect(pool.headroom == most)
    #expect(pool.headroomLower == least)
    // UDP looks at every port.
    #expect(Pool.exclusive(.udp(.ipv6), held: PortSet(held), in: space).headroomLower == most)
  }

  @Test func `where connect() knows no parity there is no cliff`() throws {
    let range = try #require(PortRange(low: 40_000, high: 40_019))
    let space = PortSpace(range: range, reserved: [], blocked: [], splitsByParity: false)
    let pool = connect(low: 10, in: space)
    #expect(pool.cliffAt == nil)
    #expect(!pool.isSearching)
    #expect(pool.parityUse == nil)
  }
}
