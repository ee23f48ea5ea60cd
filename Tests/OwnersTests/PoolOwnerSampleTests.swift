import Collector
import Inet
import Kernel
import KernelTestKit
import Owners
import Pools
import Testing

/// Owners of pools in a sample, against those that are ranked for themselves.
@Suite(.needsRoot) struct PoolOwnerSampleTests {
  @Test func `a sample's pools have the owners that a look at sockets finds`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        // What waits is not to be taken over meanwhile.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let servers = try [5000, 5001].map { try TestSocket.listener(.loopback($0)) }
        let mine = try (0..<30).map { _ in try Connection.established(servers[0]) }
        for _ in 0..<8 {
          var connection = try Connection.established(servers[0])
          try connection.enterTimeWait()
        }
        // Nobody accepts these, so they come last.
        let theirs = try Holder("os.setuid(65534)\nconnect(5000, 10)\nconnect(5001, 3)")
        var sampler = try Sampler(SampleOptions(countsOwners: true))
        try sampler.sample()
        let snapshot = sampler.snapshot(of: try NamespaceIdentity.current())
        let pool = snapshot.pools.first { pool in
          if case .connect(_, _, 5000, _) = pool.key { true } else { false }
        }
        let users = pool?.owners?.filter { $0.kind == .user } ?? []
        check(users.map(\.id) == [0, 65_534], "\(users)")
        check(users.map(\.ports) == [36, 12], "\(users)")
        check(users.map(\.timeWait) == [6, 2], "\(users)")
        check(users.allSatisfy(\.isInferred), "\(users)")
        let cgroups = pool?.owners?.filter { $0.kind == .cgroup } ?? []
        check(cgroups.map(\.ports) == [48], "\(cgroups)")
        let ranking = try rankOwners(.user)
        check(ranking.owners.map(\.count.sockets) == [36, 15], "\(ranking.owners)")
        let address = snapshot.addresses.first
        check(
          address?.userCount == 2 && address?.cgroupCount == 1, "\(String(describing: address))")

        var plain = try Sampler()
        try plain.sample()
        let without = plain.snapshot(of: try NamespaceIdentity.current())
        check(without.pools.allSatisfy { $0.owners == nil }, "nobody asked")
        check(without.pools.map(\.inUse) == snapshot.pools.map(\.inUse), "the same counts")
        withExtendedLifetime((servers, mine, theirs)) {}
      }
    }
  }

  @Test func `a second sample knows who held what the first one saw alive`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        // What waits is not to be taken over meanwhile.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let server = try TestSocket.listener(.loopback(5000))
        // Nobody was seen with these: they begin and end before the first sample.
        for _ in 0..<4 {
          var connection = try Connection.established(server)
          try connection.enterTimeWait()
        }
        // A process that is started inherits accepted ends, so it comes before those that are to be closed.
        let theirs = try Holder("os.setuid(65534)\nconnect(5000, 10)")
        let accepted = try (0..<10).map { _ in try server.accept() }
        var ending = try (0..<6).map { _ in try Connection.established(server) }
        var sampler = try Sampler(SampleOptions(countsOwners: true, rememberedSockets: 1000))
        try sampler.sample()
        for index in ending.indices { try ending[index].enterTimeWait() }
        try sampler.sample()
        let snapshot = sampler.snapshot(of: try NamespaceIdentity.current())
        let pool = snapshot.pools.first { $0.key.kind == .connect }
        let users = pool?.owners?.filter { $0.kind == .user } ?? []
        // Ten of nobody live, six of root are remembered, and four are divided in that proportion.
        check(users.map(\.id) == [65_534, 0], "\(users)")
        check(users.map(\.ports) == [12, 8], "\(users)")
        check(users.map(\.timeWait) == [2, 8], "\(users)")
        withExtendedLifetime((server, theirs, accepted, ending)) {}
      }
    }
  }
}
