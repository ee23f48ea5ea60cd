import PropertyTestKit
import Testing

@testable import Collector

@Suite struct TickScheduleTests {
  @Test func `moments stay whole intervals apart from the start, however late the taking`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(200) {
      let interval = UInt64(1 + generator.small(1_000_000_000))
      let start = UInt64(generator.small(1 << 60))
      var schedule = TickSchedule(intervalNanoseconds: interval, start: start)
      var now = start, taken: UInt64 = 0
      for _ in 0..<100 {
        now += UInt64(generator.small(Int(interval) * generator.pick([1, 1, 3, 50])))
        let deadline = schedule.deadlineNanoseconds
        guard schedule.isDue(at: now) else {
          #expect(now < deadline)
          let passed = schedule.take(at: now)
          #expect(passed == .init(isLate: false, skipped: 0))
          continue
        }
        let passed = schedule.take(at: now)
        taken += 1 + passed.skipped
        #expect(schedule.deadlineNanoseconds == start + taken * interval, "\(generator.replay)")
        #expect(schedule.deadlineNanoseconds > now)
        #expect(schedule.deadlineNanoseconds - now <= interval)
        #expect(passed.isLate == (now - deadline > interval / 2), "\(generator.replay)")
      }
    }
  }

  @Test func `what was left out is counted`() {
    var schedule = TickSchedule(intervalNanoseconds: 100, start: 1000)
    let cases: [(now: UInt64, isLate: Bool, skipped: UInt64)] = [
      (1000, false, 0), (1150, false, 0), (1251, true, 0), (1300, false, 0), (1600, true, 2),
    ]
    for (now, isLate, skipped) in cases {
      let passed = schedule.take(at: now)
      #expect(passed == .init(isLate: isLate, skipped: skipped), "\(now)")
    }
  }
}
