import Fleet
import Testing

/// The questions in PromQL. Whether a server understands them: `scripts/test-prometheus`.
@Suite struct FleetQueryTests {
  @Test func `without conditions a series is its name`() {
    let query = FleetQuery()
    #expect(query.promQL(.fresh) == "max by (instance) (ullage_up)")
    let host = "sum by (instance) (increase(ullage_connect_failures_total[300s]))"
    let counter = "ullage_connect_failures_attributed_total"
    let own =
      "sum by (instance) ((\(counter) unless \(counter) offset 300s "
      + "and on (instance) ullage_build_info offset 300s) or increase(\(counter)[300s]))"
    // The larger of the two, and whichever there is.
    #expect(query.promQL(.failures) == "(\(host) >= \(own)) or \(own) or \(host)")
  }

  @Test func `what every host has of its own is no common cause`() {
    for subject in [FleetQuery.Subject.causes, .causeMedian, .causeWorst] {
      #expect(
        FleetQuery().promQL(subject).contains(
          #"destination!~"(::ffff:)?(0[.]0[.]0[.]0|127[.].*|169[.]254[.].*)|::|::1|fe[89ab][0-9a-f]:.*""#
        ))
    }
  }

  @Test func `conditions are quoted, whatever is in them`() throws {
    let matcher = try #require(LabelMatcher("env=a\"b\\c\nd=e"))
    let query = FleetQuery(hostLabel: "node", matchers: [matcher], failureSeconds: 60)
    #expect(
      query.promQL(.usage)
        == #"max by (node) (ullage_worst_pool_usage_ratio{env="a\"b\\c\nd=e"})"#)
    #expect(query.promQL(.headroom).contains(#"{env="a\"b\\c\nd=e",destination!="other"}"#))
  }

  @Test(arguments: ["", "=", "1a=b", "a-b=c", "ä=b", "ab", "a b=c"])
  func `what is no condition is refused`(_ text: String) {
    #expect(LabelMatcher(text) == nil)
  }

  @Test func `hosts are named literally in a regular expression`() {
    let question = FleetQuery().tightestPool(of: ["web-1.a:9815", "[::1]|.*\""])
    #expect(question.contains(#"instance=~"web-1\\.a:9815|\\[::1\\]\\|\\.\\*\"""#))
  }
}
