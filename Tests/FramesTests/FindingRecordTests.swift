import Frames
import FramesTestKit
import Inet
import Pools
import PropertyTestKit
import Testing

/// Findings as records and back.
@Suite struct FindingRecordTests {
  private static func frame() -> Frame {
    var generator = SeededGenerator.fresh()
    var frame = generator.frame(poolCount: 3)
    frame.pools = (0..<3).map { index in
      generator.poolRecord(.bind(.address(IPAddress(ipv4: UInt32(index)))), ownerCount: 0)
    }
    return frame
  }

  @Test(arguments: FindingID.allCases)
  func `a finding's own numbers come back, and its pool`(_ id: FindingID) throws {
    let frame = Self.frame()
    let names: [FindingEvidence.Name] = [
      .ports, .closesPerSecond, .heldSeconds, .used, .limit, .refused, .pressure, .rangePorts,
      .capacityPorts, .sustainablePerSecond, .listenerPorts, .idleBindPorts, .isExact,
    ]
    let finding = Finding(
      id, .critical, namespace: "host", pool: frame.pools[1].key,
      evidence: names.enumerated().map { FindingEvidence($1, Double($0 + 2) + 0.25) }, advice: [])
    let record = FindingRecord(finding, place: 1)
    #expect(record.arguments.count == 4)
    let back = try #require(record.finding(in: frame))
    #expect(back.id == id)
    #expect(back.severity == .critical)
    #expect(back.pool == frame.pools[1].key)
    for item in back.evidence where names.contains(item.name) && item.name != .capacityPorts {
      let sent = try #require(finding[item.name])
      #expect(abs(item.value - sent) <= 0.25, "\(item.name)")
    }
    for name in FindingEvidence.Name.allCases where finding[name] == nil {
      let value = back[name] ?? 0
      #expect(value.isFinite)
    }
  }

  @Test func `every id is its number for ever, and has a word of its own`() {
    #expect(FindingID.allCases.map(\.rawValue) == Array(1...19))
    #expect(Set(FindingID.allCases.map(\.name)).count == 19)
    #expect(FindingSeverity.allCases.map(\.rawValue) == [0, 1, 2, 3, 4])
  }

  @Test func `whatever a frame holds is read without a trap`() {
    var generator = SeededGenerator.fresh()
    var frame = Self.frame()
    for _ in 0..<2000 {
      var record = generator.findingRecord()
      if generator.oneIn(2) { record.id %= 24 }
      if generator.oneIn(2) { record.severity %= 8 }
      for index in record.arguments.indices where generator.oneIn(2) {
        record.arguments[index] = generator.pick([0, 1, 2, 3, .max, .max - 1, 1 << 63])
      }
      if generator.oneIn(8) { record.arguments = [] }
      frame.findings = [record]
      let finding = record.finding(in: frame)
      #expect((finding == nil) == (FindingID(rawValue: record.id) == nil))
      for item in finding?.evidence ?? [] { #expect(item.value.isFinite) }
    }
  }
}
