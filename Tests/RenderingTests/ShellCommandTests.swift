import Inet
import Kernel
import OutputTestKit
import Pools
import Rendering
import Testing

/// Commands that pages and documents give, pasted: where they run, and as whom.
@Suite struct ShellCommandTests {
  private static let reader = Names(isRoot: false)

  /// A namespace as `--netns` has it, and what a command begins with there.
  private static let places = [
    ("host", ""), ("web", "ip netns exec web "), ("a b", "ip netns exec 'a b' "),
    ("x; reboot", "ip netns exec 'x; reboot' "), ("pid:42", "nsenter --net --target 42 "),
  ]

  private static func plan(in namespace: String) -> (CapacityPlan, PlanBasis) {
    var basis = PlanBasis(.host(namespace: namespace), range: .kernelDefault)
    (basis.reserved, basis.blocked) = (0, 0)
    basis.reservedPorts = PortSet()
    var plan = CapacityPlan(connectsPerSecond: 700, holdSeconds: 2, ports: 28_232)
    plan.reuseDelaySeconds = 1
    return (plan, basis)
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func explained(in namespace: String, _ names: Names = Names()) -> String {
    var input = MadeUpDiagnosis.made(MadeUpHost.busy)
    input.namespace.name = namespace
    let diagnosis = Diagnosis(input)
    return text(ExplainDocument.json(MadeUpHost.busy, diagnosis, names: names))
      + text(ExplainPage.text(MadeUpHost.busy, diagnosis, style: Style(columns: 200), names: names))
  }

  @Test(arguments: places) func `explain and plan set nothing in another namespace than theirs`(
    _ namespace: String, _ shell: String
  ) {
    let (plan, basis) = Self.plan(in: namespace)
    for (names, sudo) in [(Names(), ""), (Self.reader, "sudo ")] {
      let reuse = "\(sudo)\(shell)sysctl -w net.ipv4.tcp_tw_reuse=1"
      let page = Self.text(PlanPage.text(plan, basis, style: Style(), names: names))
      #expect(page.contains("\n    \(reuse)\n"), "\(page)")
      #expect(
        Self.text(PlanDocument.json(plan, basis, names: names)).contains("\"command\":\"\(reuse)\"")
      )
      let explained = Self.explained(in: namespace, names)
      #expect(explained.contains("\"command\":\"\(reuse)\""), "\(explained)")
      #expect(explained.contains("$ \(reuse)\n"), "\(explained)")
    }
  }

  @Test(arguments: [
    "netns:4026532200", "pod/web-1", "web (netns:4026532200)", "docker 3f9a1c0de4b5",
    "haproxy.service",
  ])
  func `where no command leads, words say where to run it`(_ namespace: String) {
    let (plan, basis) = Self.plan(in: namespace)
    let words =
      "; in the network namespace \(namespace) run: sysctl -w net.ipv4.tcp_tw_reuse=1"
    for text in [
      Self.text(PlanDocument.json(plan, basis)), Self.explained(in: namespace),
    ] {
      #expect(text.contains("\(words)\",\"command\":null"), "\(text)")
      #expect(!text.contains("\"command\":\"sysctl -w net.ipv4"), "\(text)")
    }
  }

  @Test(arguments: [
    ("host", "ullage --destination 10.1.2.3 --dport 443"),
    ("web", "sudo ullage --destination 10.1.2.3 --dport 443 --netns web"),
    ("pid:42", "sudo ullage --destination 10.1.2.3 --dport 443 --netns 42"),
    ("netns:4026532200", "sudo ullage --destination 10.1.2.3 --dport 443 --netns netns:4026532200"),
  ]) func `probe asks who has the ports of its own namespace`(
    _ namespace: String, _ command: String
  ) {
    var report = MadeUpProbes.exhausted
    report.namespace = namespace
    let page = Self.text(
      ProbePage.text(report, style: Style(columns: 200), names: Self.reader))
    #expect(page.contains("who has the ports: \(command)\n"), "\(page)")
  }

