import FrameRing
import Frames
import Kernel
import Ring
import Testing

/// Who writes a ring, whether still, and which file is of the past.
@Suite struct WriterStatusTests {
  private let second: UInt64 = 1_000_000_000

  /// The status of a ring whose heartbeat was so long ago by CLOCK_MONOTONIC, and says what by the wall clock.
  private func status(
    boot: BootID? = nil, host: String = Machine.hostName(), isNamed: Bool = false,
    secondsAgo: UInt64 = 0, realtime: UInt64 = Clock.realtimeNanoseconds(), closes: Bool = false
  ) throws -> FrameWriterStatus {
    var status: FrameWriterStatus?
    try TestRing.withDirectory { directory in
      let path = "\(directory)/a.ring"
      var identity = TestRing.identity(host: host)
      identity.bootID = try boot ?? BootID.current()
      var writer = try RingWriter(path: path, geometry: TestRing.shape(), identity: identity)
      try writer.heartbeat(
        realtimeNanoseconds: realtime,
        monotonicNanoseconds: Clock.monotonicNanoseconds() - secondsAgo * second)
      if closes { try writer.close() }
      status = try FrameRingReader(path: path, isNamed: isNamed).writer
    }
    return try #require(status)
  }

  @Test func `a writer is stale when it is closed, or silent for three intervals`() throws {
    let now = Clock.realtimeNanoseconds()
    let fresh = try status()
    #expect(fresh.processID == 812 && fresh.namespace == "host")
    #expect(!fresh.isStale(atNanoseconds: now))
    #expect(!(try status(secondsAgo: 1).isStale(atNanoseconds: now)))
    #expect(try status(secondsAgo: 4).isStale(atNanoseconds: now))
    let closed = try status(closes: true)
    #expect(closed.isClosed && closed.isStale(atNanoseconds: now))
  }

  @Test func `a wall clock that was set makes nobody fresh and nobody stale`() throws {
    let now = Clock.realtimeNanoseconds()
    #expect(try status(secondsAgo: 10, realtime: now + 3600 * second).isStale(atNanoseconds: now))
    #expect(!(try status(realtime: now - 3600 * second).isStale(atNanoseconds: now)))
  }

  @Test func `a ring of another boot is stale, and of the past only where it was named`() throws {
    let now = Clock.realtimeNanoseconds()
    for host in [Machine.hostName(), "elsewhere"] {
      let found = try status(boot: TestRing.boot, host: host)
      #expect(!found.isArchive && found.isStale(atNanoseconds: now))
      let named = try status(boot: TestRing.boot, host: host, isNamed: true)
      #expect(named.isArchive && !named.isStale(atNanoseconds: .max))
    }
    // A host that was given another name is still this one.
    let renamed = try status(host: "elsewhere", isNamed: true, secondsAgo: 60)
    #expect(!renamed.isArchive && renamed.isStale(atNanoseconds: now))
  }

  @Test func `moments and intervals that nobody has are bounded`() throws {
    var identity = TestRing.identity()
    identity.intervalNanoseconds = .max
    identity.writerStartRealtimeNanoseconds = .max
    var ring = try RingWriter(inMemory: TestRing.shape(), identity: identity)
    try ring.heartbeat(realtimeNanoseconds: .max, monotonicNanoseconds: .max)
    let writer = try FrameRingReader(path: ring.path).writer
    #expect(writer.intervalNanoseconds == 86_400 * second)
    let moments = [
      writer.startedAtNanoseconds, writer.heartbeatNanoseconds,
      writer.heartbeatMonotonicNanoseconds,
    ]
    #expect(moments.allSatisfy { $0 == FrameLayout.momentMax })
  }
}
