import Frames
import HostFacts
import Inet
import Kernel
import NetlinkTestKit
import Pools
import PropertyTestKit
import Testing

@testable import Collector

/// A collector over time, against a host that was made up.
@Suite struct NamespaceCollectorTests {
  /// `count` connections from 10.0.0.1 to 10.0.0.2:`port`, on ports from `first` on.
  private func rows(_ count: Int, port: UInt16 = 443, from first: Int = 33_000) -> [FakeRow] {
    (0..<count).map { index in
      FakeRow {
        $0.sourcePort = UInt16(first + index)
        $0.destinationPort = port
      }
    }
  }

  private func key(_ port: UInt16 = 443) -> PoolKey {
    .connect(
      source: IPAddress(ipv4: 0x0a00_0001), destination: IPAddress(ipv4: 0x0a00_0002), port: port,
      interface: 0)
  }

  private func pool(_ frame: Frame, _ port: UInt16 = 443) throws -> PoolRecord {
    try #require(frame.pools.first { $0.key == key(port) })
  }

  @Test func `the first frame counts, the next ones while nothing changes do not`() throws {
    let table = FakeTable()
    table.connect(rows(10))
    var collector = try table.collector()
    let first = collector.frame(0)
    #expect(table.dumpCount == 1)
    #expect(first.counters[.dumps] == 1 && first.counters[.ticks] == 1)
    #expect(first.flags.contains(.collectorStarted))
    for tick in 1...5 as ClosedRange<UInt64> {
      collector.look()
      let frame = collector.frame(tick)
      #expect(table.dumpCount == 1)
      #expect(frame.counters[.dumps] == nil)
      #expect(try pool(frame).method == .dump)
      #expect(try pool(frame).inUse == Gauge(10))
      #expect(try pool(frame).inUseBound == 10)
      #expect(!frame.flags.contains(.collectorStarted))
      #expect(frame.tick == tick && frame.spanNanoseconds > 0)
    }
    table.connect(rows(5, from: 40_000))
    let changed = collector.frame(6)
    #expect(table.dumpCount == 2)
    #expect(try pool(changed).inUse.last == 15)
    #expect(changed.counters[.activeOpens] == 5)
  }

  @Test func `a rise that may reach a threshold is counted at once`() throws {
    let table = FakeTable()
    // The cliff of 28,232 ports is at 14,116.
    table.connect(rows(14_000))
    var collector = try table.collector()
    _ = collector.frame(0)
    table.connect(rows(115, from: 50_000))
    collector.look()
    #expect(table.dumpCount == 1)
    table.connect(rows(1, from: 51_000))
    collector.look()
    #expect(table.dumpCount == 2)
    collector.look()
    #expect(table.dumpCount == 2)
    let frame = collector.frame(1)
    #expect(frame.counters[.dumps] == 1)
    #expect(try pool(frame).inUse.last == 14_116)
  }

  @Test func `a spent budget defers the count, says so, and lets the bounds grow`() throws {
    let table = FakeTable()
    table.connect(rows(100))
    var options = CollectorOptions()
    options.budgetShare = 0.000_1
    var collector = try table.collector(options)
    _ = collector.frame(0)
    table.connect(rows(30, from: 40_000))
    let frame = collector.frame(1)
    #expect(table.dumpCount == 1)
    #expect(frame.flags.contains(.budgetSpent))
    #expect(frame.counters[.deferredDumps] == 1)
    let record = try pool(frame)
    #expect(record.inUse.last == 100 && record.inUseBound == 130 && record.method == .bound)
    #expect(frame.gauges[.tcpPortsInUseBound]?.last == 130)
    #expect(frame.gauges[.tcpInUse]?.last == 130)
  }

