import Frames
import Inet
import KernelTestKit
import OutputTestKit
import Pools
import Testing

/// Who holds ports in a ring, against sockets that were opened in two cgroups for real.
@Suite(.needsRoot) struct CollectedOwnersTests {
  /// What a cgroup must hold of a pool.
  private struct Account {
    var name: String
    var ports: Int
    var timeWait: Int

    func matches(_ owner: OwnerRecord?) -> Bool {
      owner?.name == name && owner?.kind == .cgroup && owner?.ports == ports
        && owner?.timeWait == timeWait && owner?.isInferred == false
    }
  }

  @Test func `ports and TIME_WAIT of two cgroups are as in the test's own account`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        guard let first = try TestCgroup.make(), let second = try TestCgroup.make() else { return }
        // What waits is not to be taken over meanwhile.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let server = try TestSocket.listener(.loopback(5000))
        let other = try TestSocket.listener(.loopback(5001))
        var ones = try first.run { try (0..<20).map { _ in try Connection.established(server) } }
        var twos = try second.run { try (0..<9).map { _ in try Connection.established(server) } }
        let more = try second.run { try (0..<4).map { _ in try Connection.established(other) } }
        let datagrams = try second.run {
          try (0..<6).map { _ in try TestSocket.udp(connected: .loopback(53)) }
        }
        var host = try LiveCollection()
        _ = try host.step()
        for index in 0..<12 { try ones[index].enterTimeWait() }
        for index in 0..<3 { try twos[index].enterTimeWait() }
        var frame = try host.step()
        // The close may be seen a frame later.
        for _ in 0..<20 where frame.gauges[.timeWait]?.last != 15 { frame = try host.step() }

        func owners(_ key: PoolKey) -> [OwnerRecord] {
          frame.pools.first { $0.key == key }.map { frame.owners(of: $0) } ?? []
        }
        let local = IPAddress(ipv4: 0x7f00_0001)
        let connects = owners(
          .connect(source: local, destination: local, port: 5000, interface: 0))
        let one = Account(name: first.name, ports: 20, timeWait: 12)
        ExitTestReport.check(
          one.matches(connects.first)
            && Account(name: second.name, ports: 9, timeWait: 3).matches(connects.last),
          "\(connects)")
        let all = Account(name: second.name, ports: 13, timeWait: 3)
        for key in [PoolKey.bind(.any), .bind(.anyIPv4), .bind(.address(local))] {
          let binds = owners(key)
          ExitTestReport.check(
            one.matches(binds.first) && all.matches(binds.last), "\(key): \(binds)")
        }
        for key in [PoolKey.udp(.ipv4), .udp(.ipv6), .udpBind(.any)] {
          let bound = owners(key)
          ExitTestReport.check(
            bound.count == 1
              && Account(name: second.name, ports: 6, timeWait: 0).matches(bound.first),
            "\(key): \(bound)")
        }
        let ranked = frame.owners.filter { $0.kind == .cgroup && $0.name.hasPrefix("ullage-test") }
        ExitTestReport.check(
          one.matches(ranked.first)
            && Account(name: second.name, ports: 19, timeWait: 3).matches(ranked.last),
          "\(ranked)")
        let root = frame.owners.first { $0.kind == .user }
        ExitTestReport.check(root?.id == 0 && root?.ports == 39, "\(frame.owners)")
        ExitTestReport.check(!frame.flags.contains(.ownersUnavailable), "owners are counted")
        withExtendedLifetime((server, other, ones, twos, more, datagrams)) {}
      }
    }
  }

  @Test func `a unit with several cgroups is one owner, in frames and in a ranking`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        guard let unit = try TestCgroup.make() else { return }
        let server = try TestSocket.listener(.loopback(5000))
        let workers = try unit.run(in: "worker") {
          try (0..<7).map { _ in try Connection.established(server) }
        }
        let masters = try unit.run(in: "master") {
          try (0..<6).map { _ in try Connection.established(server) }
        }
        var host = try LiveCollection()
        let frame = try host.step()
        for kind in [PoolKind.connect, .bind] {
          let pool = frame.pools.first { $0.key.kind == kind }
          let owners = (pool.map { frame.owners(of: $0) } ?? []).filter { $0.kind == .cgroup }
          ExitTestReport.check(
            Account(name: unit.name, ports: 13, timeWait: 0).matches(owners.first)
              && owners.count { $0.name == unit.name } == 1, "\(kind): \(owners)")
        }
        let run = try Program.built("ullage", ["owners", "--by", "cgroup", "--json"]).run()
        ExitTestReport.check(
          run.text.contains("\"name\":\"\(unit.name)\",\"ports\":13,"), run.text)
        for child in ["master", "worker"] {
          ExitTestReport.check(
            run.text.contains("\"path\":\"/\(unit.name)/\(child)\"}"), run.text)
        }
        withExtendedLifetime((server, workers, masters)) {}
      }
    }
  }

  @Test func `a cgroup that has gone keeps its name as long as its ports wait`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let server = try TestSocket.listener(.loopback(5000))
        var host = try LiveCollection()
        var name = ""
        do {
          guard let cgroup = try TestCgroup.make() else { return }
          name = cgroup.name
          var connections = try cgroup.run {
            try (0..<5).map { _ in try Connection.established(server) }
          }
          _ = try host.step()
          for index in connections.indices { try connections[index].enterTimeWait() }
        }
        var frame = try host.step()
        for _ in 0..<20 where frame.gauges[.timeWait]?.last != 5 { frame = try host.step() }
        let pool = frame.pools.first { $0.key.kind == .connect }
        let owner = pool.flatMap { frame.topOwner(of: $0) }
        ExitTestReport.check(
          Account(name: name, ports: 5, timeWait: 5).matches(owner), "\(frame.owners)")
        withExtendedLifetime(server) {}
      }
    }
  }
}
