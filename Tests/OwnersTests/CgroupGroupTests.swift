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

  @Test
  func `what a collector saw has the name that it had then, or is the living one of that name`() {
    var groups = CgroupGroups()
    let living = groups.place(of: 1, Self.entry("/system.slice/a.service"), isGone: false)
    let nameless = groups.place(of: 2, nil, isGone: true)
    groups.remember("b.service", at: nameless)
    groups.remember("z.service", at: living)
    let places = [
      // Restarted: its cgroup is another.
      groups.place(ofRemembered: 3, "a.service", nil, isGone: true),
      groups.place(ofRemembered: 4, "b.service", nil, isGone: true),
      groups.place(ofRemembered: 5, "c.service", nil, isGone: true),
      groups.place(ofRemembered: 6, "c.service", nil, isGone: true),
      // It lives, and holds nothing alive.
      groups.place(
        ofRemembered: 7, "d.service", Self.entry("/system.slice/d.service"), isGone: false),
      // It may live, where it cannot be seen.
      groups.place(ofRemembered: 8, "a.service", nil, isGone: false),
      groups.place(ofRemembered: 9, nil, nil, isGone: true),
    ]
    #expect(places == [living, nameless, 2, 2, 3, 4, 5])
    let counts = OwnerCounts(PortHoldings(), ownerCount: OwnerCounts.firstKnown + 6) { _ in 0 }
    let owners = groups.owners(counts)
    #expect(
      owners.map(\.name)
        == ["a.service", "b.service", "c.service", "d.service", "a.service", "cgroup 9"])
    #expect(owners.map(\.isGone) == [false, true, true, false, false, true])
    #expect(owners.map(\.id) == [1, 2, 5, 7, 8, 9])
  }
}
