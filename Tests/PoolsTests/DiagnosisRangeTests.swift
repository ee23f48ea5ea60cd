import Inet
import Testing

@testable import Pools

/// What is wrong with the range, at its borders, and which range would be better.
@Suite struct DiagnosisRangeTests {
  private typealias Made = MadeUpNamespace

  private static func finding(_ id: FindingID, _ input: DiagnosisInput) -> Finding? {
    Diagnosis(input).findings.first { $0.id == id }
  }

  private static var full: (PortSpace) -> Pool { Made.connect([.established: 60_000]) }

  @Test func `a range is narrow below the kernel's default, and as bad as its pools`() {
    #expect(Self.finding(.narrowRange, Made.input(range: Made.range(32_768, 60_999))) == nil)
    let narrow = Made.range(32_770, 60_999)
    #expect(Self.finding(.narrowRange, Made.input(range: narrow))?.severity == .info)
    let full = Made.input([Self.full], range: narrow)
    #expect(Self.finding(.narrowRange, full)?.severity == .exhausted)
  }

  @Test func `a range is odd or not`() {
    #expect(Self.finding(.oddRange, Made.input(range: Made.range(30_000, 60_001))) == nil)
    let odd = Self.finding(.oddRange, Made.input(range: Made.range(30_000, 60_000)))
    let even: [FindingAdvice.Step] = [.evenRange(Made.range(30_001, 60_000))]
    #expect(odd?.advice.map(\.step) == even)
    #expect(Self.finding(.oddRange, Made.input(range: Made.range(30_000, 30_000))) == nil)
  }

  @Test func `reserved ports are a finding from a tenth on, and bad where pools suffer`() {
    let range = Made.range(20_000, 59_999)
    func input(_ last: UInt16, _ pools: [(PortSpace) -> Pool] = []) -> DiagnosisInput {
      Made.input(pools, range: range, reserved: PortSet(Made.range(20_000, last)))
    }
    #expect(Self.finding(.reservedPorts, input(23_998)) == nil)
    #expect(Self.finding(.reservedPorts, input(23_999))?.severity == .info)
    let full = Self.finding(.reservedPorts, input(23_999, [Self.full]))
    #expect(full?.severity == .exhausted)
    #expect(full?.advice.first?.gainedPorts == 4000)
    #expect(full?.advice.first?.step == .unreserve(PortSet()))
    var unknown = input(23_999)
    unknown.namespace.reservedIsKnown = false
    #expect(Self.finding(.reservedPorts, unknown) == nil)
    // All of it: connects fail before anybody tries.
    #expect(Self.finding(.reservedPorts, input(59_999))?.severity == .exhausted)
  }

  @Test func `only a listener's port stays reserved`() {
    var input = Made.input(
      range: Made.range(20_000, 20_099), reserved: PortSet(Made.range(20_000, 20_049)),
      listeners: [20_010])
    input.reserved?.insert(8080)
    let advice = Self.finding(.reservedPorts, input)?.advice.first
    #expect(advice?.step == .unreserve([8080, 20_010]))
    #expect(advice?.gainedPorts == 49)
  }

  @Test func `one listener in the range is a remark, a tenth of the range is a cause`() {
    let one = Made.input(blocked: [33_060], listeners: [22, 33_060])
    let finding = Self.finding(.listenerInRange, one)
    #expect(finding?.severity == .info)
    #expect(finding?.ports == [33_060])
    let steps: [FindingAdvice.Step] = [.reserve([33_060]), .moveListeners]
    #expect(finding?.advice.map(\.step) == steps)
    #expect(Self.finding(.listenerInRange, Made.input(listeners: [22])) == nil)
    let range = Made.range(40_000, 40_099)
    for (count, severity) in [(9, FindingSeverity.info), (10, .exhausted)] {
      let ports = PortSet(Array(PortSet(range)).prefix(count))
      let input = Made.input([Self.full], range: range, blocked: ports, listeners: ports)
      #expect(Self.finding(.listenerInRange, input)?.severity == severity)
    }
    let idle = Self.finding(.listenerInRange, Made.input(blocked: [40_000, 40_001]))
    #expect(idle?[.idleBindPorts] == 2)
    #expect(idle?.advice.map(\.step) == [.bindLate])
    #expect(idle?.ports == [40_000, 40_001])
  }

