import Collector
import HostFacts
import Inet
import Kernel
import NetlinkTestKit
import Pools
import Probe
import Testing

/// Samples that know every blocked port, and those that could not.
@Suite struct ProbedSampleTests {
  /// Twenty connections from 40000 on, of which a probe says that four were bound before.
  private var host: FakeHost {
    var host = FakeHost()
    host.tcp = (0..<20).map { index in FakeRow { $0.sourcePort = UInt16(40_000 + index) } }
    host.tcp.append(.listener(.anyIPv4, 50_000))
    host.probed = .success([40_001, 40_003, 40_005, 50_000, 51_000])
    return host
  }

  private func document(_ host: FakeHost, probes: Bool = true) throws -> Snapshot {
    var sampler = try host.sampler(SampleOptions(probesBlocked: probes))
    try sampler.sample()
    return sampler.document(of: NamespaceIdentity(name: "host", inode: 1))
  }

  private func pool(_ snapshot: Snapshot) throws -> Pool {
    try #require(snapshot.namespaces[0].pools.first { $0.key.kind == .connect })
  }

  @Test func probedPortsLeaveThePoolsAndMakeThemExact() throws {
    let snapshot = try document(host)
    let space = snapshot.namespaces[0].space
    #expect(space.blocked == [40_001, 40_003, 40_005, 50_000, 51_000])
    #expect(space.blockedBound == .exact)
    let pool = try pool(snapshot)
    #expect(pool.capacity == 28_232 - 5)
    #expect(pool.inUse == 20)
    #expect(pool.headroom == 28_232 - 5 - 17)
    #expect(pool.headroomLower == pool.headroom)
    #expect(pool.headroomBound == .exact)
    #expect(pool.takenLow == 10)
    #expect(pool.takenOther == 7)
    #expect(!snapshot.flags.contains { $0.id.hasPrefix("blocked") })
  }

  @Test func withoutBeingAskedNothingIsProbed() throws {
    let snapshot = try document(host, probes: false)
    #expect(snapshot.namespaces[0].space.blocked == [50_000])
    #expect(snapshot.namespaces[0].space.blockedBound == .lower)
    #expect(try pool(snapshot).headroomLower == nil)
    #expect(snapshot.flags.contains { $0.id == "blocked_lower_bound" })
    #expect(!snapshot.flags.contains { $0.id == "blocked_not_probed" })
  }

  @Test func aProbeThatCouldNotAskIsSaidAndTheBoundStays() throws {
    var host = host
    host.probed = nil
    host.kernel = KernelVersion(6, 2)
    let snapshot = try document(host)
    #expect(snapshot.namespaces[0].space.blockedBound == .lower)
    #expect(try pool(snapshot).headroomBound == .upper)
    let ids = snapshot.flags.map(\.id)
    #expect(ids.contains("blocked_lower_bound"))
    let flag = try #require(snapshot.flags.first { $0.id == "blocked_not_probed" })
    #expect(
      flag.text
        == "blocked ports were not probed: cannot probe single ports: IP_LOCAL_PORT_RANGE came with "
        + "Linux 6.3, and this is 6.2")
  }

  @Test func anOldKernelBlocksLongerThanItsDumpTells() throws {
    for (kernel, lingers) in [(KernelVersion(6, 17, 7), true), (KernelVersion(6, 17, 8), false)] {
      var host = host
      host.kernel = kernel
      let flags = try document(host, probes: false).flags
      #expect(flags.contains { $0.id == "blocked_lingers" } == lingers)
    }
  }

  @Test func aKernelThatKnowsNoParityHasNoCliff() throws {
    var host = host
    host.kernel = KernelVersion(4, 5)
    let pool = try pool(try document(host, probes: false))
    #expect(pool.cliffAt == nil)
    #expect(!pool.isSearching)
  }

  @Test func timeWaitOnABlockedPortIsNotReclaimable() throws {
    var host = host
    host.facts.settings.timeWaitReuse = 1
    host.facts.settings.timeWaitReuseDelayMilliseconds = 1000
    host.facts.settings.timestamps = 1
    host.tcp += (0..<4).map { index in
      FakeRow {
        $0.state = 6
        $0.timer = 3
        $0.expires = 30_000
        $0.sourcePort = UInt16(51_000 + index)
      }
    }
    #expect(try pool(try document(host, probes: false)).reclaimable == 4)
    let pool = try pool(try document(host))
    #expect(pool.reclaimable == 3)
    #expect(pool.headroom == 28_232 - 5 - 17)
    // Whether the other end knew timestamps is in no dump.
    #expect(pool.headroomLower == pool.headroom - 3)
    #expect(pool.headroomBound == .upper)
  }
}
