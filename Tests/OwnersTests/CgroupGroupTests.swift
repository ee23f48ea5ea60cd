import Inet
import Owners
import Testing

/// Cgroups that are one owner to people.
@Suite struct CgroupGroupTests {
  private static func entry(_ path: String, isGone: Bool = false) -> CgroupNames.Entry {
    CgroupNames.Entry(path: path, isGone: isGone)
  }

  @Test func `a unit with several cgroups is one owner, and a port of two of them one port`() {
    var holdings = PortHoldings()
    for (owner, ports) in [(11, 40_000...40_006), (12, 40_006...40_011), (13, 40_020...40_020)] {
      for port in ports {
        holdings.append(
          owner: UInt64(owner),
          tuple: TupleKey(
            source: IPAddress(ipv4: 1), destination: IPAddress(ipv4: UInt32(owner)), port: 443),
          port: UInt16(port), state: 1)
      }
    }
    var groups = CgroupGroups()
    let paths: [UInt64: String] = [
      11: "/system.slice/haproxy.service/worker", 12: "/system.slice/haproxy.service",
      13: "/system.slice/cron.service",
    ]
    let places = [11, 12, 13].map {
      groups.place(of: $0, paths[$0].map { Self.entry($0) }, isGone: false)
    }
    #expect(places == [0, 0, 1])
    let counts = OwnerCounts(holdings, ownerCount: OwnerCounts.firstKnown + 2) {
      OwnerCounts.firstKnown + ($0 == 13 ? 1 : 0)
    }
    let owners = groups.owners(counts)
    #expect(owners.map(\.name) == ["haproxy.service", "cron.service"])
    #expect(owners.map(\.count.ports) == [12, 1] && owners.map(\.count.sockets) == [13, 1])
    #expect(owners.map(\.id) == [12, 13])
    #expect(
      owners[0].members == [
        CgroupMember(id: 12, path: "/system.slice/haproxy.service"),
        CgroupMember(id: 11, path: "/system.slice/haproxy.service/worker"),
      ])
    #expect(owners[1].members.isEmpty)
  }

  @Test func `what is another's, or has gone, or has no name, is an owner of its own`() {
    var groups = CgroupGroups()
    let cgroups: [(path: String?, isGone: Bool)] = [
      ("/system.slice/a.service", false), ("/system.slice/a.service", true),
      ("/user.slice/user-1000.slice/user@1000.service/a.service", false),
      ("/user.slice/user-1001.slice/user@1001.service/a.service", false),
      (nil, true), (nil, false), ("/", false), ("/a/b", false),
    ]
    let places = cgroups.enumerated().map { index, cgroup in
      groups.place(
        of: UInt64(index), cgroup.path.map { Self.entry($0, isGone: cgroup.isGone) },
        isGone: cgroup.isGone)
    }
    #expect(places == Array(0..<8))
  }
}
