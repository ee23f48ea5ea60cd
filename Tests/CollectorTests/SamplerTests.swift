import Collector
import HostFacts
import Inet
import Kernel
import Netlink
import NetlinkTestKit
import Pools
import Testing

/// The whole way of a sample against hosts that were made up.
@Suite struct SamplerTests {
  private let identity = NamespaceIdentity(name: "host", inode: 1)
  private let source = IPAddress(ipv4: 0x0a00_0001)
  private let destination = IPAddress(ipv4: 0x0a00_0002)

  /// `count` connections from 10.0.0.1 to 10.0.0.2:443, on ports from `first` on.
  private func connections(_ count: UInt16, from first: UInt16 = 40_000) -> [FakeRow] {
    (0..<count).map { index in FakeRow { $0.sourcePort = first + index } }
  }

  private func document(
    _ host: FakeHost, _ options: SampleOptions = SampleOptions(),
    _ selection: PoolSelection = PoolSelection()
  ) throws -> Snapshot {
    var sampler = try host.sampler(options)
    try sampler.sample()
    return sampler.document(of: identity, selection)
  }

  private func connectPool(_ snapshot: Snapshot) throws -> Pool {
    try #require(snapshot.namespaces[0].pools.first { $0.key.kind == .connect })
  }

  @Test func idleBindsAndListenersAreTakenOutOfConnectPools() throws {
    var host = FakeHost()
    host.tcp = connections(10) + [.listener(.anyIPv4, 50_000)]
    // 40003 is connected and was bound by another socket afterwards; 51000 is bound and idle.
    host.idleBinds = [
      .idle(IPAddress(ipv4: 0x0a00_0009), 40_003), .idle(IPAddress(ipv4: 0x0a00_0009), 51_000),
    ]
    for walksBeside in [true, false] {
      let snapshot = try document(host, SampleOptions(walksBeside: walksBeside))
      let pool = try connectPool(snapshot)
      #expect(snapshot.namespaces[0].space.blocked == [40_003, 50_000, 51_000])
      #expect(pool.capacity == 28_232 - 3)
      #expect(pool.inUse == 10)
      #expect(pool.headroom == 28_232 - 3 - 9)
      #expect(snapshot.namespaces[0].tcp.states[.boundInactive] == 2)
      #expect(snapshot.namespaces[0].tcp.sockets == 11)
    }
  }

  @Test func aSecondSampleStartsFromNothing() throws {
    var host = FakeHost()
    host.tcp = connections(10)
    var sampler = try host.sampler()
    try sampler.sample()
    let first = sampler.snapshot(of: identity)
    try sampler.sample()
    let second = sampler.snapshot(of: identity)
    #expect(first.pools == second.pools)
    #expect(first.tcp == second.tcp)
  }

  @Test func aRefusedLegacyRequestIsAskedAgainByFamilyAndFlagged() throws {
    var host = FakeHost()
    host.tcp = connections(5)
    host.udp = [FakeRow { $0.state = 7 }]
    host.refusals[.legacy] = .invalid
    let snapshot = try document(host)
    #expect(try connectPool(snapshot).inUse == 5)
    #expect(snapshot.namespaces[0].udp?.sockets == 1)
    #expect(snapshot.flags.contains { $0.id == "one_walk_per_family" })
  }

