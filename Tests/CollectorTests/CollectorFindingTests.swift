import Frames
import HostFacts
import Inet
import NetlinkTestKit
import Pools
import Synchronization
import Testing

@testable import Collector

/// What a collector finds wrong, in its frames.
@Suite struct CollectorFindingTests {
  private static func rows(_ count: Int, _ state: SocketState) -> [FakeRow] {
    (0..<count).map { index in
      FakeRow {
        $0.sourcePort = UInt16(32_768 + index)
        $0.destinationPort = 443
        $0.state = state.rawValue
      }
    }
  }

  @Test func `a finding comes with the count, names its pool, and goes`() throws {
    let table = FakeTable()
    var collector = try table.collector()
    let calm = collector.frame(0)
    #expect(calm.findings == [])
    #expect(!calm.flags.contains(.findingsUnavailable))
    table.connect(Self.rows(15_000, .closeWait))
    let frame = collector.frame(1)
    let record = try #require(frame.findings.first)
    let finding = try #require(record.finding(in: frame))
    #expect(finding.id == .closeWait)
    #expect(finding[.ports] == 15_000)
    #expect(finding[.share] == 1)
    #expect(finding.pool?.kind == .connect)
    let again = collector.frame(2)
    #expect(again.findings == frame.findings)
  }

  @Test func `limits are read with the first count, and not with each`() throws {
    let table = FakeTable()
    let reads = Mutex(0)
    var collector = try table.collector(limits: {
      reads.withLock { $0 += 1 }
      var limits = DiagnosisLimits()
      limits.host.fileHandles = LimitUse(96, of: 100)
      return limits
    })
    for tick in 0..<5 as Range<UInt64> {
      table.connect(Self.rows(Int(tick) + 1, .established))
      let frame = collector.frame(tick)
      #expect(frame.findings.map(\.id) == [FindingID.descriptors.rawValue])
      #expect(frame.findings.first?.place == nil)
    }
    #expect(reads.withLock { $0 } == 1)
  }

  @Test func `before anything is counted nothing is known`() throws {
    let table = FakeTable()
    var collector = try table.collector()
    table.change { $0.factError = .unexpected(path: "x", []) }
    let frame = collector.frame(0)
    #expect(frame.flags.contains(.notCounted))
    #expect(frame.flags.contains(.findingsUnavailable))
    #expect(frame.findings == [])
  }
}