  @Test func `bind before connect is what a probe finds besides, or a guess`() {
    var input = Made.input(blocked: [33_060], listeners: [33_060])
    input.exactBlocked = [33_060, 22]
    #expect(Self.finding(.bindBeforeConnect, input) == nil)
    input.exactBlocked = [33_060, 40_000, 40_002]
    let exact = Self.finding(.bindBeforeConnect, input)
    #expect(exact?[.ports] == 2)
    #expect(exact?[.isExact] == 1)
    #expect(exact?.advice.first?.gainedPorts == 2)
    // A space that was probed knows it too.
    var probed = Made.input()
    probed.namespace.space = PortSpace(
      range: .kernelDefault, reserved: [], blocked: [33_060, 40_000, 40_002, 40_004],
      blockedBound: .exact)
    probed.listeners = [33_060]
    probed.idleBinds = [40_000]
    let findings = Diagnosis(probed).findings
    #expect(findings.map(\.id) == [.bindBeforeConnect, .listenerInRange])
    #expect(findings.map { $0[.ports] } == [2, 2])
    #expect(findings.first?[.capacityPorts] == 28_228)
  }

  @Test(arguments: [(0, 15, false), (0, 100, true), (1000, 1000, false), (14_116, 9_000, false)])
  func `ports of the wrong parity are a guess`(_ low: Int, _ other: Int, _ isFound: Bool) {
    let input = Made.input([
      { space in
        var states = StateCounts()
        states[.established] = low + other
        return .connect(
          Made.key, states: states, takenLow: low, takenOther: other, reclaimable: 0, in: space)
      }
    ])
    let guess = Self.finding(.bindBeforeConnect, input)
    #expect((guess != nil) == isFound)
    if isFound {
      #expect(guess?[.ports] == Double(other))
      #expect(guess?[.isExact] == 0)
      #expect(guess?.severity == .info)
      #expect(guess?.advice.first?.gainedPorts == nil)
    }
  }

  private static func proposal(
    _ range: PortRange, reserved: PortSet? = [], blocked: PortSet = [], listeners: PortSet = [],
    lowest: Int = 1024
  ) -> RangeProposal? {
    RangeProposal(
      over: PortSpace(range: range, reserved: reserved ?? [], blocked: blocked),
      reserved: reserved, listeners: listeners, lowest: lowest)
  }

  @Test func `the range from 10000 on is proposed, then the lowest that is allowed, then none`() {
    let first = Self.proposal(.kernelDefault)
    #expect(first?.range == Made.range(10_000, 65_535))
    #expect(first?.gainedPorts == 27_304)
    #expect(first?.reserved == nil)
    #expect(Self.proposal(Made.range(10_000, 65_535))?.range == Made.range(1024, 65_535))
    #expect(Self.proposal(Made.range(1024, 65_535)) == nil)
    #expect(Self.proposal(Made.range(1025, 65_535)) == nil)
    #expect(Self.proposal(.kernelDefault, lowest: 20_001)?.range == Made.range(20_002, 65_535))
    #expect(Self.proposal(.kernelDefault, lowest: 40_000) == nil)
    #expect(Self.proposal(.kernelDefault, lowest: .max) == nil)
    #expect(Self.proposal(.kernelDefault, lowest: .min)?.range == Made.range(10_000, 65_535))
    // Less than a tenth more is not worth it.
    #expect(Self.proposal(Made.range(10_002, 60_500)) != nil)
    #expect(Self.proposal(Made.range(1026, 60_100)) == nil)
  }

  @Test func `listeners that the new range takes in are reserved first, and give no port`() {
    let proposal = Self.proposal(
      .kernelDefault, reserved: [8080, 40_000], blocked: [33_060],
      listeners: [22, 15_000, 33_060, 62_000])
    #expect(proposal?.reserved == [8080, 15_000, 40_000, 62_000])
    #expect(proposal?.capacity == 55_532)
    #expect(proposal?.gainedPorts == 27_302)
    // What is reserved now is not known: a list of ours would take it back.
    #expect(Self.proposal(.kernelDefault, reserved: nil, listeners: [15_000])?.reserved == nil)
  }
}
