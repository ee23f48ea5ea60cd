import Frames
import HostFacts
import Inet
import NetlinkTestKit
import Pools
import Testing

@testable import Collector

@Suite struct TrendMemoryTests {
  private static let second: UInt64 = 1_000_000_000

  private func key(_ port: UInt16 = 443) -> PoolKey {
    .connect(
      source: IPAddress(ipv4: 0x0a00_0001), destination: IPAddress(ipv4: 0x0a00_0002), port: port,
      interface: 0)
  }

  /// A record with `established` of 1,000 ports taken, counted at `now`.
  private func record(_ key: PoolKey, _ established: Int, at now: UInt64) -> PoolRecord {
    var states = StateCounts()
    states[.established] = established
    let pool = Pool(
      key: key, inUse: established, capacity: 1000, reclaimable: 0, headroom: 1000 - established,
      headroomLower: nil, headroomBound: .upper, cliffAt: 500, isSearching: established >= 500,
      states: states)
    return PoolRecord(pool, method: .dump, countedAtMonotonic: now)
  }

  private func follow(
    _ memory: inout TrendMemory, _ record: inout PoolRecord, holds: Bool = false, at now: UInt64
  ) {
    memory.follow(
      &record, reuseSeconds: nil, opens: UInt64(record.inUse.last), counted: nil, holds: holds,
      at: now)
  }

  /// A memory of a pool that gained 40 ports a second for so many seconds; the last record.
  private func filled(_ seconds: Int) -> (TrendMemory, PoolRecord) {
    var memory = TrendMemory()
    var last = record(key(), 0, at: 0)
    for index in 0...seconds {
      let now = 100 * Self.second + UInt64(index) * Self.second
      last = record(key(), 40 * index, at: now)
      follow(&memory, &last, at: now)
    }
    return (memory, last)
  }

  @Test func `a pool that fills is forecast, and the forecast counts down between counts`() throws {
    var (memory, last) = filled(15)
    let now = last.countedAtMonotonic
    let seconds = try #require(last.forecast.secondsToExhaustion)
    #expect(abs(seconds - 10) < 0.5)
    #expect(last.forecast.arrivalsPerSecond.map { abs($0 - 40) < 1 } == true)
    for later in [10, 100, 900, 3000] as [UInt64] {
      let moment = now + later * 1_000_000
      follow(&memory, &last, at: moment)
      let left = try #require(last.forecast.secondsToExhaustion)
      #expect(abs(left - (seconds - Float(later) / 1000)) < 0.05, "after \(later) ms: \(left)")
    }
    follow(&memory, &last, at: now + 100 * Self.second)
    #expect(last.forecast.secondsToExhaustion.map { $0 >= 0 } ?? true)
  }

  @Test func `what the guard says has not changed is as good as counted`() {
    var (memory, last) = filled(15)
    let start = last.countedAtMonotonic
    for index in 1...14 as ClosedRange<UInt64> {
      follow(&memory, &last, holds: true, at: start + index * Self.second)
    }
    #expect(last.forecast.secondsToExhaustion == nil)
    #expect(last.forecast.arrivalsPerSecond.map { $0 < 4 } == true)
  }

  @Test func `before three teeth nothing is said`() {
    let (_, last) = filled(5)
    #expect(last.forecast == Forecast())
  }

  @Test func `a pool that is no longer listed is forgotten after a minute`() {
    var (memory, last) = filled(2)
    #expect(memory.count == 1)
    memory.forget(at: last.countedAtMonotonic + 59 * Self.second)
    #expect(memory.count == 1)
    memory.forget(at: last.countedAtMonotonic + 61 * Self.second)
    #expect(memory.count == 0)
  }

  @Test func `only connects have a forecast`() {
    var memory = TrendMemory()
    var last = record(.bind(.any), 0, at: 0)
    for index in 0...15 as ClosedRange<UInt64> {
      last = record(.bind(.any), 40 * Int(index), at: index * Self.second)
      follow(&memory, &last, at: index * Self.second)
    }
    #expect(memory.count == 0 && last.forecast == Forecast())
  }

  @Test func `what waits in a pool is walked, and comes back as it says`() throws {
    let table = FakeTable()
    table.connect(
      (0..<6000).map { index in
        FakeRow {
          $0.state = 6
          $0.timer = 3
          $0.expires = UInt32(index % 60) * 1000 + 4
          $0.sourcePort = UInt16(33_000 + index)
        }
      })
    var collector = try table.collector()
    let first = collector.frame(0)
    #expect(first.pools.first { $0.key == key() }?.forecast.release == nil)
    collector.trends.note(nil, cost: 0, at: 0)
    let second = collector.frame(1)
    let pool = try #require(second.pools.first { $0.key == key() })
    let release = try #require(pool.forecast.release)
    #expect(zip(release, release.dropFirst()).allSatisfy { $0 <= $1 })
    // Each second of the minute has 100; a tooth's length of it is still to come after 60 s.
    #expect((5700...6000).contains(release[5]), "\(release)")
    #expect((700...1300).contains(release[3]), "\(release)")
  }

  @Test func `what will run out soon is judged by it`() throws {
    let table = FakeTable()
    table.connect((0..<20).map { index in FakeRow { $0.sourcePort = UInt16(33_000 + index) } })
    var collector = try table.collector()
    var frame = collector.frame(0)
    #expect(frame.verdict == .ok)
    let index = try #require(frame.pools.firstIndex { $0.key == key() })
    frame.pools[index].forecast.secondsToExhaustion = 200
    collector.judgeForecasts(&frame)
    #expect(frame.verdict == .warning && frame.pools[0].key == key())
    frame.pools[0].forecast.secondsToExhaustion = 20
    collector.judgeForecasts(&frame)
    #expect(frame.verdict == .critical && frame.pools[0].verdict == .critical)
  }
}