  @Test(arguments: ["web-prod", "pid:4711", "netns:4026532200"])
  func `a redacted command tells no namespace`(_ namespace: String) {
    let names = Names(redacted: true)
    let (plan, basis) = Self.plan(in: namespace)
    let text =
      Self.explained(in: namespace, names)
      + Self.text(PlanPage.text(plan, basis, style: Style(), names: names))
    for secret in ["web-prod", "4711", "4026532200"] { #expect(!text.contains(secret), "\(text)") }
    #expect(text.contains("namespace-1"))
  }

  @Test func `several commands of an explain block are pasted as one`() {
    var input = MadeUpDiagnosis.made(MadeUpHost.busy)
    input.listeners = [10_050]
    input.reserved = PortSet()
    let page = Self.text(
      ExplainPage.text(MadeUpHost.busy, Diagnosis(input), style: Style(columns: 200)))
    let lines = page.split(separator: "\n").map(String.init)
    let first = lines.firstIndex {
      $0.contains("$ sysctl -w net.ipv4.ip_local_reserved_ports=") && $0.hasSuffix("10050 &&")
    }
    guard let first else {
      Issue.record("no such command: \(page)")
      return
    }
    #expect(
      lines[first + 1].hasPrefix("               sysctl -w net.ipv4.ip_local_port_range=\""),
      "\(lines[first + 1])")
  }

  @Test func `all together sets the proposed range, reuse, and reserves the listeners`() throws {
    var (plan, basis) = Self.plan(in: "web")
    let listeners: PortSet = [80, 10_050, 61_000]
    basis.listeners = listeners
    let space = PortSpace(range: .kernelDefault, reserved: PortSet(), blocked: PortSet())
    basis.proposal = RangeProposal(over: space, reserved: PortSet(), listeners: listeners)
    plan.widestPorts = try #require(basis.proposal).capacity
    (plan.connectsPerSecond, plan.holdSeconds) = (200_000, 2)
    let page = Self.text(PlanPage.text(plan, basis, style: Style(columns: 200)))
    #expect(page.contains("all together: tcp_tw_reuse=1, the range 10000–65535 and "), "\(page)")
    #expect(
      page.contains(
        """
            ip netns exec web sysctl -w net.ipv4.ip_local_reserved_ports=10050,61000 &&
            ip netns exec web sysctl -w net.ipv4.ip_local_port_range="10000 65535" &&
            ip netns exec web sysctl -w net.ipv4.tcp_tw_reuse=1

        """), "\(page)")
    // A wider range that takes a listener in has one port more for it.
    (plan.connectsPerSecond, plan.holdSeconds) = (600, 0)
    let wider = Self.text(PlanPage.text(plan, basis, style: Style(columns: 200)))
    #expect(
      wider.contains("ip_local_reserved_ports=61000 &&\n    ip netns exec web"), "\(wider)")
  }

  @Test func `ports that nobody was seen to block are not said to be unblocked`() {
    let (plan, basis) = Self.plan(in: "host")
    let page = Self.text(PlanPage.text(plan, basis, style: Style(columns: 200)))
    #expect(page.contains("0 reserved, none seen blocked)"), "\(page)")
  }

  @Test func `a probe of a narrow range does not say that nothing is searched`() throws {
    var report = MadeUpProbes.granted
    report.question?.isSearching = nil
    report.question?.isTooNarrow = true
    let page = Self.text(ProbePage.text(report, style: Style(columns: 200)))
    #expect(page.contains("; whether the kernel searches is not known: "), "\(page)")
    #expect(!page.contains("no search"))
    let document = ProbeDocument.json(report)
    #expect(Self.text(document).contains("\"searching\":null"))
    #expect(Self.text(document).contains("\"id\":\"narrow_range\""))
    let faults = try DocumentSchema("ullage.probe-1").faults(document)
    #expect(faults == nil, "\(faults ?? "")")
  }
}
