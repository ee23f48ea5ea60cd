import Pools
import PropertyTestKit
import Testing

@Suite struct CapacityPlanTests {
  /// What the kernel did (kernel-semantics: 1000 ports, HZ 250, no reuse): 16.05 a second never failed,
  /// 16.25 did; 455 a second is what the default range carries.
  @Test(arguments: [
    (16.05, 1000, true), (16.11, 1000, true), (16.12, 1000, false), (16.25, 1000, false),
    (455.0, 28_232, true), (455.01, 28_232, false), (1.6, 100, true), (1.62, 100, false),
  ]) func `what never failed fits, what failed does not`(rate: Double, ports: Int, fits: Bool) {
    let plan = CapacityPlan(connectsPerSecond: rate, holdSeconds: 0, ports: ports)
    #expect(plan.outcome.fits == fits)
    #expect(plan.outcome.usage > 0.99 && plan.outcome.usage < 1.01)
    #expect(plan.outcome.isSearching)
  }

  @Test func `the arithmetic of old: 4,000 ports and 240 s`() throws {
    var plan = CapacityPlan(
      connectsPerSecond: 20, holdSeconds: 0, ports: 4000, toothSeconds: 0)
    plan.timeWaitSeconds = 240
    let outcome = plan.outcome
    let rate = try #require(outcome.sustainable?.perTuple)
    #expect(abs(rate * 240 - 4000) < 1e-9)
    #expect(!outcome.fits)
    #expect(outcome.portsNeeded == 4800)
    #expect(outcome.sourcesNeeded == 2)
    #expect(outcome.destinationsNeeded == 2)
    #expect(outcome.longestHoldSeconds == nil)
    #expect(plan.outcomeReusing == nil)
    plan.connectsPerSecond = 4000.0 / 240
    #expect(plan.outcome.fits)
    #expect(plan.outcome.longestHoldSeconds.map { $0 < 1e-6 } == true)
  }

  @Test func `tuples multiply, and so do rates`() throws {
    var plan = CapacityPlan(connectsPerSecond: 2500, holdSeconds: 2, ports: 28_232)
    #expect(plan.outcome.sourcesNeeded == 6)
    #expect(plan.outcome.sourcesBeforeCliff == 12)
    plan.destinations = 3
    plan.sources = 2
    let outcome = plan.outcome
    #expect(outcome.fits && outcome.isSearching)
    #expect(outcome.portsHeld == 26_687)
    #expect(outcome.sourcesNeeded == 2)
    #expect(outcome.destinationsNeeded == 3)
    let rates = try #require(outcome.sustainable)
    #expect(abs(rates.perSource - 3 * rates.perTuple) < 1e-9)
    #expect(abs(rates.total - 6 * rates.perTuple) < 1e-9)
    #expect(plan.keepAliveConnections == 5000)
  }

  @Test func `the rate is that of the comb, and of one that has no end`() throws {
    for (ticks, hold) in [(100, 0.0), (250, 2.5), (300, 60), (1000, 0.001)] {
      let comb = ReleaseComb(ticksPerSecond: ticks)
      let plan = CapacityPlan(
        connectsPerSecond: 1, holdSeconds: hold, ports: 28_232, toothSeconds: comb.toothSeconds)
      let rate = try #require(plan.outcome.sustainable?.perTuple)
      #expect(abs(rate - comb.sustainableRate(capacity: 28_232, holdSeconds: hold)) < 1e-9)
      let other = plan.outcomePeerClosing
      #expect(other?.closesHere == (hold > 0 ? false : nil))
      #expect(other?.heldSeconds == (hold > 0 ? hold : nil))
    }
  }

  @Test func `reuse shortens the wait, never the hold, and only where there is one`() throws {
    var plan = CapacityPlan(connectsPerSecond: 2500, holdSeconds: 2, ports: 28_232)
    plan.reuseDelaySeconds = 1
    let reusing = try #require(plan.outcomeReusing)
    #expect(reusing.heldSeconds == 3)
    #expect(reusing.portsHeld == 7500)
    #expect(reusing.fits && !reusing.isSearching)
    #expect(reusing.timeWaitSockets == nil)
    #expect(!plan.outcome.fits)
    #expect(plan.outcome.timeWaitSockets == 155_120)
    plan.isReusing = true
    #expect(plan.outcome == reusing)
    // A delay longer than TIME_WAIT itself.
    plan.reuseDelaySeconds = 1000
    #expect(plan.outcomeReusing?.heldSeconds == 64.048)
    plan.closesHere = false
    #expect(plan.outcomeReusing == nil)
    #expect(plan.outcome.heldSeconds == 2)
    #expect(plan.outcome.timeWaitSockets == nil)
  }