  @Test func `where dumps are dear only tight pools are counted, and judged anew`() throws {
    let table = FakeTable()
    table.connect(rows(22_000) + rows(50, port: 80, from: 60_000))
    var collector = try table.collector()
    let first = collector.frame(0)
    #expect(first.verdict == .ok)
    collector.lastDump?.cpuNanoseconds = 1 << 50
    // 28,232 ports: all but 1,000 are critical.
    table.connect(rows(5_300, from: 55_000) + rows(7, port: 80, from: 60_500))
    let frame = collector.frame(1)
    #expect(frame.counters[.focuses] == 1 && frame.counters[.dumps] == nil)
    let tight = try pool(frame), other = try pool(frame, 80)
    #expect(tight.method == .focus && tight.inUse.last == 27_300 && tight.inUseBound == 27_300)
    #expect(tight.verdict == .critical && frame.verdict == .critical)
    #expect(frame.gauges[.worstConnectUsage]?.last == UInt32(tight.usage * 1_000_000))
    // The others have what the guard allows.
    #expect(other.method == .bound && other.inUse.last == 50 && other.inUseBound == 50 + 5_307)
    // What is new since the focus bounds the focused pool, less than what is new since the dump.
    table.connect(rows(3, from: 60_300))
    collector.lastDump?.focusesSince = 4
    collector.budget.spend(1 << 60, at: 0)
    let later = collector.frame(2)
    #expect(later.flags.contains(.budgetSpent))
    #expect(try pool(later).inUseBound == 27_303)
    #expect(try pool(later).method == .bound)
  }

  @Test func `another range is told, and counted from the beginning`() throws {
    let table = FakeTable()
    table.connect(rows(10))
    var collector = try table.collector()
    _ = collector.frame(0)
    table.change { $0.host.facts.range = PortRange(low: 33_000, high: 33_019) ?? .kernelDefault }
    collector.factsReadAt = 0
    let frame = collector.frame(1)
    #expect(collector.notices == [.portSpaceChanged("33000-33019, 0 ports reserved")])
    #expect(frame.range.count == 20 && frame.connectCapacity == 20)
    #expect(try pool(frame).headroom.last == 10)
    _ = collector.frame(2)
    #expect(collector.notices == [])
  }

  @Test func `counts that fail are told once, flagged each time, and so is recovery`() throws {
    let table = FakeTable()
    table.connect(rows(10))
    var collector = try table.collector()
    _ = collector.frame(0)
    table.change { $0.host.refusals = [.legacy: .notPermitted, .table: .notPermitted] }
    table.connect(rows(4, from: 40_000))
    let failed = collector.frame(1)
    #expect(failed.flags.contains(.sampleFailed) && failed.counters[.failedSamples] == 1)
    #expect(try pool(failed).inUse.last == 10 && pool(failed).inUseBound == 14)
    #expect(collector.notices.count == 1)
    guard case .failing(let why) = collector.notices.first else {
      Issue.record("no word of the failure: \(collector.notices)")
      return
    }
    #expect(why.contains("EPERM"))
    let again = collector.frame(2)
    #expect(again.flags.contains(.sampleFailed) && collector.notices == [])
    table.change { $0.host.refusals = [:] }
    let well = collector.frame(3)
    #expect(!well.flags.contains(.sampleFailed) && collector.notices == [.recovered])
    #expect(try pool(well).inUse.last == 14)
  }

  @Test func `what fails in a look between frames is told by the next frame`() throws {
    let table = FakeTable()
    table.connect(rows(14_000))
    var collector = try table.collector()
    _ = collector.frame(0)
    table.change { $0.host.refusals = [.legacy: .notPermitted, .table: .notPermitted] }
    table.connect(rows(200, from: 50_000))
    collector.look()
    table.change { $0.host.refusals = [:] }
    _ = collector.frame(1)
    #expect(collector.notices.count == 2 && collector.notices.last == .recovered)
  }

