import Collector
import Glibc
import Inet
import Kernel
import KernelTestKit
import Pools
import Testing

/// Owners of TIME_WAIT while users connect and close at random, against the account of each.
@Suite(.needsRoot) struct ChurnTruthTests {
  @Test func `what is known of an owner is true, however fast sockets come and go`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        // What waits is not to be taken over meanwhile, and nothing is back within a minute.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let server = try Holder(
          """
          import selectors
          def serve():
              chosen = selectors.DefaultSelector()
              listener = socket.create_server(('0.0.0.0', 5000), backlog=1000)
              chosen.register(listener, selectors.EVENT_READ)
              while True:
                  for key, _ in chosen.select():
                      if key.fileobj is listener:
                          chosen.register(listener.accept()[0], selectors.EVENT_READ)
                      elif not key.fileobj.recv(64):
                          chosen.unregister(key.fileobj)
                          key.fileobj.close()
          threading.Thread(target=serve, daemon=True).start()
          time.sleep(0.1)
          """)
        let folder = "/tmp/ullage-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try Directory.make(folder)
        // SAFETY: the string lives for the call.
        defer { unsafe rmdir(folder) }
        guard unsafe chmod(folder, 0o777) == 0 else { return check(false, "chmod") }
        // From a millisecond to a second, each order of magnitude alike.
        let users: [UInt32] = [65_534, 65_533, 65_532]
        let holders = try users.map { uid in
          try Holder(
            """
            import random
            def churn():
                open_until, closed = [], [0] * 20
                end = time.monotonic() + 3
                while time.monotonic() < end or open_until:
                    now = time.monotonic()
                    for item in [item for item in open_until if item[0] <= now]:
                        open_until.remove(item)
                        item[1].close()
                        closed[item[2]] += 1
                    if now < end and len(open_until) < 60:
                        to = random.randrange(20)
                        s = socket.create_connection((f'127.0.1.{to}', 5000))
                        open_until.append((now + 10 ** random.uniform(-3, 0), s, to))
                    time.sleep(0.002)
                with open('\(folder)/\(uid)-', 'w') as ledger: ledger.write(' '.join(map(str, closed)))
                os.rename('\(folder)/\(uid)-', '\(folder)/\(uid)')
            os.setuid(\(uid))
            threading.Thread(target=churn, daemon=True).start()
            """)
        }
        var sampler = try Sampler(SampleOptions(countsOwners: true, rememberedSockets: 100_000))
        for _ in 0..<1000 where !users.allSatisfy({ File.exists("\(folder)/\($0)") }) {
          try sampler.sample()
          Settling.pause(milliseconds: 30)
        }
        // What each closed, by destination: few enough that a wrong owner cannot hide behind a right sum.
        var truth: [UInt64: [Int]] = [:]
        for uid in users {
          let text = try KernelFile.read("\(folder)/\(uid)", limit: 4096)
          truth[UInt64(uid)] = String(decoding: text, as: UTF8.self).split(separator: " ")
            .compactMap { Int($0) }
          File.remove("\(folder)/\(uid)")
        }
        Settling.pause(milliseconds: 100)
        try sampler.sample()
        let snapshot = sampler.snapshot(of: try NamespaceIdentity.current())
        var waiting = 0, known = 0, given = 0
        for pool in snapshot.pools {
          guard case .connect(_, let destination, 5000, _) = pool.key,
            let to = Int("\(destination)".split(separator: ".").last ?? "")
          else { continue }
          waiting += pool.inUse
          for owner in (pool.owners ?? []) where owner.kind == .user {
            given += owner.ports
            let seen = owner.ports - owner.inferredPorts
            known += seen
            check(seen <= truth[owner.id]?[to] ?? 0, "\(owner) at \(to) but \(truth)")
            check(owner.isInferred == (owner.inferredPorts > 0), "\(owner)")
          }
        }
        let total = truth.values.joined().reduce(0, +)
        // One in a hundred is reset where much else runs, and waits nowhere.
        check(waiting <= total && waiting * 10 >= total * 9, "\(waiting) wait of \(total)")
        // Only where nobody was seen alive has nobody the ports.
        check(given <= waiting && given * 10 >= waiting * 9, "\(given) of \(waiting)")
        // Most live longer than the time between two looks.
        check(known * 3 > total, "\(known) of \(total) known: \(truth)")
        withExtendedLifetime((server, holders)) {}
      }
    }
  }
}