  @Test func `where nothing is kept there is no limit, where there is no port no rate`() {
    var plan = CapacityPlan(connectsPerSecond: 1e6, holdSeconds: 0, ports: 10)
    plan.closesHere = false
    #expect(plan.outcome.sustainable == nil)
    #expect(plan.outcome.fits && !plan.outcome.isSearching)
    let none = CapacityPlan(connectsPerSecond: 1, holdSeconds: 0, ports: 0)
    #expect(!none.outcome.fits)
    #expect(none.outcome.sustainable?.total == 0)
    #expect(none.outcome.sourcesNeeded == nil)
    #expect(none.outcome.longestHoldSeconds == nil)
  }

  @Test func `the first advice is the one that ends the need`() {
    var plan = CapacityPlan(connectsPerSecond: 2500, holdSeconds: 2, ports: 28_232)
    plan.reuseDelaySeconds = 1
    #expect(plan.advice.map(\.id) == ["keep_alive", "tcp_tw_reuse", "add_sources"])
    // Connections that are open nearly all the time cannot be kept open instead.
    plan.holdSeconds = 3600
    #expect(plan.advice.map(\.id) == ["add_sources", "all_together"])
    plan.connectsPerSecond = 1
    #expect(plan.advice == [])
    // Between the cliff and the end: twice the ports end the search.
    plan.holdSeconds = 60
    plan.connectsPerSecond = 150
    #expect(
      plan.advice.contains(.widenRange(ports: 2 * plan.outcome.portsNeeded)), "\(plan.advice)")
  }

  @Test func `numbers needed are the smallest that fit, whatever the plan`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(500) {
      let plan = Self.plan(&generator, extreme: false)
      let seed: Comment = "seed \(generator.seed): \(plan)"
      guard plan.ports > 0, let sources = plan.outcome.sourcesNeeded,
        let destinations = plan.outcome.destinationsNeeded
      else { continue }
      var changed = plan
      changed.sources = sources
      #expect(changed.outcome.fits, seed)
      #expect((plan.outcome.fits) == (plan.sources >= sources), seed)
      if sources > 1 {
        changed.sources = sources - 1
        #expect(!changed.outcome.fits, seed)
      }
      changed = plan
      changed.destinations = destinations
      #expect(changed.outcome.fits, seed)
      changed = plan
      changed.ports = plan.outcome.portsNeeded
      #expect(changed.outcome.fits, seed)
      changed.ports -= 1
      #expect(!changed.outcome.fits, seed)
      if let hold = plan.outcome.longestHoldSeconds {
        changed = plan
        changed.holdSeconds = hold
        #expect(changed.outcome.fits, seed)
        changed.holdSeconds = hold * 1.01 + 1
        #expect(!changed.outcome.fits, seed)
      }
      if let rate = plan.outcome.sustainable?.total {
        changed = plan
        changed.connectsPerSecond = rate
        #expect(changed.outcome.fits, seed)
        changed.connectsPerSecond = rate * 1.01 + 1
        #expect(!changed.outcome.fits, seed)
      }
    }
  }

  @Test func `no number is a trap`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(3000) {
      let plan = Self.plan(&generator, extreme: true)
      for outcome in [plan.outcome, plan.outcomeReusing, plan.outcomeNotReusing].compactMap({ $0 })
      {
        let seed: Comment = "seed \(generator.seed): \(plan)"
        #expect(outcome.portsHeld >= 0 && outcome.usage >= 0, seed)
        #expect(outcome.heldSeconds.isFinite && outcome.usage.isFinite, seed)
        #expect(outcome.sustainable.map { $0.total.isFinite } ?? true, seed)
      }
      #expect(plan.advice.count <= 5)
      #expect(plan.keepAliveConnections >= 0)
    }
  }

  private static func plan(_ generator: inout SeededGenerator, extreme: Bool) -> CapacityPlan {
    func number(_ generator: inout SeededGenerator, _ most: Double) -> Double {
      if extreme, generator.oneIn(2) {
        return generator.pick([
          .nan, .infinity, -.infinity, 0, -0.0, -1, .leastNonzeroMagnitude, 1e-300, 1e18, 1e308,
          .greatestFiniteMagnitude,
        ])
      }
      return Double.random(in: 0.001...most, using: &generator)
    }
    func count(_ generator: inout SeededGenerator, _ most: Int) -> Int {
      if extreme, generator.oneIn(2) {
        return generator.pick([.min, -1, 0, 1, .max, 1 << 32, 1 << 62])
      }
      return Int.random(in: 1...most, using: &generator)
    }
    var plan = CapacityPlan(
      connectsPerSecond: number(&generator, 100_000), holdSeconds: number(&generator, 1000),
      ports: count(&generator, 64_512), toothSeconds: number(&generator, 5))
    plan.destinations = count(&generator, 100)
    plan.sources = count(&generator, 100)
    if extreme { plan.cliffPorts = count(&generator, 64_512) }
    plan.closesHere = !generator.oneIn(4)
    plan.timeWaitSeconds = number(&generator, 240)
    plan.reuseDelaySeconds = generator.oneIn(2) ? number(&generator, 3) : nil
    plan.isReusing = generator.oneIn(2)
    return plan
  }
}
