import Alarms
import Frames
import Inet
import Pools
import Testing

/// Many pools of one address: one alarm that counts them.
@Suite struct GroupTests {
  private static let rule = MadeUp.rule(.pool(.connect))

  private static func frame(_ tick: Int, full: Int, source: UInt32 = 5) -> Frame {
    MadeUp.frame(tick, pools: (0..<full).map { (MadeUp.key(source, UInt32($0)), 900) })
  }

  @Test func `32 alarms are told one by one, 33 as one`() {
    var engine = AlarmEngine(rules: [Self.rule])
    #expect(engine.feed(Self.frame(0, full: 32)).events.count == 32)
    var other = AlarmEngine(rules: [Self.rule])
    let outcome = other.feed(Self.frame(0, full: 33))
    #expect(outcome.events.count == 1)
    #expect(outcome.events[0].alarm?.groupedCount == 33)
    #expect(outcome.events[0].alarm?.subject == .pool(MadeUp.bind()))
    #expect(outcome.events[0].text.hasPrefix("33 pools of 10.0.0.5, the fullest at 90 %"))
    #expect(outcome.raised.map(\.groupedCount) == [33])
  }

  @Test func `what was told before goes over to the group`() {
    var engine = AlarmEngine(rules: [Self.rule])
    _ = engine.feed(Self.frame(0, full: 30))
    let events = engine.feed(Self.frame(1, full: 40)).events
    #expect(events.count { $0.kind == .alarmCleared } == 30)
    #expect(events.count { $0.kind == .alarmRaised } == 1)
    #expect(events.last?.alarm?.groupedCount == 40)
    #expect(events[0].text.contains("counted in the alarm of its address"))
  }

  @Test func `a group counts on, and is over when the last pool is`() {
    var engine = AlarmEngine(rules: [Self.rule])
    _ = engine.feed(Self.frame(0, full: 40))
    var outcome = engine.feed(Self.frame(1, full: 50))
    #expect(outcome.events == [])
    #expect(outcome.raised.map(\.groupedCount) == [50])
    outcome = engine.feed(Self.frame(2, full: 1))
    #expect(outcome.events == [])
    #expect(outcome.raised.map(\.groupedCount) == [1])
    outcome = engine.feed(Self.frame(3, full: 0))
    #expect(outcome.events.map(\.kind) == [.alarmCleared])
    #expect(outcome.events[0].alarm?.subject == .pool(MadeUp.bind()))
    #expect(outcome.raised == [])
  }

  @Test func `addresses are counted apart`() {
    var engine = AlarmEngine(rules: [Self.rule])
    var frame = Self.frame(0, full: 32)
    frame.pools += Self.frame(0, full: 32, source: 6).pools
    #expect(engine.feed(frame).events.count == 64)
  }

  @Test func `a group comes back after a restart`() {
    var engine = AlarmEngine(rules: [Self.rule])
    _ = engine.feed(Self.frame(0, full: 40))
    var next = AlarmEngine(rules: [Self.rule])
    let now = AlarmMoment(Self.frame(1, full: 0))
    #expect(next.restore(engine.state, now: now, namespaceCookie: nil) == [])
    #expect(next.feed(Self.frame(1, full: 40)).events == [])
    #expect(next.raised.map(\.groupedCount) == [40])
    #expect(next.feed(Self.frame(2, full: 0)).events.count == 1)
  }

  @Test func `memory is bounded: pools beyond the limit are counted, not followed`() {
    var engine = AlarmEngine(rules: [Self.rule])
    let full = AlarmEngine.subjectLimit + 10
    let outcome = engine.feed(Self.frame(0, full: full))
    #expect(outcome.raised.map(\.groupedCount) == [AlarmEngine.subjectLimit])
    #expect(engine.untrackedCount == 10)
    #expect(engine.state.alarms.count == AlarmEngine.subjectLimit + 1)
  }

  @Test func `raised alarms are in order of severity, then of excess, and bounded`() {
    var engine = AlarmEngine(rules: [
      MadeUp.rule(.address, severity: .minor), MadeUp.rule(.pool(.connect)),
      MadeUp.rule(.host, severity: .critical),
    ])
    let pools = (0..<100).map { (MadeUp.key(UInt32($0), 1), 810 + Int($0)) }
    let frame = MadeUp.frame(0, ports: 801, pools: pools + [(MadeUp.bind(), 999)])
    let raised = engine.feed(frame).raised
    #expect(raised.count == AlarmEngine.raisedLimit)
    #expect(raised[0].severity == .critical)
    #expect(raised[1].subject == .pool(MadeUp.key(99, 1)))
    #expect(raised[2].subject == .pool(MadeUp.key(98, 1)))
    #expect(!raised.contains { $0.severity == .minor })
  }
}
