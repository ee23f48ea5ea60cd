import PropertyTestKit
import Testing

@testable import Collector

/// The budget over simulated hours: what it allows, held against what it promises.
@Suite struct CPUBudgetTests {
  /// An expense and when it was made: nanoseconds.
  private struct Expense {
    var at: UInt64
    var cost: UInt64
  }

  /// A collector that counts whenever it may; `cost` draws what the next count costs.
  private func simulate(
    share: Double, hours: Int, overhead: ClosedRange<UInt64>, hasPauses: Bool = true,
    _ generator: inout SeededGenerator, cost: (UInt64, inout SeededGenerator) -> UInt64
  ) -> (expenses: [Expense], largest: UInt64) {
    var now: UInt64 = 1_000_000_000_000
    let end = now + UInt64(hours) * 3_600_000_000_000
    var budget = CPUBudget(share: share, now: now)
    var expenses: [Expense] = [], largest: UInt64 = 0
    var quietUntil: UInt64 = 0
    while now < end {
      now += UInt64.random(in: 50_000_000...150_000_000, using: &generator)
      if hasPauses, generator.oneIn(3000) {
        quietUntil = now + UInt64(generator.pick([1, 30, 300])) << 30
      }
      // The guard and publishing, whether anything is counted or not.
      let rest = UInt64.random(in: overhead, using: &generator)
      expenses.append(Expense(at: now, cost: rest))
      budget.spend(rest, at: now)
      if now >= quietUntil, budget.allowsCount(at: now) {
        let cost = cost(now, &generator)
        largest = max(largest, cost)
        now += cost
        budget.spend(cost, at: now)
        expenses.append(Expense(at: now, cost: cost))
      }
    }
    return (expenses, largest)
  }

  /// The most that is spent in any stretch of this length.
  private func worst(_ expenses: [Expense], in stretch: UInt64) -> UInt64 {
    var worst: UInt64 = 0, sum: UInt64 = 0, first = 0
    for expense in expenses {
      sum += expense.cost
      while expense.at - expenses[first].at >= stretch {
        sum -= expenses[first].cost
        first += 1
      }
      worst = max(worst, sum)
    }
    return worst
  }

  @Test func `no stretch of the promised length holds more than its share`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(20) {
      let share = generator.pick([0.005, 0.02, 0.05, 0.25])
      // The rest takes up to a twentieth of the share, which a busy host's guard does.
      let rest = UInt64(share * 100_000_000 / 20)
      let scale = generator.pick([1_000_000, 20_000_000, 165_000_000])
      let pattern = generator.small(4)
      let (expenses, largest) = simulate(
        share: share, hours: 1, overhead: 0...rest, &generator
      ) { now, generator in
        switch pattern {
        case 0: UInt64(scale)
        case 1: UInt64(generator.small(scale) + 1)
        // Cheap for long, then dear at once, and back.
        case 2: now / 600_000_000_000 % 2 == 0 ? UInt64(scale / 100) : UInt64(scale)
        default: generator.oneIn(20) ? UInt64(scale) : UInt64(scale / 1000 + 1)
        }
      }
      let stretch = max(10_000_000_000, UInt64(5 * Double(largest) / share))
      for factor in [1, 2, 7] as [UInt64] {
        let spent = worst(expenses, in: stretch * factor)
        let allowed = share * Double(stretch * factor)
        #expect(
          Double(spent) <= allowed, "\(share) \(scale) \(pattern) \(factor): \(generator.replay)")
      }
    }
  }

  @Test func `the budget is used: half of the share and more where counts are always wanted`() {
    var generator = SeededGenerator.fresh()
    for share in [0.02, 0.25] {
      let (expenses, _) = simulate(
        share: share, hours: 1, overhead: 0...0, hasPauses: false, &generator
      ) { _, _ in 30_000_000 }
      let spent = expenses.map(\.cost).reduce(0, +)
      #expect(Double(spent) > 0.5 * share * 3_600_000_000_000)
    }
  }

  @Test func `a budget without debt allows a count, one with debt when it is paid`() {
    var budget = CPUBudget(share: 0.1, now: 0)
    var answers = [budget.allowsCount(at: 0)]
    budget.spend(75_000_000, at: 0)
    answers += [budget.allowsCount(at: 999_999_000), budget.allowsCount(at: 1_000_000_001)]
    #expect(budget.spacingNanoseconds(of: 75_000_000).rounded() == 1_000_000_000)
    // A clock that stands still or goes back pays for nothing.
    budget.spend(1, at: 5)
    answers.append(budget.allowsCount(at: 5))
    #expect(answers == [true, false, true, false])
  }

  @Test func `a share that is none is the least one`() {
    for share in [0, -1, .nan, 0.000_01] as [Double] {
      #expect(CPUBudget(share: share, now: 0).share == 0.000_1)
    }
  }
}