  @Test func `facts that cannot be read are one failure, not one a frame`() throws {
    let table = FakeTable()
    table.connect(rows(10))
    var collector = try table.collector()
    _ = collector.frame(0)
    table.change { $0.factError = .unexpected(path: "x", []) }
    var notices: [NamespaceCollector<FakeKernel>.Notice] = []
    for tick in 1...4 as ClosedRange<UInt64> {
      collector.factsReadAt = 0
      table.connect(rows(1, from: 40_000 + Int(tick)))
      let frame = collector.frame(tick)
      #expect(frame.flags.contains(.sampleFailed))
      notices += collector.notices
    }
    #expect(notices.count == 1)
    table.change { $0.factError = nil }
    _ = collector.frame(5)
    #expect(collector.notices == [.recovered])
  }

  @Test func `a filter that the kernel refuses does not end the dumps`() throws {
    let table = FakeTable()
    table.connect(rows(22_000))
    var collector = try table.collector()
    _ = collector.frame(0)
    collector.lastDump?.cpuNanoseconds = 1 << 50
    table.change { $0.host.refusals = [.legacy: .invalid, .table: .invalid] }
    table.connect(rows(1, from: 60_000))
    let failed = collector.frame(1)
    #expect(failed.flags.contains(.sampleFailed))
    table.change { $0.host.refusals = [:] }
    let frame1 = collector.frame(2)
    #expect(frame1.counters[.dumps] == 1)
  }

  @Test func `UDP that changes and idle binds that may have come are walked for`() throws {
    let table = FakeTable()
    table.connect(rows(10))
    var collector = try table.collector()
    let frame2 = collector.frame(0)
    #expect(frame2.counters[.sideWalks] == 1)
    let frame3 = collector.frame(1)
    #expect(frame3.counters[.sideWalks] == nil)
    table.change {
      $0.reading.udpInUse = 1
      $0.host.udp = [
        FakeRow {
          $0.state = 7
          $0.sourcePort = 40_000
        }
      ]
    }
    let udp = collector.frame(2)
    #expect(udp.counters[.sideWalks] == 1 && udp.gauges[.udpSockets]?.last == 1)
    #expect(udp.counters[.dumps] == nil && table.dumpCount == 1)
    #expect(
      try pool(udp).inUse.last == 10 && pool(udp).countedAtMonotonic < udp.monotonicNanoseconds)
    table.change {
      $0.reading.tcpAllocated? += 1
      $0.host.idleBinds = [.idle(IPAddress(ipv4: 0x0a00_0009), 50_000)]
    }
    // Not at once: the counter is the whole host's.
    let early = collector.frame(3)
    #expect(early.counters[.sideWalks] == nil)
    collector.sides.idleBinds?.at -= 5_000_000_000
    let bound = collector.frame(3)
    #expect(bound.counters[.dumps] == 1)
    #expect(bound.counters[.sideWalks] == 1 && bound.gauges[.boundInactive]?.last == 1)
    #expect(bound.blocked == 1 && bound.connectCapacity == 28_231)
    collector.sides.udp?.at -= 60_000_000_000
    let frame4 = collector.frame(4)
    #expect(frame4.counters[.sideWalks] == 1)
  }

  @Test func `bounds hold what came while the kernel dumped`() throws {
    let table = FakeTable()
    table.connect(rows(10))
    var collector = try table.collector()
    table.change { $0.arrivals = self.rows(6, from: 50_000) }
    let frame = collector.frame(0)
    #expect(try pool(frame).inUse.last == 10 && pool(frame).inUseBound == 16)
  }

  @Test func `without the guard's counters no bound is less than everything`() throws {
    let table = FakeTable()
    table.connect(rows(10))
    var collector = try table.collector()
    _ = collector.frame(0)
    table.change { $0.reading = GuardReading() }
    let frame = collector.frame(1)
    #expect(frame.flags.contains(.guardUnavailable))
    #expect(frame.counters[.activeOpens] == nil && frame.gauges[.timeWaitSockets] == nil)
    #expect(try pool(frame).inUseBound == 28_232)
  }
}
