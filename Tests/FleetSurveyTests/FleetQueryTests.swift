import Fleet
import Testing

/// The questions in PromQL. Whether a server understands them: `scripts/test-prometheus`.
@Suite struct FleetQueryTests {
  @Test func `without conditions a series is its name`() {
    let query = FleetQuery()
    #expect(query.promQL(.fresh) == "max by (instance) (ullage_up)")
    #expect(
      query.promQL(.failures)
        == "sum by (instance) (increase(ullage_connect_failures_total[300s]))"
        + " or sum by (instance) (increase(ullage_connect_failures_attributed_total[300s]))")
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
