import HostFacts
import Inet
import Kernel
import NetlinkTestKit
import Pools
import Testing

@testable import Collector

/// When ports come back, from a walk: which ports count, and what is said where the phase is not known.
@Suite struct SamplerReleaseTests {
  private static let key = PoolKey.connect(
    source: IPAddress(ipv4: 0x0a00_0001), destination: IPAddress(ipv4: 0x0a00_0002), port: 443,
    interface: 0)

  /// 100 ports, of which 90 wait with 30 s left.
  private func host() throws -> FakeHost {
    var host = FakeHost()
    host.facts.range = try #require(PortRange(low: 40_000, high: 40_099))
    host.tcp = (0..<90).map { index in
      FakeRow {
        $0.state = 6
        $0.timer = 3
        $0.sourcePort = UInt16(40_000 + index)
        $0.expires = 30_000
      }
    }
    return host
  }

  private func snapshot(_ host: FakeHost, _ options: SampleOptions = SampleOptions()) throws
    -> Snapshot
  {
    var sampler = try host.sampler(options)
    try sampler.sample()
    var snapshot = sampler.document(of: NamespaceIdentity(name: "host", inode: 1))
    sampler.addReleases(to: &snapshot)
    return snapshot
  }

  private func teeth(_ snapshot: Snapshot) throws -> [ReleaseSchedule.Tooth] {
    let pool = try #require(snapshot.namespaces[0].pools.first { $0.key == Self.key })
    return try #require(pool.release).teeth
  }

  @Test func `with the phase known the moments are the teeth`() throws {
    var host = try host()
    host.timerPhase = 0
    let snapshot = try snapshot(host)
    let tooth = ReleaseComb(ticksPerSecond: try #require(TimerTick.ticksPerSecond())).toothSeconds
    let teeth = try teeth(snapshot)
    #expect(teeth.reduce(0) { $0 + $1.ports } == 90)
    let latest = try #require(teeth.last).seconds
    #expect(latest > 0 && latest <= 30 + tooth + 0.1)
    #expect(!snapshot.flags.contains { $0.id == SnapshotFlag.releasePhaseUnknownID })
  }

  @Test func `without a phase they are the latest moments and a flag says so`() throws {
    var host = try host()
    host.timerPhase = nil
    let snapshot = try snapshot(host)
    let tooth = ReleaseComb(ticksPerSecond: try #require(TimerTick.ticksPerSecond())).toothSeconds
    let teeth = try teeth(snapshot)
    #expect(teeth.reduce(0) { $0 + $1.ports } == 90)
    // The kernel's tooth comes within one tooth's distance of the deadline, wherever its teeth stand. The
    // walk was some time before: a test under load may be slow.
    let earliest = try #require(teeth.first).seconds, latest = try #require(teeth.last).seconds
    #expect(earliest > 30 + tooth - 5 && latest <= 30 + 2 * tooth + 0.1)
    let flag = try #require(
      snapshot.flags.first { $0.id == SnapshotFlag.releasePhaseUnknownID })
    #expect(flag.text.hasSuffix("s earlier than said: /proc/timer_list cannot be read"))
  }

  @Test func `ports that were probed blocked neither come back nor count`() throws {
    var host = try host()
    host.probed = .success([40_000, 40_001, 40_095])
    let options = SampleOptions(probesBlocked: true)
    #expect(try teeth(snapshot(host, options)).reduce(0) { $0 + $1.ports } == 88)
    var sampler = try host.sampler(options)
    try sampler.sample()
    let target = FailureMemory.Target(
      source: IPAddress(ipv4: 0x0a00_0001), destination: IPAddress(ipv4: 0x0a00_0002), port: 443)
    let (pool, isKnown) = sampler.countedPool(target)
    #expect(isKnown)
    #expect(pool.capacity == 97)
    #expect(pool.headroomBound == .exact)
  }

  @Test func `a pool that failed has no cliff where the kernel has none`() throws {
    var host = try host()
    host.kernel = KernelVersion(4, 5)
    var sampler = try host.sampler()
    try sampler.sample()
    let target = FailureMemory.Target(
      source: IPAddress(ipv4: 0x0a00_0001), destination: IPAddress(ipv4: 0x0a00_0002), port: 443)
    #expect(sampler.countedPool(target).pool.cliffAt == nil)
  }

  @Test func `a tooth of orphans is not a tooth of TIME_WAIT`() throws {
    var host = try host()
    host.facts.settings.finTimeoutSeconds = 7
    host.tcp.append(
      FakeRow {
        $0.state = 5
        $0.timer = 3
        $0.sourcePort = 40_092
        $0.expires = 1000
      })
    var sampler = try host.sampler()
    try sampler.sample()
    let ticks = try #require(TimerTick.ticksPerSecond())
    let comb = ReleaseComb(ticksPerSecond: ticks)
    let releases = try sampler.releases(
      of: [Self.key], ReleaseClock(comb: comb, aheadNanoseconds: 0))
    let release = try #require(releases[Self.key])
    #expect(release.orphans == 1)
    let first = try #require(release.teeth.first), tooth = try #require(release.timeWaitTooth)
    #expect(first.ports == 1 && tooth - first.seconds > 20)
    #expect(release.teeth.contains { $0.seconds == tooth && $0.ports == 90 })
  }
}
