import Inet
import Testing

@testable import Pools

/// Each rule at its borders: what makes it speak, and what leaves it silent.
@Suite struct DiagnosisTests {
  private typealias Made = MadeUpNamespace

  private static func ids(_ input: DiagnosisInput) -> [FindingID] {
    Diagnosis(input).findings.map(\.id)
  }

  @Test func `a namespace that is well has no finding, and one of which nothing is known`() {
    #expect(Self.ids(Made.input()) == [])
    #expect(Self.ids(Made.input([Made.connect([.timeWait: 9000, .established: 1000])])) == [])
    #expect(Self.ids(DiagnosisInput(Made.input().namespace)) == [])
    #expect(Diagnosis(Made.input()).severity == nil)
  }

  @Test(
    arguments: [
      // 80 and 95 % of 28,232 and the cliff at half, on both sides.
      ([.timeWait: 14_115], []), ([.timeWait: 14_116], [.timeWait]),
      ([.closeWait: 14_116], [.closeWait]), ([.synSent: 14_116], [.synSent]),
      ([.finWait2: 14_116], [.finWait2]), ([.established: 14_116], [.established]),
      ([.finWait1: 8_000, .closing: 4_000, .lastAck: 3_000], [.closing]),
      // The largest always; another from a quarter on; a leak from a tenth of the capacity on.
      ([.timeWait: 15_001, .established: 4_999], [.timeWait]),
      ([.timeWait: 15_000, .established: 5_000], [.timeWait, .established]),
      ([.timeWait: 20_000, .closeWait: 2_823], [.timeWait]),
      ([.timeWait: 20_000, .closeWait: 2_824], [.timeWait, .closeWait]),
      ([.closeWait: 2_823], []), ([.closeWait: 2_824], [.closeWait]),
      ([.synSent: 9_000], []), ([.finWait2: 9_000], []), ([.established: 9_000], []),
      (
        [.timeWait: 7_000, .established: 7_000, .synSent: 7_000, .finWait2: 7_000],
        [.timeWait, .synSent, .finWait2, .established]
      ),
    ] as [([SocketState: Int], [FindingID])])
  func `a pool is explained by what holds it`(_ states: [SocketState: Int], _ ids: [FindingID]) {
    #expect(Self.ids(Made.input([Made.connect(states)])) == ids)
  }

  @Test(arguments: [
    (14_116, FindingSeverity.notice), (22_585, .notice), (22_586, .warning), (26_820, .warning),
    (26_821, .critical), (28_231, .critical), (28_232, .exhausted),
  ]) func `a finding is as bad as its pool`(_ ports: Int, _ severity: FindingSeverity) {
    let diagnosis = Diagnosis(Made.input([Made.connect([.established: ports])]))
    #expect(diagnosis.findings.map(\.severity) == [severity])
  }

  @Test func `what may be taken over holds nothing`() {
    let states: [SocketState: Int] = [.timeWait: 20_000, .established: 15_000]
    let input = Made.input([Made.connect(states, reclaimable: 20_000)])
    #expect(Self.ids(input) == [.established])
  }

  @Test func `a connect that failed is a finding in a pool that looks well`() {
    var input = Made.input([Made.connect([.established: 100])])
    input.namespace.pools[0].trend = PoolTrend()
    input.namespace.pools[0].trend?.failures = 12
    input.namespace.pools[0].trend?.secondsSinceFailure = 3
    input.namespace.pools[0].verdict = VerdictThresholds().level(of: input.namespace.pools[0])
    let finding = Diagnosis(input).findings.first
    #expect(finding?.severity == .exhausted)
    #expect(finding?[.failedConnects] == 12)
  }

  @Test(arguments: [
    (0, 1, [FindingAdvice.Step.reuseTimeWait]), (2, 1, [.reuseTimeWait]), (1, 1, []),
    (0, 0, [.useTimestamps]),
  ]) func `reuse is advised where it is off and would work`(
    _ mode: Int, _ timestamps: Int, _ steps: [FindingAdvice.Step]
  ) {
    let input = Made.input(
      [Made.connect([.timeWait: 28_232])],
      settings: ["tcp_tw_reuse": mode, "tcp_timestamps": timestamps])
    let advice = Diagnosis(input).findings.first?.advice ?? []
    let wanted: [FindingAdvice.Step] = [.reuseTimeWait, .useTimestamps]
    let found = advice.map(\.step).filter { wanted.contains($0) }
    #expect(found == steps)
    #expect(advice.map(\.safety) == advice.map(\.safety).sorted())
  }

  @Test func `reuse frees no more than is held of what connects draw from`() throws {
    // 40 of the ports in TIME_WAIT were blocked or reserved later: A has 60.
    let input = Made.input(
      [
        { space in
          var states = StateCounts()
          states[.timeWait] = 100
          return .connect(
            Made.key, states: states, takenLow: 30, takenOther: 30, reclaimable: 0, in: space)
        }
      ], range: Made.range(40_000, 40_099),
      reserved: PortSet(Made.range(40_000, 40_039)))
    let finding = try #require(Diagnosis(input).findings.first { $0.id == .timeWait })
    let advice = try #require(finding.advice.first { $0.step == .reuseTimeWait })
    #expect(advice.gainedPorts == 60)
  }

