import Frames
import HostFacts
import Inet
import Pools
import Testing

@testable import Collector

@Suite struct CountPlanTests {
  private let second: UInt64 = 1_000_000_000
  private let plan = CountPlan(intervalNanoseconds: 1_000_000_000)

  private func reading(_ opens: UInt64?, inUse: Int? = 10, timeWait: Int? = 0) -> GuardReading {
    var reading = GuardReading()
    reading.activeOpens = opens
    reading.tcpInUse = inUse
    reading.timeWait = timeWait
    return reading
  }

  private func pool(_ port: UInt16, taken: Int, of capacity: Int = 1000) -> PoolRecord {
    let key = PoolKey.connect(
      source: .anyIPv4, destination: .anyIPv4, port: port, interface: 0)
    return PoolRecord(
      Pool(
        key: key, inUse: taken, capacity: capacity, reclaimable: 0, headroom: capacity - taken,
        headroomLower: nil, headroomBound: .upper, cliffAt: capacity / 2, isSearching: false,
        states: nil), method: .dump, countedAtMonotonic: 0)
  }

  private struct Case {
    var now: UInt64 = 20_000_000_000
    var opens: UInt64? = 5
    var last: CountPlan.LastDump?
    var taken = 700
    var debt: UInt64 = 0
    var isFailing = false
    var action: CountPlan.Action
  }

  @Test func `each row of the plan's table holds`() {
    func last(
      _ opens: UInt64 = 5, at: UInt64 = 10, cost: UInt64 = 1, focuses: Int = 0
    ) -> CountPlan.LastDump {
      CountPlan.LastDump(
        reading: reading(opens), startedAt: at * second, cpuNanoseconds: cost, focusesSince: focuses
      )
    }
    let key = pool(443, taken: 0).key
    let cases = [
      // Nothing was counted yet: worth a debt, unless counting fails.
      Case(action: .dump), Case(debt: 1 << 40, action: .dump),
      Case(debt: 1 << 40, isFailing: true, action: .deferred),
      // No change: the count holds until it is 30 s old.
      Case(last: last(), action: .nothing), Case(last: last(), debt: 1 << 40, action: .nothing),
      Case(now: 40 * second - 1, last: last(), action: .nothing),
      Case(now: 40 * second, last: last(), action: .dump),
      Case(now: 40 * second, last: last(), debt: 1 << 40, action: .deferred),
      // A change: a dump, if it can be paid for.
      Case(opens: 6, last: last(), action: .dump), Case(opens: nil, last: last(), action: .dump),
      Case(opens: 6, last: last(), debt: 1 << 40, action: .deferred),
      // Dear dumps: pools past the alert share alone, four times for a dump.
      Case(opens: 6, last: last(cost: second), action: .focus([key])),
      Case(opens: 6, last: last(cost: second, focuses: 3), action: .focus([key])),
      Case(opens: 6, last: last(cost: second, focuses: 4), action: .dump),
      Case(opens: 6, last: last(cost: second), taken: 599, action: .dump),
      // 30 ms at 2 % are two seconds: not more than two intervals.
      Case(opens: 6, last: last(cost: 30_000_000), action: .dump),
      Case(opens: 6, last: last(cost: 30_000_001), action: .focus([key])),
    ]
    for (index, row) in cases.enumerated() {
      var budget = CPUBudget(share: 0.02, now: 0)
      budget.spend(row.debt, at: 0)
      let action = plan.action(
        now: row.now, reading: reading(row.opens), last: row.last,
        pools: [pool(443, taken: row.taken)], isFailing: row.isFailing, budget: &budget)
      #expect(action == row.action, "row \(index)")
    }
  }

  @Test func `a focus has at most sixteen pools, the tightest, and connect pools alone`() {
    var budget = CPUBudget(share: 0.02, now: 0)
    let pools = (1...40).map { pool(UInt16($0), taken: 1000 - $0) }
    let last = CountPlan.LastDump(
      reading: reading(1), startedAt: 0, cpuNanoseconds: 1 << 40, focusesSince: 0)
    let action = plan.action(
      now: 1, reading: reading(2), last: last, pools: pools, budget: &budget)
    #expect(action == .focus(pools.prefix(16).map(\.key)))
  }

  @Test func `without sockstat nothing is known to be unchanged`() {
    #expect(!reading(5, inUse: nil).isUnchanged(since: reading(5, inUse: nil)))
    #expect(!reading(5, timeWait: nil).isUnchanged(since: reading(5, timeWait: nil)))
    #expect(reading(5).isUnchanged(since: reading(5)))
  }

  @Test func `a rise is the larger of connects and sockets, and no number makes it trap`() {
    #expect(reading(15).rise(since: reading(5)) == 10)
    #expect(reading(5, inUse: 30, timeWait: 4).rise(since: reading(5)) == 24)
    #expect(reading(7, inUse: 1, timeWait: 0).rise(since: reading(5)) == 2)
    #expect(reading(4, inUse: 1).rise(since: reading(5)) == 0)
    #expect(reading(nil).rise(since: reading(5)) == nil)
    #expect(reading(.max, inUse: .max, timeWait: .max).rise(since: reading(0)) == Int(UInt32.max))
  }

  /// Ports taken at the last count, the rise since, and whether a threshold may have been reached: of
  /// 1000 ports 500 (the cliff), 800, 950 and 1000 are.
  @Test(arguments: [
    (0, 499, true), (0, 249, false), (0, 0, false), (490, 9, false), (490, 10, true),
    (500, 249, false), (790, 9, false), (790, 10, true), (949, 1, true), (950, 49, false),
    (950, 50, true), (1000, 249, false), (1000, 250, true),
  ]) func `what cannot wait is what may reach the next threshold`(
    taken: Int, rise: Int, isUrgent: Bool
  ) {
    let urgent = CountPlan.isUrgent(
      reading(UInt64(100 + rise)), dumped: reading(100), focused: [:],
      pools: [pool(443, taken: taken)], thresholds: VerdictThresholds(), connectCapacity: 1000)
    #expect(urgent == isUrgent)
  }

  @Test func `a pool that was counted alone is held against its own reading`() {
    let pool = pool(443, taken: 790)
    func isUrgent(_ focused: [PoolKey: GuardReading]) -> Bool {
      CountPlan.isUrgent(
        reading(120), dumped: reading(100), focused: focused, pools: [pool],
        thresholds: VerdictThresholds(), connectCapacity: 1000)
    }
    #expect(isUrgent([:]))
    #expect(!isUrgent([pool.key: reading(115)]))
  }
}
