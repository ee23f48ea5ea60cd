import Frames
import FramesTestKit
import Inet
import Pools
import PropertyTestKit
import Testing

@testable import Rendering

/// What the live screen says of a frame's findings.
@Suite struct LiveFindingTests {
  /// A frame of two pools, with findings about the first, the second, and neither.
  private static func frame(_ records: [FindingRecord]) -> Frame {
    var generator = SeededGenerator(seed: 1)
    var frame = generator.frame(poolCount: 0)
    frame.pools = (1...2).map { index in
      generator.poolRecord(
        .connect(
          source: IPAddress(ipv4: 0x0a00_0005), destination: IPAddress(ipv4: UInt32(index)),
          port: 443, interface: 0))
    }
    frame.findings = records
    return frame
  }

  private static func texts(_ frame: Frame) -> [String] {
    var names = Names()
    return LiveFindings.texts(of: frame.pools[0].key, in: frame, &names).map(\.text)
  }

  private static func record(
    _ id: FindingID, _ severity: FindingSeverity, place: Int?, _ evidence: [FindingEvidence]
  ) -> FindingRecord {
    FindingRecord(
      Finding(id, severity, namespace: "", evidence: evidence, advice: []), place: place)
  }

  @Test func `a pool has its own findings and those that concern all`() {
    let frame = Self.frame([
      Self.record(.synSent, .critical, place: 1, [FindingEvidence(.ports, 5)]),
      Self.record(.closeWait, .warning, place: 0, [FindingEvidence(.ports, 7)]),
      Self.record(.oddRange, .info, place: nil, [FindingEvidence(.rangePorts, 101)]),
    ])
    let texts = Self.texts(frame)
    #expect(texts.count == 2)
    #expect(texts.first?.contains("are CLOSE_WAIT: 0.0.0.1:443 has closed") == true)
    #expect(texts.last?.hasPrefix("the range has an odd number of ports: 101 ports") == true)
  }

  @Test func `what a newer version found is told by its number`() {
    let texts = Self.texts(Self.frame([FindingRecord(id: 4711, severity: 9, arguments: [7])]))
    #expect(texts == ["finding 4711, of a newer version"])
  }

  @Test func `a limit that is not ports is the cause where it is the worst`() {
    let evidence = [FindingEvidence(.used, 99), FindingEvidence(.limit, 100)]
    let full = Self.frame([Self.record(.conntrackFull, .critical, place: nil, evidence)])
    #expect(LiveFindings.cause(full) == "not ports: conntrack")
    let remark = Self.frame([Self.record(.oddRange, .info, place: nil, [])])
    #expect(LiveFindings.cause(remark) == nil)
  }

  @Test func `a cause names its state where another one was named before it`() {
    var frame = Self.frame([])
    let place = frame.pools.firstIndex { $0.key == frame.decisive?.key }
    frame.findings = [
      Self.record(.closeWait, .critical, place: place, [FindingEvidence(.ports, 7)])
    ]
    #expect(LiveFindings.cause(frame, naming: .closeWait) == "our program does not close")
    for named in [nil, SocketState.timeWait] {
      #expect(
        LiveFindings.cause(frame, naming: named) == "CLOSE_WAIT: our program does not close")
    }
  }

  @Test func `a pool beyond its cliff that finds ports in the first half again says so`() {
    var frame = Self.frame([])
    frame.pools[0].cliffAt = 500
    frame.pools[0].isSearching = false
    func cliff(_ inUse: Int) -> String {
      frame.pools[0].inUse = Gauge(inUse)
      var names = Names()
      let style = Style(columns: 120)
      let history = LiveHistory(
        LiveState(columns: 120, rows: 40), LiveData(nowNanoseconds: frame.takenAtNanoseconds))
      return LiveDetail.lines(
        frame.pools[0], frame, history, columns: 120, style, &names
      ).map { $0.text(columns: 120) }.first { $0.hasPrefix("cliff") } ?? ""
    }
    #expect(
      cliff(752).hasSuffix(
        "at 500 ports: not searching now: ports of the first half are free again"))
    #expect(cliff(200).contains("at 500 ports: not reached"))
  }

  @Test func `whatever a frame holds has words`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<500 {
      var record = generator.findingRecord()
      if generator.oneIn(2) { record.id %= 24 }
      for index in record.arguments.indices where generator.oneIn(2) {
        record.arguments[index] = generator.pick([0, 1, 2, .max, .max - 1])
      }
      let frame = Self.frame([record])
      for text in Self.texts(frame) { #expect(!text.isEmpty) }
      if let cause = LiveFindings.cause(frame) { #expect(!cause.isEmpty) }
    }
  }
}