  @Test func aKernelWithoutUDPDiagnosticsLosesUDPAlone() throws {
    var host = FakeHost()
    host.tcp = connections(5)
    host.refusals[.udp] = .noEntry
    let snapshot = try document(host)
    #expect(snapshot.namespaces[0].udp == nil)
    #expect(!snapshot.namespaces[0].pools.contains { $0.key.transport == .udp })
    #expect(try connectPool(snapshot).inUse == 5)
    let flag = try #require(snapshot.flags.first { $0.id == "udp_unavailable" })
    #expect(
      flag.text
        == "UDP is not counted: cannot dump udp sockets: the kernel says no such file or directory "
        + "(ENOENT 2) (modprobe udp_diag)")
  }

  @Test func aKernelWithoutTCPDiagnosticsIsAnErrorThatSaysWhatToDo() throws {
    var host = FakeHost()
    host.refusals = [.table: .noEntry, .listeners: .noEntry]
    var sampler = try host.sampler()
    do {
      try sampler.sample()
      Issue.record("a sample was taken")
    } catch {
      #expect(
        error.description
          == "cannot dump tcp sockets: the kernel says no such file or directory (ENOENT 2); this "
          + "kernel has no tcp_diag loaded: modprobe tcp_diag (in a container: on the host)")
    }
  }

  @Test func aKernelBefore68IsNotAskedForIdleBindsAndTheyAreAbsent() throws {
    var host = FakeHost()
    host.kernel = KernelVersion(6, 6)
    host.tcp = connections(1)
    host.idleBinds = [.idle(source, 50_000)]
    let snapshot = try document(host)
    #expect(snapshot.namespaces[0].space.blocked.isEmpty)
    #expect(!snapshot.namespaces[0].tcp.knowsBoundInactive)
    #expect(snapshot.flags.contains { $0.id == "bound_inactive_unavailable" })
    #expect(snapshot.flags.contains { $0.id == "walks_in_sequence" })
  }

  @Test func aFailedWalkOverIdleBindsIsSaid() throws {
    var host = FakeHost()
    host.tcp = connections(1)
    host.refusals[.idleBinds] = .noBufferSpace
    let snapshot = try document(host)
    #expect(!snapshot.namespaces[0].tcp.knowsBoundInactive)
    #expect(snapshot.flags.contains { $0.id == "bound_inactive_failed" })
  }

  @Test func morePoolsThanRememberedAreCountedTwiceAndTheRestIsBounded() throws {
    var host = FakeHost()
    // One pool of 500 among 600 pools of one, in an order that keeps evicting.
    for index in 0..<600 {
      host.tcp.append(
        FakeRow {
          $0.destination = IPAddress(ipv4: 0x0b00_0000 + UInt32(index))
          $0.sourcePort = 33_000 + UInt16(index)
        })
      if index < 500 { host.tcp.append(FakeRow { $0.sourcePort = 40_000 + UInt16(index) }) }
    }
    let snapshot = try document(host, SampleOptions(maxPools: 64))
    let pool = try connectPool(snapshot)
    #expect(pool.inUse == 500)
    #expect(snapshot.namespaces[0].other.inUseMaximum >= 1)
    #expect(!snapshot.namespaces[0].other.isExact)
    #expect(snapshot.flags.contains { $0.id == "pools_limited" })
  }

  @Test func theVerdictIsOfTheWorstPoolWhetherItIsListedOrNot() throws {
    var host = FakeHost()
    host.facts.range = try #require(PortRange(low: 40_000, high: 40_009))
    host.tcp =
      connections(10)
      + (0..<3).map { index in
        FakeRow {
          $0.destination = IPAddress(ipv4: 0x0a00_0001)
          $0.sourcePort = 40_000 + UInt16(index)
        }
      }
    var selection = PoolSelection()
    selection.top = 0
    let snapshot = try document(host, SampleOptions(), selection)
    #expect(snapshot.verdict.level == .exhausted)
    #expect(snapshot.verdict.pool?.key.kind == .connect)
    #expect(snapshot.namespaces[0].other.pools == 2)
    #expect(snapshot.namespaces[0].other.inUseMaximum == 10)
  }

  @Test func filtersChooseWhatIsListedAndNotWhatIsCounted() throws {
    var host = FakeHost()
    host.tcp = connections(4) + [FakeRow { $0.destinationPort = 80 }]
    var selection = PoolSelection()
    selection.destinationPorts = PortRange(80)
    let snapshot = try document(host, SampleOptions(), selection)
    let connects = snapshot.namespaces[0].pools.filter { $0.key.kind == .connect }
    #expect(connects.map(\.inUse) == [1])
    #expect(snapshot.namespaces[0].pools.contains { $0.key == .bind(.any) })
    #expect(snapshot.isFiltered)
    #expect(snapshot.namespaces[0].tcp.sockets == 5)
    #expect(snapshot.namespaces[0].poolTotals[.connect] == 2)
    #expect(snapshot.namespaces[0].other.pools == 0)
  }

  @Test func tuplesWithoutAnInterfaceStandInTheWayOfThoseWithOne() throws {
    var host = FakeHost()
    host.facts.range = try #require(PortRange(low: 40_000, high: 40_019))
    host.tcp =
      connections(10)
      + [
        FakeRow {
          $0.sourcePort = 40_019
          $0.interface = 7
        }
      ]
    let pools = try document(host).namespaces[0].pools
    let scoped = try #require(
      pools.first { pool in
        if case .connect(_, _, _, interface: 7) = pool.key { true } else { false }
      })
    #expect(scoped.inUse == 1)
    #expect(scoped.headroom == 10)
  }

  @Test func aLinkLocalAddressIsNotExhaustedByAnotherInterface() throws {
    var host = FakeHost()
    host.facts.range = try #require(PortRange(low: 40_000, high: 40_019))
    let local = IPAddress(high: 0xfe80_0000_0000_0000, low: 1)
    host.tcp = (0..<20).map { index in
      FakeRow {
        $0.family = 10
        $0.source = local
        $0.sourcePort = 40_000 + UInt16(index)
        $0.interface = 2
      }
    }
    let pool = try #require(
      try document(host).namespaces[0].pools.first { $0.key == .bind(.address(local)) })
    #expect(pool.inUse == 20)
    #expect(pool.headroom == 20)
    #expect(pool.headroomLower == 0)
    #expect(pool.headroomBound == .upper)
  }

  @Test func moreAddressesThanRememberedAreCountedTwiceInEveryTable() throws {
    var host = FakeHost()
    // One UDP address with 90 ports, among 60 with one, in an order that keeps evicting.
    for index in 0..<90 {
      host.udp.append(
        FakeRow {
          $0.state = 7
          $0.sourcePort = 40_000 + UInt16(index)
        })
      guard index < 60 else { continue }
      for family in [0x0b00_0000, 0x0c00_0000] as [UInt32] {
        let address = IPAddress(ipv4: family + UInt32(index))
        if family == 0x0b00_0000 {
          host.udp.append(
            FakeRow {
              $0.state = 7
              $0.source = address
              $0.sourcePort = 41_000
            })
        } else {
          host.tcp.append(.listener(address, 42_000))
        }
      }
    }
    for walksBeside in [true, false] {
      let snapshot = try document(
        host, SampleOptions(maxAddresses: 8, walksBeside: walksBeside))
      let udp = try #require(
        snapshot.namespaces[0].pools.first { $0.key == .udpBind(.address(source)) })
      #expect(udp.inUse == 90)
      #expect(snapshot.namespaces[0].other.addressInUseMaximum > 0)
      #expect(snapshot.flags.contains { $0.id == "addresses_limited" })
    }
  }

  @Test func addressesThatOnlyListenDoNotPushOutThoseThatConnect() throws {
    var host = FakeHost()
    for index in 0..<20 {
      for port in 0..<10 {
        host.tcp.append(
          FakeRow {
            $0.source = IPAddress(ipv4: 0x0b00_0000 + UInt32(index))
            $0.sourcePort = 40_000 + UInt16(port)
          })
      }
      host.tcp.append(.listener(IPAddress(ipv4: 0x0c00_0000 + UInt32(index)), 42_000))
    }
    let snapshot = try document(host, SampleOptions(maxAddresses: 24))
    #expect(snapshot.namespaces[0].addresses.count == 40)
    #expect(!snapshot.flags.contains { $0.id == "addresses_limited" })
  }

  @Test(arguments: [
    (0, 1, 0), (1, 1, 1), (2, 1, 0), (1, 0, 0),
  ]) func timeWaitIsReclaimableByTheSysctls(
    mode: Int, timestamps: Int, reclaimable: Int
  ) throws {
    var host = FakeHost()
    host.facts.settings.timeWaitReuse = mode
    host.facts.settings.timestamps = timestamps
    host.facts.settings.timeWaitReuseDelayMilliseconds = 1000
    // One old enough, one too young, one orphan in FIN_WAIT2.
    host.tcp = [(6, 50_000), (6, 59_500), (5, 10_000)].enumerated().map { index, row in
      FakeRow {
        $0.state = UInt8(row.0)
        $0.timer = 3
        $0.expires = UInt32(row.1)
        $0.sourcePort = 40_000 + UInt16(index)
      }
    }
    let pool = try connectPool(try document(host))
    #expect(pool.inUse == 3)
    #expect(pool.reclaimable == reclaimable)
    #expect(pool.headroom == 28_232 - 3 + reclaimable)
  }
}
