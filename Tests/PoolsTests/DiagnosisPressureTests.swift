import Inet
import Testing

@testable import Pools

/// Limits that are not ports. They cannot be filled in a test without harm to the host, so they are made up.
@Suite struct DiagnosisPressureTests {
  private typealias Made = MadeUpNamespace

  @Test(arguments: [
    (HostPressure.Kind.conntrack, FindingID.conntrackFull), (.descriptors, .descriptors),
    (.orphans, .orphans), (.neighboursIPv4, .neighbours), (.neighboursIPv6, .neighbours),
    (.tcpMemory, .tcpMemory),
  ]) func `a limit is a finding from the thresholds on`(
    _ kind: HostPressure.Kind, _ id: FindingID
  ) {
    for (used, severity) in [
      (0, nil), (799, nil), (800, FindingSeverity.warning), (949, .warning), (950, .critical),
      (999, .critical), (1000, .exhausted), (4000, .exhausted),
    ] {
      var input = Made.input()
      input.pressure = HostPressure([.init(kind, used: used, of: 1000, refused: 7)])
      let findings = Diagnosis(input).findings
      let ids: [FindingID] = severity == nil ? [] : [id]
      #expect(findings.map(\.id) == ids, "\(used)")
      #expect(findings.first?.severity == severity)
      guard let finding = findings.first else { continue }
      #expect(finding[.refused] == 7)
      #expect(finding.pool == nil)
      #expect(!finding.advice.isEmpty)
    }
  }

  @Test func `TCP's memory is a finding from where the kernel saves`() {
    for (used, severity) in [(599, nil), (600, FindingSeverity.warning), (950, .critical)] {
      var input = Made.input()
      input.pressure = HostPressure([.init(.tcpMemory, used: used, of: 1000, pressure: 600)])
      #expect(Diagnosis(input).findings.first?.severity == severity)
    }
  }

  @Test func `numbers beyond belief are clamped`() {
    var input = Made.input()
    input.pressure = HostPressure(
      HostPressure.Kind.allCases.flatMap { kind in
        [
          HostPressure.Limit(kind, used: .max, of: .max, pressure: .max, refused: .max),
          HostPressure.Limit(kind, used: .min, of: .min, pressure: .min, refused: .min),
          HostPressure.Limit(kind, used: .max, of: 0),
        ]
      })
    input.synRetries = .max
    input.synLinearTimeouts = .max
    input.timeWaitSockets = .max
    input.timeWaitOverflows = .max
    input.unprivilegedPortStart = .min
    #expect(!Diagnosis(input).findings.isEmpty)
  }

  @Test(
    arguments: [
      (499, 5, nil), (500, 0, nil), (500, 5, FindingSeverity.notice), (799, 0, nil),
      (800, 0, .notice), (999, 9, .notice), (1000, 0, .warning), (1001, 3, .warning),
    ] as [(Int, Int, FindingSeverity?)])
  func `TIME_WAIT overflows at its limit, and near it when it has`(
    _ waiting: Int, _ overflows: Int, _ severity: FindingSeverity?
  ) {
    var input = Made.input()
    input.timeWaitSockets = waiting
    input.timeWaitOverflows = overflows
    let finding = Diagnosis(input).findings.first
    #expect(finding?.severity == severity)
    if severity != nil {
      #expect(finding?.id == .timeWaitOverflow)
      let steps: [FindingAdvice.Step] = [.raiseTimeWaitBuckets(2000)]
      #expect(finding?.advice.map(\.step) == steps)
    }
    input.timeWaitSockets = nil
    #expect(Diagnosis(input).findings.isEmpty)
  }

  @Test func `what is not to blame is told, the fullest first`() {
    var input = Made.input()
    input.pressure = HostPressure([
      .init(.conntrack, used: 1, of: 10), .init(.descriptors, used: 5, of: 10),
    ])
    let diagnosis = Diagnosis(input)
    #expect(diagnosis.limits.map(\.kind) == [.descriptors, .conntrack])
    #expect(diagnosis.hasListenerInRange == false)
  }

  @Test(arguments: [
    (1, 4, 3.0), (2, 4, 7), (3, 4, 19), (4, 4, 35), (5, 4, 67), (6, 4, 131), (1, 0, 3), (2, 0, 7),
    (3, 0, 15), (6, 0, 127), (2, 2, 9), (3, 2, 17), (0, 0, 1), (7, 0, 247), (8, 0, 367),
  ]) func `connect() tries as long as was measured on Linux 6.18`(
    _ retries: Int, _ linear: Int, _ seconds: Double
  ) {
    #expect(SynTimeout.seconds(retries, linear: linear) == seconds)
  }
}
