import Collector
import Inet
import KernelTestKit
import Owners
import Testing

/// TIME_WAIT, whose owner the kernel has forgotten.
@Suite(.needsRoot) struct InferenceTests {
  @Test func `it is divided among the living of its pool, and is unknown without any`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        // What waits is not to be taken over meanwhile.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let servers = try [5000, 5001].map { try TestSocket.listener(.loopback($0)) }
        for (server, count) in zip(servers, [20, 6]) {
          for _ in 0..<count {
            var connection = try Connection.established(server)
            try connection.client?.shutDownWriting()
            connection.server = nil
            connection.client = nil
          }
        }
        let first = try Holder("name('first')\nconnect(5000, 30)")
        let second = try Holder("name('second')\nconnect(5000, 10)")
        Settling.pause()
        for kind in [OwnerKind.process, .user] {
          let ranking = try rankOwners(kind)
          check(ranking.unknown.sockets == 6, "\(kind): \(ranking.unknown)")
          check(ranking.unknown.states[.timeWait] == 6, "\(kind): \(ranking.unknown)")
          check(ranking.sockets == 66, "\(kind): \(ranking.sockets)")
          if kind == .user {
            check(ranking.owners.map(\.count.inferred) == [20], "\(ranking.owners)")
            check(ranking.owners.map(\.count.states[.timeWait]) == [20], "\(ranking.owners)")
          } else {
            let counts = [ranking.process("first"), ranking.process("second")].map { $0?.count }
            check(counts.map { $0?.inferred } == [15, 5], "\(counts)")
            check(counts.map { $0?.sockets } == [45, 15], "\(counts)")
            check(counts.map { $0?.tightestPorts } == [45, 15], "\(counts)")
          }
        }
        // Asked for TIME_WAIT alone, the living weigh and are not counted.
        let waiting = try rankOwners(.process) { $0.states = StateSet(.timeWait) }
        check(waiting.process("first")?.count.sockets == 15, "\(waiting.owners)")
        check(waiting.sockets == 26, "\(waiting.sockets)")
        withExtendedLifetime((servers, first, second)) {}
      }
    }
  }

  @Test func `its own cgroup is forgotten too, but not that of an orphan`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let living = try Connection.established(server)
        var orphan = try Connection.established(server)
        try orphan.enterFinWait1()
        orphan.client = nil
        Settling.pause()
        let ranking = try rankOwners(.cgroup)
        check(ranking.owners.map(\.count.sockets) == [2], "\(ranking.owners)")
        check(ranking.owners.map(\.count.inferred) == [0], "\(ranking.owners)")
        withExtendedLifetime((server, living, orphan)) {}
      }
    }
  }
}
