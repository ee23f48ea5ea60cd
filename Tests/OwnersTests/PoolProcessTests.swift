import Collector
import Inet
import Kernel
import KernelTestKit
import Pools
import Testing

/// Processes behind the pools of a snapshot, against the test's own account.
@Suite(.needsRoot) struct PoolProcessTests {
  @Test func `a snapshot's pools have the processes that hold them`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        // What waits is not to be taken over meanwhile.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let servers = try [5000, 5001].map { try TestSocket.listener(.loopback($0)) }
        for _ in 0..<8 {
          var connection = try Connection.established(servers[0])
          try connection.enterTimeWait()
        }
        let first = try Holder("name('first')\nconnect(5000, 30)\nconnect(5001, 3)")
        let second = try Holder("name('second')\nconnect(5000, 10)\nfork(lambda: None)")
        let snapshot = try snapshot(.exact)
        let owners = processes(of: snapshot, port: 5000)
        check(
          owners.map(\.id) == [UInt64(first.processID), UInt64(second.processID)], "\(owners)")
        check(owners.map { $0.ports - $0.inferredPorts } == [30, 10], "\(owners)")
        // Eight wait whose owner nobody knows any more: six and two.
        check(owners.map(\.ports) == [36, 12], "\(owners)")
        check(owners.map(\.timeWait) == [6, 2], "\(owners)")
        check(owners.allSatisfy { $0.isInferred && $0.bounds == nil }, "\(owners)")
        check(owners.first?.name == "first (\(first.processID))", "\(owners)")
        let others = processes(of: snapshot, port: 5001)
        check(others.map(\.ports) == [3] && others.first?.isInferred == false, "\(others)")
        let address = snapshot.namespaces[0].addresses.first { $0.pool.key.transport == .tcp }
        check(
          address?.processCount == 2 && address?.processCountIsExact == true,
          "\(String(describing: address))")
        // Ten of the second are its child's too.
        check(snapshot.flags.contains { $0.id == "processes_shared" }, "\(snapshot.flags)")
        check(!snapshot.flags.contains { $0.id == "processes_sampled" }, "\(snapshot.flags)")
        withExtendedLifetime((servers, first, second)) {}
      }
    }
  }

  @Test func `what nobody was found to hold is blamed on nobody`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let server = try TestSocket.listener(.loopback(5000))
        for _ in 0..<10 {
          var connection = try Connection.established(server)
          try connection.enterTimeWait()
        }
        // Fifteen are in a message that nobody takes: of fifty, and of ten that wait, three tenths.
        let holder = try Holder(
          """
          connect(5000, 35)
          here, there = socket.socketpair()
          lost = [socket.create_connection(('127.0.0.1', 5000)) for _ in range(15)]
          socket.send_fds(here, [b'.'], [s.fileno() for s in lost])
          for s in lost: s.close()
          """)
        let owners = processes(of: try snapshot(.exact), port: 5000)
        check(owners.map(\.id) == [UInt64(holder.processID)], "\(owners)")
        check(owners.map(\.ports) == [42] && owners.map(\.timeWait) == [7], "\(owners)")
        withExtendedLifetime((server, holder)) {}
      }
    }
  }

  @Test func `a sample of descriptors gives bounds that hold the truth`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        // Half of the descriptors are something else.
        let large = try Holder(
          "connect(5000, 400)\nkept = [open('/dev/null') for _ in range(400)], kept")
        let small = try Holder("connect(5000, 9)")
        for _ in 0..<3 {
          let snapshot = try snapshot(.sampled(60))
          let owners = processes(of: snapshot, port: 5000)
          check(
            owners.map(\.id) == [UInt64(large.processID), UInt64(small.processID)], "\(owners)")
          guard owners.count == 2 else { continue }
          // Five standard deviations of a sample of 60.
          let bounds = owners[0].bounds ?? 0...0
          check(bounds.upperBound > 270 && bounds.lowerBound < 530, "\(bounds)")
          check(bounds.contains(owners[0].ports) && bounds.count > 1, "\(owners)")
          check(owners[1].ports == 9 && owners[1].bounds == 9...9, "\(owners)")
          check(snapshot.flags.contains { $0.id == "processes_sampled" }, "\(snapshot.flags)")
          let address = snapshot.namespaces[0].addresses.first { $0.pool.key.transport == .tcp }
          check(
            address?.processCount == 2 && address?.processCountIsExact == false,
            "\(String(describing: address))")
        }
        withExtendedLifetime((server, large, small)) {}
      }
    }
  }
}

private func snapshot(_ search: ProcessSearch) throws -> Snapshot {
  var sampler = try Sampler(SampleOptions(countsOwners: true, processes: search))
  try sampler.sample()
  return sampler.document(of: try NamespaceIdentity.current())
}

private func processes(of snapshot: Snapshot, port: UInt16) -> [PoolOwner] {
  let pool = snapshot.namespaces[0].pools.first { pool in
    if case .connect(_, _, port, _) = pool.key { true } else { false }
  }
  return (pool?.owners ?? []).filter { $0.kind == .process }
}
