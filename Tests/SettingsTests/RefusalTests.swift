import Settings
import Testing

/// What is refused, in words: the file, the key, what was found, what is allowed.
@Suite struct RefusalTests {
  private static func message(_ text: String) -> String {
    do throws(ConfigurationError) {
      return
        "\(try CollectorConfiguration([CollectorSettings(json5: Array(text.utf8), source: "f")]))"
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("{ budgt: 1 }", "f: there is no key budgt; did you mean budget?"),
    ("{ quite_else: 1 }", "f: there is no key quite_else"),
    ("{ ring: { minute: 1 } }", "f: there is no key ring.minute; did you mean minutes?"),
    (
      "{ alarms: [{name: 'host'}, {nme: 'a'}] }",
      "f: there is no key alarms[1].nme; did you mean name?"
    ),
    ("{ thresholds: { warn: 1 } }", "f: there is no key thresholds.warn"),
    ("[]", "f: the whole is a list; it takes an object, { … }"),
    ("{ ring: 3 }", "f: ring is 3; it takes an object, { … }"),
    (
      "{ budget: 'much' }",
      "f: budget is \"much\"; it takes a share of one processor from 0.001 to 1"
    ),
    ("{ budget: NaN }", "f: budget is nan; it takes a share of one processor from 0.001 to 1"),
    ("{ budget: 0 }", "f: budget is 0; it takes a share of one processor from 0.001 to 1"),
    (
      "{ interval: true }",
      "f: interval is true; it takes seconds, or a duration such as \"100ms\" or \"1min\", from 10ms to 1h"
    ),
    (
      "{ interval: 0 }",
      "f: interval is 0; it takes seconds, or a duration such as \"100ms\" or \"1min\", from 10ms to 1h"
    ),
    ("{ max_pools: 7.5 }", "f: max_pools is 7.5; it takes a whole number from 8 to 4000000"),
    (
      "{ log_level: 'loud' }",
      "f: log_level is \"loud\"; it takes one of \"error\", \"warning\", \"info\", \"debug\""
    ),
    (
      "{ ring: { mode: 640 } }",
      "f: ring.mode is 640; it takes permissions in octal as text, such as \"0640\""
    ),
    (
      "{ ring: { mode: '0444' } }",
      "f: ring.mode is \"0444\"; it takes permissions in octal as text, such as \"0640\""
    ),
    (
      "{ ring: { raw: '600' } }",
      "f: ring.raw is \"600\"; it takes a number of frames from 2, or a duration such as \"10min\""
    ),
    (
      "{ ring: { total: '64MB' } }",
      "f: ring.total is \"64MB\"; it takes bytes, or a size such as \"64MiB\", from 1MiB to 1TiB"
    ),
    ("{ netns: 'web' }", "f: netns is \"web\"; it takes one of \"all\", \"own\""),
    (
      "{ ring: { directory: 'here' } }",
      "f: ring.directory is \"here\"; it takes the path of a directory, from / on"
    ),
    (
      "{ thresholds: { warning: 0.9, critical: 0.8 } }",
      "the configuration: thresholds.warning is 0.9; it takes at most thresholds.critical, which is 0.8"
    ),
    ("{ alarms: {} }", "f: alarms is an object; it takes a list of rules, [ { name: … }, … ]"),
    ("{ alarms: [{}] }", "f: alarms[0].name is missing: it is what a rule is called"),
    (
      "{ alarms: [{name: 'mine'}] }",
      "f: alarms[0].subject is missing: mine is no built-in rule, so it must say what it watches"
    ),
    (
      "{ alarms: [{name: 'mine', subject: 'host'}] }",
      "f: alarms[0].threshold is missing: mine must say from where on it is too much"
    ),
    (
      "{ alarms: [{name: 'host', subject: 'stale'}] }",
      "f: alarms[0].threshold is missing: host must say from where on it is too much"
    ),
    (
      "{ alarms: [{name: 'host', subject: 'hosts'}] }",
      "f: alarms[0].subject is \"hosts\"; it takes one of \"host\", \"address\", \"pool\", \"failures\", "
        + "\"forecast\", \"time_wait_overflow\", \"stale\""
    ),
    (
      "{ alarms: [{name: 'host', kind: 'udp'}] }",
      "f: alarms[0].kind is \"udp\"; it takes nothing: only the subject \"pool\" has kinds"
    ),
    (
      "{ alarms: [{name: 'host', threshold: 80}] }",
      "f: alarms[0].threshold is 80; it takes a ratio from 0 and below 1"
    ),
    (
      "{ alarms: [{name: 'host', hits: 0}] }",
      "f: alarms[0].hits is 0; it takes a whole number from 1 to 1000"
    ),
    (
      "{ alarms: [{name: 'host', enabled: 1}] }",
      "f: alarms[0].enabled is 1; it takes true or false"
    ),
    (
      "{ alarms: [{name: 'host'}, {name: 'host'}] }",
      "f: alarms[1].name is \"host\"; it takes a name that no other rule has"
    ),
    ("", "f: this is no JSON5"),
    ("{ budget: ]", "f: this is no JSON5"),
    ("{\n  // a { comment\n  budget: 0.1,\n  interval 3,\n}\n", "f: this is no JSON5 after line 3"),
    ("{\n ring: {\n  raw: 3,\n  mode: '0640\n },\n}\n", "f: this is no JSON5 after line 3"),
  ]) func `it says what is wrong`(_ text: String, _ expected: String) {
    #expect(Self.message(text) == expected)
  }

  @Test func `a variable is named as such`() {
    #expect(
      throws: ConfigurationError.value(
        source: "the environment", key: "ULLAGE_BUDGET", found: "\"much\"",
        allowed: "a share of one processor from 0.001 to 1")
    ) { try CollectorSettings { $0 == "ULLAGE_BUDGET" ? "much" : nil } }
  }
}
