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
