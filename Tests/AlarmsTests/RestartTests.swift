import Alarms
import Frames
import Kernel
import Testing

/// What is left after the collector was started anew, and after its rules were changed.
@Suite struct RestartTests {
  private static let rule = MadeUp.rule(.host, hits: 5, period: 30 * MadeUp.second)

  private static func state(
    hits: Int, isRaised: Bool, boot: BootID = BootID(high: 2, low: 1), cookie: UInt64? = nil
  ) -> AlarmState {
    AlarmState(
      boot: boot, namespaceCookie: cookie, atNanoseconds: MadeUp.start,
      monotonicNanoseconds: uptime,
      alarms: [
        AlarmRecord(
          rule: "host", subject: .host, severity: .major, isRaised: isRaised, hits: hits,
          value: 0.9, threshold: 0.8, sinceNanoseconds: MadeUp.start - MadeUp.second)
      ])
  }

  private static let uptime: UInt64 = 3_600_000_000_000

  /// So long after the state by the monotonic clock; the wall clock was set by an hour meanwhile.
  private static func moment(_ age: Int64) -> AlarmMoment {
    AlarmMoment(
      boot: BootID(high: 2, low: 1), atNanoseconds: MadeUp.start + 3_600_000_000_000,
      monotonicNanoseconds: UInt64(Int64(uptime) + age), tick: 0)
  }

  @Test(
    arguments: [
      (0, true), (59_999_999_999, true), (60_000_000_000, false), (-59_999_999_999, true),
      (-60_000_000_000, false),
    ] as [(Int64, Bool)]) func `a state younger than two periods is kept`(
      _ age: Int64, _ isKept: Bool
    )
  {
    var engine = AlarmEngine(rules: [Self.rule])
    let now = Self.moment(age)
    let events = engine.restore(Self.state(hits: 7, isRaised: true), now: now, namespaceCookie: nil)
    #expect(engine.state.alarms == (isKept ? Self.state(hits: 7, isRaised: true).alarms : []))
    #expect(events.map(\.kind) == (isKept ? [] : [.alarmCleared]))
    let again = engine.restore(Self.state(hits: 4, isRaised: false), now: now, namespaceCookie: nil)
    #expect(again == [], "what was not raised is forgotten without a word")
  }

  @Test func `hits go on where they were`() {
    var engine = AlarmEngine(rules: [Self.rule])
    let now = Self.moment(0)
    #expect(
      engine.restore(Self.state(hits: 4, isRaised: false), now: now, namespaceCookie: nil) == [])
    let frames = (0..<31).map { MadeUp.frame($0, ports: 900) }
    #expect(Array(engine.trace(frames)).firstIndex(of: "R") == 29)
  }

  @Test func `another boot's state is worth nothing`() {
    var engine = AlarmEngine(rules: [Self.rule])
    let events = engine.restore(
      Self.state(hits: 7, isRaised: true, boot: BootID(high: 9, low: 9), cookie: 4),
      now: Self.moment(0),
      namespaceCookie: 5)
    #expect(events.map(\.text) == ["this namespace: the host was started anew."])
    #expect(engine.state.alarms == [])
  }

  @Test(
    arguments: [(4, 4, true), (4, 5, false), (nil, 5, true), (4, nil, true), (nil, nil, true)]
      as [(UInt64?, UInt64?, Bool)]) func `another namespace's state is dropped without a word`(
      _ written: UInt64?, _ own: UInt64?, _ isKept: Bool
    )
  {
    var engine = AlarmEngine(rules: [Self.rule])
    let state = Self.state(hits: 7, isRaised: true, cookie: written)
    #expect(engine.restore(state, now: Self.moment(0), namespaceCookie: own) == [])
    #expect(engine.state.alarms == (isKept ? state.alarms : []))
  }

  @Test func `the state says of which namespace it is, and when by both clocks`() {
    var engine = AlarmEngine(rules: [Self.rule])
    var frame = MadeUp.frame(3, ports: 900)
    frame.namespaceCookie = 4
    _ = engine.feed(frame)
    #expect(engine.state.namespaceCookie == 4)
    #expect(engine.state.monotonicNanoseconds == frame.monotonicNanoseconds)
    #expect(engine.state.atNanoseconds == frame.takenAtNanoseconds)
  }

  @Test func `a rule that is gone, or watches something else, clears`() {
    let now = Self.moment(0)
    for rules in [[], [MadeUp.rule(.pool(nil))], [renamed(.address)]] {
      var engine = AlarmEngine(rules: rules)
      let events = engine.restore(
        Self.state(hits: 7, isRaised: true), now: now, namespaceCookie: nil)
      #expect(events.map(\.kind) == [.alarmCleared])
      #expect(engine.state.alarms == [])
    }
  }

  private func renamed(_ subject: AlarmRule.Subject) -> AlarmRule {
    var rule = MadeUp.rule(subject)
    rule.name = "host"
    return rule
  }

  @Test func `rules that are replaced keep what they know, unless they decide otherwise`() {
    let frame = MadeUp.frame(0, ports: 900)
    for (change, isKept) in Self.changes {
      var engine = AlarmEngine(rules: [MadeUp.rule(.host)])
      _ = engine.feed(frame)
      var rule = MadeUp.rule(.host)
      change(&rule)
      let events = engine.replaceRules([rule], at: AlarmMoment(frame))
      #expect(events.isEmpty == isKept)
      #expect(engine.raised.isEmpty != isKept)
    }
    var engine = AlarmEngine(rules: [MadeUp.rule(.host)])
    _ = engine.feed(frame)
    #expect(engine.replaceRules([], at: AlarmMoment(frame)).count == 1)
  }

  private static let changes: [(@Sendable (inout AlarmRule) -> Void, Bool)] = [
    ({ $0.service = "shop" }, true), ({ $0.severity = .critical }, true),
    ({ $0.threshold = 0.7 }, false), ({ $0.hits = 2 }, false),
    ({ $0.periodNanoseconds *= 2 }, false),
  ]

  @Test func `of rules with the same name the last one holds`() {
    var last = MadeUp.rule(.host)
    last.threshold = 0.5
    let engine = AlarmEngine(rules: AlarmRule.builtIn + [last])
    #expect(engine.rules.count == AlarmRule.builtIn.count)
    #expect(engine.rules.last?.threshold == 0.5)
  }
}
