import Frames
import HostFacts
import Inet
import Kernel
import NetlinkTestKit
import Pools
import Testing

@testable import Collector

/// Failed connects in frames, verdicts and events, against a host that was made up.
@Suite struct CollectorFailureTests {
  private static let source = IPAddress(ipv4: 0x0a00_0001)
  private static let destination = IPAddress(ipv4: 0x0a00_0002)

  private func rows(_ count: Int, port: UInt16 = 443) -> [FakeRow] {
    (0..<count).map { index in
      FakeRow {
        $0.sourcePort = UInt16(33_000 + index)
        $0.destinationPort = port
      }
    }
  }

  private func key(_ port: UInt16, interface: UInt32 = 0) -> PoolKey {
    .connect(
      source: Self.source, destination: Self.destination, port: port, interface: interface)
  }

  private func failure(
    _ port: UInt16, secondsAgo: UInt64 = 0, isOwn: Bool = true, command: String = "haproxy"
  ) -> ConnectFailure {
    ConnectFailure(
      processID: 812, threadID: 813, command: command, cgroupID: 7, namespaceInode: isOwn ? 1 : 2,
      isOwnNamespace: isOwn, source: Self.source, destination: Self.destination, port: port,
      monotonicNanoseconds: Clock.monotonicNanoseconds() - secondsAgo * 1_000_000_000)
  }

  private func reading(
    _ failures: [ConnectFailure], unattributed: UInt64 = 0, lost: UInt64 = 0
  ) -> FailureReading {
    var reading = FailureReading(.host)
    reading.failures = failures
    reading.attributed = UInt64(failures.count)
    reading.unattributed = unattributed
    reading.lost = lost
    reading.total = reading.attributed + unattributed + lost
    return reading
  }

  private func fail(_ table: FakeTable, _ reading: FailureReading?) {
    table.change { $0.failures = reading }
  }

  private func pool(_ frame: Frame, _ port: UInt16 = 443) throws -> PoolRecord {
    try #require(frame.pools.first { $0.key == key(port) })
  }

  @Test func `where nobody counts it is said, and nothing is zero`() throws {
    let table = FakeTable()
    table.connect(rows(3))
    var collector = try table.collector()
    let frame = collector.frame()
    #expect(frame.flags.contains(.failuresUnavailable))
    #expect(frame.counters[.connectFailures] == nil)
    #expect(try pool(frame).failures == nil)
  }

  @Test func `where nothing fails zeros are known`() throws {
    let table = FakeTable()
    table.connect(rows(3))
    fail(table, FailureReading(.host))
    var collector = try table.collector()
    let frame = collector.frame()
    #expect(frame.flags.isDisjoint(with: [.failuresUnavailable, .failuresOfNamespace]))
    #expect(frame.counters[.connectFailures] == 0)
    #expect(frame.counters[.possibleBindFailures] == nil)
    #expect(try pool(frame).failures == 0 && pool(frame).verdict == .ok && frame.verdict == .ok)
    #expect(frame.pools.first { $0.key.kind != .connect }?.failures == nil)
  }

  @Test func `a failure between frames is its pool's, and raises the verdict for a while`() throws {
    let table = FakeTable()
    table.connect(rows(3) + rows(5, port: 80))
    fail(table, FailureReading(.host))
    var collector = try table.collector()
    _ = collector.frame()
    fail(table, reading([failure(443), failure(443)], unattributed: 3, lost: 2))
    collector.look()
    fail(table, reading([failure(443)]))
    let frame = collector.frame(1)
    #expect(frame.counters[.connectFailures] == 8)
    #expect(frame.counters[.connectFailuresAttributed] == 3)
    #expect(frame.counters[.connectFailuresUnattributed] == 3)
    #expect(frame.counters[.connectFailuresLost] == 2)
    #expect(try pool(frame).failures == 3 && pool(frame).verdict == .exhausted)
    #expect(try pool(frame, 80).failures == 0 && pool(frame, 80).verdict == .ok)
    #expect(frame.verdict == .exhausted)
    // The tightest is the first: it is what there is room for.
    #expect(frame.pools.first?.key == key(443))
    let next = collector.frame(2)
    #expect(try pool(next).failures == 0 && pool(next).verdict == .exhausted)
    #expect(next.counters[.connectFailures] == 0)
  }

  @Test(
    arguments: [
      (9, VerdictLevel.exhausted), (11, .critical), (58, .critical), (62, .ok),
    ] as [(UInt64, VerdictLevel)])
  func `a failure is exhausted for ten seconds and critical for sixty`(
    ago: UInt64, level: VerdictLevel
  ) throws {
    let table = FakeTable()
    table.connect(rows(3))
    fail(table, reading([failure(443, secondsAgo: ago)]))
    var collector = try table.collector()
    let frame = collector.frame()
    #expect(try pool(frame).verdict == level)
    #expect(frame.verdict == level)
    #expect(try pool(frame).failures == 1)
  }

  @Test func `a pool that failed is listed although 64 are tighter, and leaves the remainder`()
    throws
  {
    let table = FakeTable()
    table.connect((0..<100).flatMap { rows($0 < 99 ? 10 : 2, port: UInt16(1000 + $0)) })
    fail(table, FailureReading(.host))
    var collector = try table.collector()
    let before = collector.frame()
    #expect(before.other.pools == 36)
    #expect(!before.pools.contains { $0.key == key(1099) })
    fail(table, reading([failure(1099)]))
    let frame = collector.frame(1)
    #expect(try pool(frame, 1099).inUse.last == 2)
    #expect(try pool(frame, 1099).failures == 1 && pool(frame, 1099).verdict == .exhausted)
    #expect(frame.other.pools == 35)
    let next = collector.frame(2)
    #expect(try pool(next, 1099).verdict == .exhausted)
  }

