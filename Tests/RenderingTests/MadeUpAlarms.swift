import Alarms
import Frames
import FramesTestKit
import Inet
import Pools
import Rendering

/// Alarms of a host that was made up: everything that can be raised and cleared.
enum MadeUpAlarms {
  /// The rules, with a service.
  static let rules = AlarmRule.builtIn.map { rule in
    var rule = rule
    rule.service = "shop"
    rule.role = "edge proxy"
    return rule
  }

  /// What happened, and the frame at the end; owners are known.
  static let happened: (events: [Event], frame: Frame) = {
    let scenario = Scenario.proxy(seconds: 40) { second in
      second < 10 ? 27_000 : second < 20 ? 20_000 : 25_000
    }
    var engine = AlarmEngine(rules: rules)
    var events: [Event] = []
    var frame = scenario.frames[0]
    for made in scenario.frames {
      frame = made
      frame.owners = [
        OwnerRecord(kind: .cgroup, id: 4711, name: "nginx.service", ports: 30_000, timeWait: 9)
      ]
      for index in frame.pools.indices {
        frame.pools[index].owners = [
          OwnerShare(owner: 0, ports: 26_000, timeWait: 18_000, isInferred: true)
        ]
      }
      frame.counters[.connectFailures] = frame.tick == 30 ? 7 : 0
      if frame.tick > 33 { frame.pools[0].forecast.secondsToExhaustion = 42.5 }
      let outcome = engine.feed(frame)
      events += outcome.events
      frame.alarms = outcome.raised
    }
    events += engine.namespaceGone(at: AlarmMoment(frame))
    return (events, frame)
  }()

  /// One alarm of each shape that has no scenario.
  static let others: [AlarmRecord] = [
    record("pool", .pool(.bind(.address(IPAddress(ipv4: 0x0a00_0005)))), grouped: 57),
    record("udp", .pool(.udp(.ipv6))), record("mine", .pool(.udpBind(.any))),
    record("forecast", .pool(Scenario.key), value: .infinity),
    record("not-configured", .host),
  ]

  static func record(
    _ rule: String, _ subject: AlarmSubject, grouped: Int = 0, value: Float = 0.9
  ) -> AlarmRecord {
    AlarmRecord(
      rule: rule, subject: subject, severity: .major, isRaised: true, hits: 5,
      groupedCount: grouped, value: value, threshold: 0.8, sinceNanoseconds: Scenario.start)
  }

  static func context(_ rule: String, _ frame: Frame?) -> AlarmContext {
    AlarmContext(
      host: "proxy-17", namespace: "host", rule: rules.first { $0.name == rule }, frame: frame)
  }
}
