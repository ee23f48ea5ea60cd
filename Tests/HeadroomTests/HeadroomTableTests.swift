import Frames
import FramesTestKit
import Headroom
import Inet
import Kernel
import Pools
import PropertyTestKit
import Testing

/// What a frame says of a destination.
@Suite struct HeadroomTableTests {
  private let destination = MadeUpFrames.destination

  @Test func `a listed pool is answered with its numbers, its method and the age of its count`()
    throws
  {
    var frame = try MadeUpFrames.proxy(inUse: 1200)
    let index = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    frame.pools[index].headroomLower = 20_000
    frame.pools[index].reclaimable = 11
    let record = frame.pools[index]
    let now = frame.monotonicNanoseconds + 250_000_000
    let answer = MadeUpFrames.table(frame).headroom(
      to: destination, port: 443, atMonotonicNanoseconds: now)
    let pool = try #require(answer.pool)
    #expect(pool.key == Scenario.key && pool.capacity == record.capacity && pool.inUse == 1200)
    #expect(pool.headroom == Int(record.headroom.last) && pool.left == pool.headroom)
    #expect(pool.headroomLower == 20_000 && pool.reclaimable == 11 && pool.risen == 0)
    #expect(pool.bound == record.headroomBound && pool.verdict == record.verdict)
    #expect(pool.method == .dump && pool.moment.tick == 7)
    #expect(pool.moment.ageNanoseconds == 250_000_000)
    #expect(answer.left == pool.left && answer.moment == pool.moment)
  }

  @Test func `without a source the tightest pool is answered, with one its own`() throws {
    var frame = try MadeUpFrames.proxy(inUse: 1000)
    let other = IPAddress(ipv4: 0x0a00_0006), third = IPAddress(ipv4: 0x0a00_0007)
    frame.pools.append(try MadeUpFrames.record(from: other, inUse: 5000, in: frame))
    frame.pools.append(try MadeUpFrames.record(from: third, inUse: 3000, in: frame))
    let table = MadeUpFrames.table(frame), now = frame.monotonicNanoseconds
    func inUse(_ source: IPAddress?) -> Int? {
      table.headroom(to: destination, port: 443, from: source, atMonotonicNanoseconds: now)
        .pool?.inUse
    }
    #expect(inUse(nil) == 5000 && inUse(other) == 5000 && inUse(third) == 3000)
    #expect(inUse(MadeUpFrames.source) == 1000)
    #expect(inUse(IPAddress(ipv4: 1)) == nil)
  }

  @Test func `another port, or another address, is another pool`() throws {
    let frame = try MadeUpFrames.proxy(inUse: 1000)
    let table = MadeUpFrames.table(frame), now = frame.monotonicNanoseconds
    #expect(table.headroom(to: destination, port: 444, atMonotonicNanoseconds: now).pool == nil)
    let next = IPAddress(ipv4: 0x0a01_0204)
    #expect(table.headroom(to: next, port: 443, atMonotonicNanoseconds: now).pool == nil)
  }