  @Test func `a pool without any socket is listed too: all its ports may be blocked`() throws {
    let table = FakeTable()
    table.connect(rows(3))
    fail(table, reading([failure(9)]))
    var collector = try table.collector()
    let frame = collector.frame()
    #expect(try pool(frame, 9).inUse.last == 0 && pool(frame, 9).failures == 1)
    #expect(frame.other.pools == 0)
  }

  @Test func `failures of other namespaces and of nobody count for the host alone`() throws {
    let table = FakeTable()
    table.connect(rows(3))
    fail(table, reading([failure(443, isOwn: false)], unattributed: 4))
    var collector = try table.collector()
    let frame = collector.frame()
    #expect(frame.counters[.connectFailures] == 5)
    #expect(frame.counters[.connectFailuresElsewhere] == 1 && frame.failuresHere == 4)
    #expect(frame.failuresKnownHere == 0)
    #expect(try pool(frame).failures == 0 && frame.verdict == .ok)
    #expect(
      Set(collector.notices) == [
        .connectsFailed(
          "1 connect failed in another network namespace: 10.0.0.1 → 10.0.0.2:443 (pid 812 haproxy)"
        ),
        .connectsFailed("4 connects failed, by whom is not known"),
      ])
  }

  @Test func `an event says what failed first, and the others of ten seconds are one`() throws {
    let table = FakeTable()
    table.connect(rows(3))
    fail(table, reading([failure(443), failure(443)]))
    var collector = try table.collector()
    _ = collector.frame()
    let first = "2 connects failed: 10.0.0.1 → 10.0.0.2:443 (pid 812 haproxy)"
    #expect(collector.notices == [.connectsFailed(first)])
    fail(table, reading([failure(443)]))
    _ = collector.frame(1)
    #expect(collector.notices.isEmpty)
    var memory = FailureMemory()
    memory.add(reading([failure(443)]), at: 1_000)
    #expect(memory.takeEvents(at: 1_000).count == 1)
    for second in 1...9 as ClosedRange<UInt64> {
      memory.add(reading([failure(443)]), at: second * 1_000_000_000)
      #expect(memory.takeEvents(at: second * 1_000_000_000).isEmpty)
    }
    let more = memory.takeEvents(at: 10_000_001_000)
    #expect(more == ["9 more connects failed: 10.0.0.1 → 10.0.0.2:443 (pid 812 haproxy)"])
  }

  @Test func `a pool on an interface has the failures of its tuple, unless there is one without`()
    throws
  {
    for hasPlain in [false, true] {
      let table = FakeTable()
      var scoped = rows(3)
      for index in scoped.indices { scoped[index].interface = 4 }
      table.connect(scoped + (hasPlain ? rows(2) : []))
      fail(table, reading([failure(443)]))
      var collector = try table.collector()
      let frame = collector.frame()
      let record = try #require(frame.pools.first { $0.key == key(443, interface: 4) })
      #expect(record.failures == (hasPlain ? 0 : 1))
      #expect(frame.pools.contains { $0.key == key(443) } == hasPlain)
    }
  }

  @Test func `the fall-back says what it is, and what it may have missed`() throws {
    let table = FakeTable()
    table.connect(rows(3))
    var heard = FailureReading(.namespace)
    heard.total = 2
    heard.unattributed = 2
    heard.isLowerBound = true
    heard.isAttributing = false
    fail(table, heard)
    var collector = try table.collector()
    let frame = collector.frame()
    #expect(frame.flags.contains([.failuresOfNamespace, .failuresLowerBound]))
    #expect(!frame.flags.contains(.failuresUnavailable))
    #expect(frame.counters[.connectFailures] == 2 && frame.counters[.connectFailuresLost] == nil)
    #expect(frame.failuresHere == 2 && frame.failuresKnownHere == 2)
    #expect(try pool(frame).failures == nil)
    let next = collector.frame(1)
    #expect(!next.flags.contains(.failuresLowerBound))
  }

  @Test func `a pool that failed with room left is counted again at once`() throws {
    let table = FakeTable()
    table.connect(rows(3))
    fail(table, FailureReading(.host))
    var collector = try table.collector()
    _ = collector.frame()
    #expect(table.dumpCount == 1)
    fail(table, reading([failure(443)]))
    collector.look()
    #expect(table.dumpCount == 2)
    fail(table, reading([failure(443)]))
    collector.look()
    #expect(table.dumpCount == 2)
  }

  @Test func `what is remembered and what is listed is bounded`() throws {
    let table = FakeTable()
    table.connect(rows(3))
    fail(table, reading((1...5000).map { failure($0) }))
    var collector = try table.collector()
    let frame = collector.frame()
    #expect(frame.counters[.connectFailures] == 5000)
    let listed = frame.pools.count { $0.failures ?? 0 > 0 }
    #expect(listed <= FailureMemory.listedMax + 1 && listed > 0)
    #expect(collector.notices.count == FailureMemory.eventMax)
    fail(table, reading((5001...6000).map { failure($0) }))
    _ = collector.frame(1)
    #expect(collector.notices.isEmpty)
    #expect(frame.verdict == .exhausted)
    var words: [UInt64] = []
    frame.write(into: &words, capacity: FrameCapacity(wordCount: 1 << 14))
    #expect(try Frame(words.span) == frame)
  }
}
