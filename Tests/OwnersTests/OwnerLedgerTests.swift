import Collector
import Inet
import Kernel
import KernelTestKit
import Owners
import Testing

/// Owners of real sockets against the test's own account, and against `ss`.
@Suite(.needsRoot) struct OwnerLedgerTests {
  @Test func `processes hold what they opened, as ss says too`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let servers = try [5000, 5001].map { try TestSocket.listener(.loopback($0)) }
        let first = try Holder("name('first')\nconnect(5000, 30)\nconnect(5001, 3)")
        let second = try Holder("name('second')\nconnect(5000, 10)")
        let ranking = try rankOwners(.process)
        let (one, two) = (ranking.process("first"), ranking.process("second"))
        check(ranking.owners.count == 2, "\(ranking.owners.map(\.name))")
        check(one?.id == UInt64(first.processID) && two?.id == UInt64(second.processID), "pids")
        check(one?.count.sockets == 33 && two?.count.sockets == 10, "\(ranking.owners)")
        check(one?.count.tightestPorts == 30 && one?.count.pools == 2, "\(ranking.owners)")
        check(one?.count.tightest?.port == 5000, "\(ranking.owners)")
        check(ranking.unseen?.sockets == 0 && ranking.unknown.sockets == 0, "all are seen")
        check(ranking.sharedSockets == 0, "none is shared")

        let listed = try ListedSockets()
        for (holder, owner) in [(first, one), (second, two)] {
          let ports = listed.ports(of: holder.processID, in: ranking.range)
          check(owner?.count.ports == ports.count, "ss has \(ports.count) of \(owner?.name ?? "")")
        }
        check(ranking.ports == listed.outboundPorts(in: ranking.range).count, "all ports")
        withExtendedLifetime((servers, first, second)) {}
      }
    }
  }

  @Test func `a socket that a family of processes has is counted once, for the parent`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let holder = try Holder(
          """
          name('parent')
          connect(5000, 5)
          fork(lambda: name('child'))
          fork(lambda: (name('child'), connect(5000, 2)))
          while sum(1 for line in open('/proc/net/tcp') if ':1388 01' in line) < 7: time.sleep(0.01)
          """)
        let ranking = try rankOwners(.process)
        check(ranking.process("parent")?.id == UInt64(holder.processID), "\(ranking.owners)")
        check(ranking.process("parent")?.count.sockets == 5, "\(ranking.owners)")
        check(ranking.process("child")?.count.sockets == 2, "\(ranking.owners)")
        check(ranking.sharedSockets == 5, "\(ranking.sharedSockets ?? -1) shared")
        withExtendedLifetime((server, holder)) {}
      }
    }
  }

  @Test func `threads are one process`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let holder = try Holder(
          """
          name('threads')
          threads = [threading.Thread(target=connect, args=(5000, 4)) for _ in range(3)]
          for thread in threads: thread.start()
          for thread in threads: thread.join()
          """)
        let ranking = try rankOwners(.process)
        check(ranking.owners.map(\.count.sockets) == [12], "\(ranking.owners)")
        check(ranking.sharedSockets == 0, "a table of descriptors is no second holder")
        withExtendedLifetime((server, holder)) {}
      }
    }
  }

  @Test func `a socket belongs to whom it was handed, in whatever namespace`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let holder = try Holder(
          """
          name('giver')
          here, there = socket.socketpair()
          far_here, far_there = socket.socketpair()
          lost_here, lost_there = socket.socketpair()
          def take(end):
              fds = socket.recv_fds(end, 1, 1)[1]
              kept.append(fds)
              end.send(b'.')
          fork(lambda: (name('taker'), take(there)))
          fork(lambda: (name('far'), libc.unshare(0x40000000), take(far_there)))
          def give(end):
              s = socket.create_connection(('127.0.0.1', 5000))
              socket.send_fds(end, [b'.'], [s.fileno()])
              s.close()
          give(here)
          here.recv(1)
          give(far_here)
          far_here.recv(1)
          give(lost_here)
          """)
        let ranking = try rankOwners(.process)
        check(ranking.process("taker")?.count.sockets == 1, "\(ranking.owners)")
        check(ranking.process("far")?.count.sockets == 1, "\(ranking.owners)")
        check(ranking.process("giver") == nil, "\(ranking.owners)")
        // On its way in a message it is in nobody's table.
        check(ranking.unseen?.sockets == 1, "\(String(describing: ranking.unseen))")
        if case .process(let process)? = ranking.process("far")?.identity {
          check(process.isElsewhere, "far is in another namespace")
        }
        withExtendedLifetime((server, holder)) {}
      }
    }
  }

  @Test func `connections that nobody has accepted hold no port but their listener's`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_999)
        let holder = try Holder(
          """
          name('listener')
          s = socket.create_server(('127.0.0.1', 40500))
          fork(lambda: (name('caller'), connect(40500, 3)))
          while sum(1 for line in open('/proc/net/tcp') if ':9E34 01' in line) < 3: time.sleep(0.01)
          """)
        let ranking = try rankOwners(.process)
        let listener = ranking.process("listener")
        check(listener?.count.ports == 1 && listener?.count.sockets == 1, "\(ranking.owners)")
        check(listener?.count.states[.listen] == 1, "\(ranking.owners)")
        check(ranking.process("caller")?.count.ports == 3, "\(ranking.owners)")
        check(ranking.unseen?.sockets == 0, "\(String(describing: ranking.unseen))")
        withExtendedLifetime(holder) {}
      }
    }
  }

  @Test func `users come with each socket`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let holder = try Holder("os.setuid(65534)\nconnect(5000, 7)")
        let mine = try TestSocket.connected(to: .loopback(5000))
        let ranking = try rankOwners(.user)
        check(ranking.owners.map(\.id) == [65_534, 0], "\(ranking.owners)")
        check(ranking.owners.map(\.count.ports) == [7, 1], "\(ranking.owners)")
        check(ranking.owners.map(\.name) == ["nobody", "root"], "\(ranking.owners)")
        withExtendedLifetime((server, holder, mine)) {}
      }
    }
  }

  @Test func `other namespaces' sockets are not ours`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let holder = try Holder("connect(5000, 4)")
        let (inner, outer) = (try NetworkNamespace.current(), holder)
        _ = try TestNamespace.enter()
        check(try rankOwners(.process).owners.isEmpty, "a new namespace is empty")
        try inner.enter()
        check(try rankOwners(.process).owners.map(\.count.ports) == [4], "back again")
        withExtendedLifetime((server, outer)) {}
      }
    }
  }
}