  @Test func `what may have been taken since the count is taken off, and nothing is the least`()
    throws
  {
    var frame = try MadeUpFrames.proxy(inUse: 1000)
    let index = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    let now = frame.monotonicNanoseconds
    for (risen, left) in [(0, 27_229), (1, 27_228), (27_229, 0), (27_232, 0)] {
      frame.pools[index].headroom = Gauge(27_229)
      frame.pools[index].inUseBound = 1000 + risen
      frame.pools[index].method = .bound
      frame.pools[index].countedAtMonotonic = now - 400_000_000
      let pool = try #require(
        MadeUpFrames.table(frame).headroom(to: destination, port: 443, atMonotonicNanoseconds: now)
          .pool)
      #expect(pool.risen == risen && pool.left == left && pool.headroom == 27_229)
      // A count that something has happened since is as old as it is.
      #expect(pool.moment.ageNanoseconds == 400_000_000)
    }
  }

  @Test func `connects before the frame before are in the numbers, or before a later count`() throws
  {
    var frame = try MadeUpFrames.proxy(inUse: 1000)
    frame.spanNanoseconds = 20_000_000
    let index = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    let now = frame.monotonicNanoseconds
    for (counted, covered) in [(5, 5), (20, 20), (21, 20), (400, 20)] as [(UInt64, UInt64)] {
      frame.pools[index].countedAtMonotonic = now - counted * 1_000_000
      let answer = MadeUpFrames.table(frame).headroom(
        to: destination, port: 443, atMonotonicNanoseconds: now)
      #expect(answer.moment?.coveredThroughNanoseconds == now - covered * 1_000_000)
    }
  }

  @Test func `a pool that is not listed has the room that the fullest of those leaves`() throws {
    var frame = try MadeUpFrames.proxy(inUse: 1000)
    frame.other = Remainder(pools: 5, inUseMaximum: 300, isExact: true)
    frame.gauges.sample(.tcpPortsInUse, 2000)
    frame.gauges.sample(.tcpPortsInUseBound, 2050)
    frame.gauges.sample(.countAge, 120)
    let now = frame.monotonicNanoseconds
    let answer = MadeUpFrames.table(frame).headroom(
      to: destination, port: 80, atMonotonicNanoseconds: now + 30_000_000)
    let bound = try #require(answer.bound)
    #expect(bound.capacity == Scenario.capacity && bound.inUseMaximum == 300 && bound.risen == 50)
    #expect(bound.left == Scenario.capacity - 350 && answer.left == bound.left)
    #expect(bound.moment.ageNanoseconds == 150_000_000)
  }

  @Test func `where the bound of all ports is the range, a listed pool tells what has risen`()
    throws
  {
    var frame = try MadeUpFrames.proxy(inUse: 1000)
    let index = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    for record in frame.pools.indices where frame.pools[record].key.transport == .tcp {
      frame.pools[record].inUseBound = Scenario.range.count
    }
    frame.gauges.sample(.tcpPortsInUseBound, Scenario.range.count)
    let now = frame.monotonicNanoseconds
    // All of them may have been taken.
    let none = MadeUpFrames.table(frame).headroom(
      to: destination, port: 80, atMonotonicNanoseconds: now)
    #expect(none.bound?.risen == Scenario.range.count && none.left == 0)
    frame.pools[index].inUseBound = 1090
    let some = MadeUpFrames.table(frame).headroom(
      to: destination, port: 80, atMonotonicNanoseconds: now)
    #expect(some.bound?.risen == 90)
  }

  @Test
  func `a remainder that is not exact bounds nothing, and a frame without a count says nothing`()
    throws
  {
    var frame = try MadeUpFrames.proxy(inUse: 1000)
    let now = frame.monotonicNanoseconds
    frame.other.isExact = false
    #expect(
      MadeUpFrames.table(frame).headroom(to: destination, port: 80, atMonotonicNanoseconds: now)
        .why == .notListed)
    frame.other.isExact = true
    frame.pools.removeAll { $0.key.transport == .tcp }
    frame.gauges = HostGauges()
    let unsaid = MadeUpFrames.table(frame).headroom(
      to: destination, port: 80, atMonotonicNanoseconds: now)
    #expect(unsaid.why == .notListed && unsaid.left == nil && unsaid.moment == nil)
    frame.flags.formUnion(.notCounted)
    #expect(
      MadeUpFrames.table(frame).headroom(to: destination, port: 443, atMonotonicNanoseconds: now)
        .why == .notCounted)
  }

  @Test(
    arguments: [
      (20_000_000, 2_000_000_000), (666_666_666, 2_000_000_000), (1_000_000_000, 3_000_000_000),
      (60_000_000_000, 180_000_000_000),
    ] as [(UInt64, UInt64)])
  func `a frame is stale after three intervals and two seconds`(
    _ interval: UInt64, _ limit: UInt64
  ) throws {
    let frame = try MadeUpFrames.proxy(inUse: 1000)
    let table = HeadroomTable(frame, intervalNanoseconds: interval)
    let at = frame.monotonicNanoseconds
    let fresh = table.headroom(
      to: destination, port: 443, atMonotonicNanoseconds: at + limit)
    #expect(fresh.pool?.moment.ageNanoseconds == limit)
    let stale = table.headroom(
      to: destination, port: 443, atMonotonicNanoseconds: at + limit + 1)
    #expect(stale.why == .stale(ageNanoseconds: limit + 1))
    #expect("\(stale.why ?? .noFrame)".contains("\(limit / 1_000_000) ms old"))
  }

  @Test func `whatever a frame holds, no question traps, and no more is left than there was`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(40) {
      var frame = generator.frame(poolCount: generator.pick([0, 1, 60]))
      frame.tick = .max
      frame.monotonicNanoseconds = generator.pick([0, 1, FrameLayout.momentMax])
      frame.spanNanoseconds = generator.pick([0, FrameLayout.momentMax])
      let table = HeadroomTable(frame, intervalNanoseconds: generator.pick([0, 1, .max]))
      for record in frame.pools {
        guard case .connect(let source, let destination, let port, _) = record.key else { continue }
        for now in [0, frame.monotonicNanoseconds, .max] as [UInt64] {
          for from in [nil, source] {
            let answer = table.headroom(
              to: destination, port: port, from: from, atMonotonicNanoseconds: now)
            // A listed pool is counted, or unknown.
            #expect(
              answer.pool.map { $0.left >= 0 && $0.left <= $0.headroom } ?? (answer.why != nil),
              "\(generator.replay)")
          }
        }
      }
      let answer = table.headroom(
        to: IPAddress(ipv4: 1), port: 1, atMonotonicNanoseconds: frame.monotonicNanoseconds)
      #expect(
        answer.left.map { $0 >= 0 && $0 <= frame.connectCapacity } ?? true, "\(generator.replay)")
    }
  }
}
