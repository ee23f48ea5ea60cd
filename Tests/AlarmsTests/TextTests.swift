import Alarms
import Frames
import FramesTestKit
import Inet
import Pools
import Testing

/// Alarms in words.
@Suite struct TextTests {
  @Test func `a full pool is told with numbers, owners, the condition and advice`() {
    let scenario = Scenario.proxy(seconds: 6) { _ in 27_000 }
    var frames = scenario.frames
    for index in frames.indices {
      frames[index].owners = [
        OwnerRecord(kind: .cgroup, id: 1, name: "nginx.service", ports: 30_000, timeWait: 18_000)
      ]
      for place in frames[index].pools.indices {
        frames[index].pools[place].owners = [
          OwnerShare(owner: 0, ports: 26_000, timeWait: 18_000, isInferred: true)
        ]
      }
    }
    var engine = AlarmEngine()
    let events = frames.flatMap { engine.feed($0).events }
    #expect(
      events.map(\.text) == [
        "10.0.0.5 → 10.1.2.3:443 is used at 95.6 % (1,229 of 28,229 left): above 80 % at 5 checks in a "
          + "row, one every 1 s. Most ports: nginx.service 26,000. Most ports wait in TIME_WAIT: keep "
          + "connections open and reuse them, or spread them over more addresses."
      ])
    #expect(events.allSatisfy { $0.text.utf8.count <= 512 })
    #expect(events[0].alarm?.hits == 5)
    #expect(events[0].alarm?.sinceNanoseconds == frames[4].takenAtNanoseconds)
  }

  @Test(arguments: [
    (AlarmRule.Subject.host, "above 80 % within 1 s", "at 80 % or less"),
    (.failures, "more than 0 within 1 s", "at 0 or less"),
    (.forecast, "below 80 s within 1 s", "at 80 s or more"),
    (.stale, "above 80 s within 1 s", "at 80 s or less"),
  ]) func `a condition in words`(
    _ subject: AlarmRule.Subject, _ condition: String, _ clearing: String
  ) {
    let threshold = subject == .host ? 0.8 : subject == .failures ? 0 : 80
    let rule = MadeUp.rule(subject, threshold: threshold)
    #expect(rule.condition == condition)
    #expect(rule.clearingCondition == clearing)
  }

  @Test func `with more hits it clears at 90 %, mirrored at 1 / 0.9`() {
    #expect(MadeUp.rule(.host, hits: 5).clearingCondition == "at 72 % or less")
    #expect(
      MadeUp.rule(.forecast, hits: 5, threshold: 300).clearingCondition == "at 333 s or more")
  }

  @Test
  func `failed connects of an unknown namespace are the host's, with no advice from our sockets`() {
    func texts(attributed: UInt64, elsewhere: UInt64?) -> [String] {
      var engine = AlarmEngine(rules: [MadeUp.rule(.failures, threshold: 0)])
      let failing = MadeUp.frame(0) {
        $0.counters[.connectFailures] = 5
        $0.counters[.connectFailuresAttributed] = attributed
        $0.counters[.connectFailuresElsewhere] = elsewhere
        $0.gauges[.tcpSockets] = Gauge(10)
        $0.gauges[.timeWait] = Gauge(9)
      }
      let calm = MadeUp.frame(1) { $0.counters[.connectFailures] = 0 }
      return [failing, calm].flatMap { engine.feed($0).events.map(\.text) }
    }
    let ours = texts(attributed: 5, elsewhere: 2)
    #expect(ours.count == 2)
    #expect(ours.first?.hasPrefix("3 connects failed for want of a port: ") == true)
    #expect(ours.first?.contains("Most ports wait in TIME_WAIT") == true)
    #expect(ours.last == "failed connects: back to 0.")
    let nobodys = texts(attributed: 2, elsewhere: 2)
    #expect(nobodys.first?.hasPrefix("3 connects failed for want of a port on this host: ") == true)
    #expect(nobodys.first?.contains("Whose they were is not known") == true)
    #expect(nobodys.first?.contains("TIME_WAIT") == false)
  }

  @Test func `every built-in alarm has its words`() {
    var engine = AlarmEngine(
      rules: AlarmRule.builtIn.map { rule in
        var rule = rule
        rule.hits = 1
        rule.periodNanoseconds = MadeUp.second
        if rule.name == "stale" { rule.threshold = 1 }
        return rule
      })
    let frame = MadeUp.frame(
      0, ports: 900, pools: [(MadeUp.key(), 900), (MadeUp.bind(), 950), (.udp(.ipv6), 1000)]
    ) {
      $0.pools[0].forecast.secondsToExhaustion = 42
      $0.counters[.connectFailures] = 1
      $0.counters[.timeWaitOverflows] = 1234
      $0.gauges.sample(.countAge, 1200)
      $0.spanNanoseconds = 2 * MadeUp.second
    }
    let raised = engine.feed(frame).events.map { $0.text.prefix { $0 != ":" } }
    #expect(
      raised == [
        "90 % of the range's TCP ports are in use (900 of 1,000)", "10.0.0.5 → 10.1.0.1",
        "UDP over IPv6 is used at 100 % (0 of 1,000 left)",
        "bind(10.0.0.5, 0) is used at 95 % (50 of 1,000 left)",
        "1 connect failed for want of a port", "10.0.0.5 → 10.1.0.1",
        "1,234 sockets could not wait in TIME_WAIT (tcp_max_tw_buckets is reached)",
        "sockets were not counted for 1.2 s",
      ])
    let cleared = engine.feed(MadeUp.frame(2, ports: 720)).events.map(\.text)
    #expect(
      cleared == [
        "this namespace: back to 72 %, at or below 80 %.",
        "10.0.0.5 → 10.1.0.1:443: back to 0 %, at or below 80 %.",
        "bind(10.0.0.5, 0): back to 0 %, at or below 80 %.",
        "10.0.0.5 → 10.1.0.1:443: no end of ports is in sight.",
        "this namespace: back to 0 s, at or below 1 s.",
      ])
  }

  @Test(arguments: [
    (Float(0), "10.0.0.5 → 10.1.0.1:443 is out of ports: "),
    (0.0004, "10.0.0.5 → 10.1.0.1:443 is out of ports: "),
    (0.5, "10.0.0.5 → 10.1.0.1:443 is out of ports in 0.5 s if this goes on: "),
  ]) func `a pool that is out already is not foretold`(_ seconds: Float, _ start: String) {
    var engine = AlarmEngine(rules: [MadeUp.rule(.forecast, threshold: 90)])
    let frame = MadeUp.frame(0, pools: [(MadeUp.key(), 1000)]) {
      $0.pools[0].forecast.secondsToExhaustion = seconds
    }
    let texts = engine.feed(frame).events.map(\.text)
    #expect(texts.count == 1)
    #expect(texts.allSatisfy { $0.hasPrefix(start) }, "\(texts)")
  }
}
