import Alarms
import Frames
import Pools
import PropertyTestKit
import Testing

/// The engine against the naive model, over random histories.
@Suite struct ModelTests {
  @Test func `the engine decides as the contract says`() throws {
    var random = SeededGenerator.fresh()
    for _ in 0..<rounds(150) { try compare(&random) }
  }

  private func compare(_ random: inout SeededGenerator) throws {
    let ticks = Int.random(in: 1...4, using: &random)
    let rule = MadeUp.rule(
      .pool(.connect), hits: Int.random(in: 1...4, using: &random),
      threshold: Double(Int.random(in: 1...95, using: &random)) / 100,
      period: UInt64(ticks) * MadeUp.second)
    var engine = AlarmEngine(rules: [rule])
    let keys = (1...3).map { MadeUp.key(5, $0) }
    var models = keys.map { _ in NaiveModel(rule) }
    let threshold = Int((rule.threshold * 1000).rounded())
    var told: [PoolKey: Bool] = [:]
    for tick in 0..<60 {
      // Ports around the two borders; nil: not counted in this frame.
      let ports = keys.map { _ -> Int? in
        if random.oneIn(4) { return nil }
        let border = random.oneIn(2) ? threshold : threshold * 9 / 10
        return min(1000, max(0, border + Int.random(in: -2...2, using: &random)))
      }
      let frame = MadeUp.frame(tick) { frame in
        frame.other = Remainder(pools: 0, inUseMaximum: 1000, isExact: false)
        for (key, ports) in zip(keys, ports) {
          // Not counted: absent, or an old count with a bound that allows anything.
          guard ports != nil || random.oneIn(2) else { continue }
          var pool = MadeUp.pool(key, ports ?? 0, frame)
          if ports == nil {
            pool.method = .bound
            pool.inUseBound = 1000
          }
          frame.pools.append(pool)
        }
      }
      for event in engine.feed(frame).events {
        guard case .pool(let key) = event.alarm?.subject else { continue }
        #expect(told[key, default: false] != (event.kind == .alarmRaised), "\(random.replay)")
        told[key] = event.kind == .alarmRaised
      }
      if random.oneIn(8) { restart(&engine, rule, frame) }
      for index in keys.indices {
        models[index].feed(ports[index], endsPeriod: (tick + 1) % ticks == 0)
        let isRaised = engine.raised.contains { $0.subject == .pool(keys[index]) }
        try #require(
          isRaised == models[index].isRaised && isRaised == told[keys[index], default: false],
          "tick \(tick), pool \(index): \(rule) \(models[index].periods) \(random.replay)")
      }
    }
  }

  /// A restart at a period's end, so that no reading is lost.
  private func restart(_ engine: inout AlarmEngine, _ rule: AlarmRule, _ frame: Frame) {
    guard (frame.tick + 1) * MadeUp.second % rule.periodNanoseconds == 0 else { return }
    var next = AlarmEngine(rules: [rule])
    let events = next.restore(engine.state, now: AlarmMoment(frame), namespaceCookie: nil)
    #expect(events == [])
    // The new engine begins its periods with its first frame, as the old one would have gone on.
    engine = next
  }
}
