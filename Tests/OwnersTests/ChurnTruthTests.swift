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
              listener = socket.create_server(('127.0.0.1', 5000), backlog=1000)
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
                open_until, closed = [], 0
                end = time.monotonic() + 3
                while time.monotonic() < end or open_until:
                    now = time.monotonic()
                    for item in [item for item in open_until if item[0] <= now]:
                        open_until.remove(item)
                        item[1].close()
                        closed += 1
                    if now < end and len(open_until) < 60:
                        s = socket.create_connection(('127.0.0.1', 5000))
                        open_until.append((now + 10 ** random.uniform(-3, 0), s))
                    time.sleep(0.002)
                with open('\(folder)/\(uid)-', 'w') as ledger: ledger.write(str(closed))
                os.rename('\(folder)/\(uid)-', '\(folder)/\(uid)')
            os.setuid(\(uid))
            threading.Thread(target=churn, daemon=True).start()
            """)
        }
        var sampler = try Sampler(SampleOptions(countsOwners: true, rememberedSockets: 100_000))
        var truth: [UInt64: Int] = [:]
        for _ in 0..<1000 where !users.allSatisfy({ File.exists("\(folder)/\($0)") }) {
          try sampler.sample()
          Settling.pause(milliseconds: 30)
        }
        for uid in users {
          let text = try KernelFile.read("\(folder)/\(uid)")
          truth[UInt64(uid)] = Int(String(decoding: text, as: UTF8.self))
          File.remove("\(folder)/\(uid)")
        }
        Settling.pause(milliseconds: 100)
        try sampler.sample()
        let snapshot = sampler.snapshot(of: try NamespaceIdentity.current())
        let pool = snapshot.pools.first { $0.key.kind == .connect }
        let owners = (pool?.owners ?? []).filter { $0.kind == .user }
        let total = truth.values.reduce(0, +)
        // One in a thousand is reset where much else runs, and waits nowhere.
        let waiting = pool?.inUse ?? 0
        check(waiting <= total && waiting * 100 >= total * 99, "\(waiting) wait, \(truth)")
        check(owners.reduce(0) { $0 + $1.ports } == waiting, "\(owners), \(truth)")
        var known = 0
        for owner in owners {
          let seen = owner.ports - owner.inferredPorts
          known += seen
          check(seen <= truth[owner.id] ?? 0, "\(owner) but \(truth)")
          check(owner.isInferred == (owner.inferredPorts > 0), "\(owner)")
        }
        // Most live longer than the time between two looks.
        check(known * 3 > total, "\(known) of \(total) known: \(owners), \(truth)")
        withExtendedLifetime((server, holders)) {}
      }
    }
  }
}
