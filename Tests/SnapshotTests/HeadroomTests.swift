import Collector
import Glibc
import Inet
import Kernel
import KernelTestKit
import Pools
import PropertyTestKit
import Testing

/// Headroom is a promise: exactly so many more succeed, tried out in random namespaces.
@Suite(.needsRoot) struct HeadroomTests {
  @Test func `as many connects succeed as a pool has headroom`() async {
    await #expect(processExitsWith: .success) {
      inNarrowHosts { host, snapshot in
        let (source, destination) = host.pair()
        let key = PoolKey.connect(
          source: source.address, destination: destination.address, port: 5000, interface: 0)
        let pool = snapshot.pools.first { $0.key == key }
        let promised = pool?.headroom ?? snapshot.space.connectCapacity
        return Trial(key, promised...promised, until: EADDRNOTAVAIL) {
          try TestSocket.connected(to: destination, from: source, bindsLate: true)
        }
      }
    }
  }

  @Test func `as many binds succeed as an address or a wildcard has headroom`() async {
    await #expect(processExitsWith: .success) {
      inNarrowHosts { host, snapshot in
        let address = host.generator.pick(
          NarrowHost.addresses + [NarrowHost.loopbackIPv6, .anyIPv4, .anyIPv6, .anyIPv4, .anyIPv6])
        let local: BindLocal =
          address == .anyIPv4 ? .anyIPv4 : address == .anyIPv6 ? .any : .address(address)
        guard let pool = snapshot.pools.first(where: { $0.key == .bind(local) }) else { return nil }
        return Trial(pool, until: EADDRINUSE) { try TestSocket.bound(Endpoint(address)) }
      }
    }
  }

  @Test func `as many UDP sockets connect as their family has headroom`() async {
    await #expect(processExitsWith: .success) {
      inNarrowHosts { host, snapshot in
        let family = host.generator.pick(AddressFamily.allCases)
        guard let pool = snapshot.pools.first(where: { $0.key == .udp(family) }) else { return nil }
        let remote =
          family == .ipv4 ? NarrowHost.addresses[1] : NarrowHost.loopbackIPv6
        return Trial(pool, until: EAGAIN) {
          try TestSocket.udp(connected: Endpoint(remote, 53))
        }
      }
    }
  }

  @Test func `as many UDP binds succeed as an address or the wildcard has headroom`() async {
    await #expect(processExitsWith: .success) {
      inNarrowHosts { host, snapshot in
        let address = host.generator.pick(
          NarrowHost.addresses + [NarrowHost.loopbackIPv6, .anyIPv6, .anyIPv6])
        let local: BindLocal = address == .anyIPv6 ? .any : .address(address)
        guard let pool = snapshot.pools.first(where: { $0.key == .udpBind(local) }) else {
          return nil
        }
        return Trial(pool, until: EADDRINUSE) {
          try TestSocket.udp(bound: Endpoint(address))
        }
      }
    }
  }
}

/// Something that is done again and again until it fails for want of ports.
private struct Trial {
  let key: PoolKey
  let promised: ClosedRange<Int>
  let errno: Int32
  let act: () throws -> TestSocket

  init(
    _ key: PoolKey, _ promised: ClosedRange<Int>, until errno: Int32,
    _ act: @escaping () throws -> TestSocket
  ) {
    self.key = key
    self.promised = promised
    self.errno = errno
    self.act = act
  }

  init(_ pool: Pool, until errno: Int32, _ act: @escaping () throws -> TestSocket) {
    self.init(pool.key, (pool.headroomLower ?? pool.headroom)...pool.headroom, until: errno, act)
  }
}

/// Makes namespaces, lets `choose` pick what is tried in each, and holds the promise against the truth.
private func inNarrowHosts(
  _ choose: (inout NarrowHost, NamespaceSnapshot) -> Trial?
) {
  let first = SeededGenerator.fresh()
  let rounds = 40 * (Environment.value("ULLAGE_TEST_ROUNDS").flatMap { Int($0) } ?? 1)
  for round in 0..<rounds {
    // One seed gives one namespace, so that a failure is had again alone.
    let generator = SeededGenerator(seed: first.seed &+ UInt64(round))
    inFreshNamespace { namespace in
      var host = try NarrowHost(namespace, generator)
      try host.fill()
      guard let trial = choose(&host, try takeSnapshot()) else { return }
      var sockets: [TestSocket] = []
      while sockets.count <= 100 {
        do {
          sockets.append(try trial.act())
        } catch let error as SystemCallError where error.errno.rawValue == trial.errno {
          break
        }
      }
      ExitTestReport.check(
        trial.promised.contains(sockets.count),
        "\(trial.key): \(trial.promised) promised, \(sockets.count) came true, \(generator.replay)")
      withExtendedLifetime(host) {}
    }
  }
}