  @Test func `rates are those of the kernel's comb, and without one the least`() throws {
    var input = Made.input([Made.connect([.timeWait: 28_232])])
    let known = try #require(Diagnosis(input).findings.first?[.sustainablePerSecond])
    #expect((454...456).contains(known))
    input.comb = nil
    let assumed = try #require(Diagnosis(input).findings.first?[.sustainablePerSecond])
    #expect(assumed < known && assumed > 400)
  }

  @Test func `where reuse is in effect rates are those of its delay, and it is not advised`() throws
  {
    let states: [SocketState: Int] = [.timeWait: 28_232]
    for (mode, timestamps) in [(2, 1), (1, 1)] {
      var input = Made.input(
        [Made.connect(states, reclaimable: 4_000)],
        settings: ["tcp_tw_reuse": mode, "tcp_timestamps": timestamps])
      input.reuseSeconds = [Made.key: 0.5]
      let finding = try #require(Diagnosis(input).findings.first { $0.id == .timeWait })
      // 24,232 are younger than half a second.
      #expect(finding[.ports] == 24_232)
      #expect(finding[.closesPerSecond] == 48_464)
      #expect(finding[.sustainablePerSecond] == 56_464)
      let steps = finding.advice.map(\.step)
      #expect(!steps.contains(.reuseTimeWait) && !steps.contains(.useTimestamps))
      let source = try #require(finding.advice.first { $0.step == .addSource })
      #expect(source.sustainableBefore == 56_464)
      #expect(source.sustainableAfter == 112_928)
    }
  }

  @Test func `reuse promises what its delay on this kernel carries`() throws {
    var input = Made.input(
      [Made.connect([.timeWait: 24_232, .established: 4_000])],
      settings: ["tcp_tw_reuse": 0])
    input.reuseDelaySeconds = 2
    let finding = try #require(Diagnosis(input).findings.first { $0.id == .timeWait })
    let advice = try #require(finding.advice.first { $0.step == .reuseTimeWait })
    #expect(advice.heldSecondsAfter == 2)
    // What does not wait stays held.
    #expect(advice.sustainableAfter == 12_116)
    #expect(try #require(finding[.sustainablePerSecond]) == 24_232 / 62.048)
  }

  @Test func `a collector's rate stands, and what is promised goes by how long connects last`()
    throws
  {
    var input = Made.input(
      [Made.connect([.timeWait: 24_232, .established: 4_000])], settings: ["tcp_tw_reuse": 0])
    input.namespace.pools[0].trend = PoolTrend()
    input.namespace.pools[0].trend?.sustainablePerSecond = 28_232 / 72.048
    let finding = try #require(Diagnosis(input).findings.first { $0.id == .timeWait })
    #expect(finding[.sustainablePerSecond] == 28_232 / 72.048)
    // Open for ten seconds; then one second of TIME_WAIT.
    let reuse = try #require(finding.advice.first { $0.step == .reuseTimeWait }?.sustainableAfter)
    #expect(abs(reuse - 28_232 / 11) < 0.01)
    let source = try #require(finding.advice.first { $0.step == .addSource }?.sustainableAfter)
    #expect(abs(source - 2 * 28_232 / 72.048) < 0.01)
  }

  @Test(arguments: [
    (SocketState.timeWait, true), (.established, false), (.closeWait, false), (.synSent, false),
    (.finWait2, false), (.finWait1, false),
  ]) func `a rate is promised only where TIME_WAIT holds the ports`(
    _ state: SocketState, _ isPromised: Bool
  ) {
    let range = Made.range(40_000, 40_999)
    let input = Made.input(
      [Made.connect([state: 1000])], range: range,
      reserved: PortSet(Made.range(40_000, 40_199)), settings: ["tcp_tw_reuse": 0])
    let findings = Diagnosis(input).findings
    #expect(findings.count == 3)
    let advice = findings.flatMap(\.advice)
    #expect(advice.contains { $0.sustainableAfter != nil } == isPromised)
  }

  @Test func `many tight pools are counted where they are not told`() {
    let pools = (0..<20).map { index in
      Made.connect(
        [.established: 27_000 + index],
        .connect(
          source: Made.source, destination: IPAddress(ipv4: UInt32(index)), port: 443, interface: 0)
      )
    }
    let diagnosis = Diagnosis(Made.input(pools))
    #expect(diagnosis.findings.count == 16)
    #expect(diagnosis.poolsLeftOut == 4)
    let usages = diagnosis.findings.compactMap { $0[.usage] }
    #expect(usages == usages.sorted(by: >))
  }

  @Test func `binds and UDP have one finding each, and a bind is none beside a connect as bad`() {
    let binds: [(PortSpace) -> Pool] = [
      Made.shared(.bind(.address(Made.source)), held: 23_000),
      Made.shared(.bind(.any), held: 27_500), Made.shared(.udp(.ipv4), held: 27_000),
      Made.shared(.udp(.ipv6), held: 28_232),
    ]
    let alone = Diagnosis(Made.input(binds))
    #expect(alone.findings.map(\.id) == [.udpHeld, .bindHeld])
    #expect(alone.findings.map(\.severity) == [.exhausted, .critical])
    #expect(alone.findings.map(\.pool) == [.udp(.ipv6), .bind(.any)])
    for (ports, severity) in [
      (23_000, FindingSeverity.critical), (27_000, .info), (28_232, .info), (14_200, .critical),
    ] {
      let beside = Diagnosis(Made.input([Made.connect([.established: ports])] + binds))
      #expect(beside.findings.first { $0.id == .bindHeld }?.severity == severity)
    }
  }
}
