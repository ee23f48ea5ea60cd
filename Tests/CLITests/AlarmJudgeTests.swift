import Alarms
import Collector
import Frames
import Journal
import Kernel
import Testing

@testable import ullage

/// What the daemon's judge says of what an earlier run left.
@Suite struct AlarmJudgeTests {
  @Test func `what a restart clears is said also where the namespace goes before a frame`() throws {
    let boot = try BootID.current()
    let alarm = AlarmRecord(
      rule: "no such rule", subject: .host, severity: .major, isRaised: true, hits: 3, value: 0.9,
      threshold: 0.8, sinceNanoseconds: 5)
    let judge = AlarmJudge(AlarmRule.builtIn)
    judge.restore(
      AlarmState(
        boot: boot, namespaceCookie: nil, atNanoseconds: Clock.realtimeNanoseconds(),
        monotonicNanoseconds: Clock.monotonicNanoseconds(), alarms: [alarm]), boot: boot)
    let end = judge.namespaceGone(boot: boot)
    #expect(end.events.map(\.kind) == [.alarmCleared] && end.raised.isEmpty)
    #expect(judge.namespaceGone(boot: boot).events.isEmpty)
  }

  @Test func `a line of the log steers no terminal, whatever a name contains`() {
    let hostile = "\u{1B}[2Jdocker\u{9B}31m \u{202E}txt\nroot: all is well\u{2028}x\u{7F}"
    #expect(JournalLog.line(hostile) == "?[2Jdocker?31m ?txt root: all is well x?")
    #expect(JournalLog.line("the wéb namespace – 25 %") == "the wéb namespace – 25 %")
  }
}
