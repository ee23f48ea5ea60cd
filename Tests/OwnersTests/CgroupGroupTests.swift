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
    _ = groups.place(of: 20, Self.entry("/x.slice/long-one.service"), isGone: false)
    _ = groups.place(of: 21, Self.entry("/x.slice/twice-1.service"), isGone: false)
    _ = groups.place(of: 22, Self.entry("/x.slice/twice-2.service"), isGone: false)
    groups.remember("b.service", at: nameless)
    groups.remember("z.service", at: living)
    func place(
      _ number: UInt64, _ name: String?, isWhole: Bool = true, isGone: Bool = true
    ) -> Int {
      groups.place(
        ofRemembered: number, name, isWhole: isWhole, nil, isGone: isGone
      ) { isWhole ? $0 == name : $0.hasPrefix(name ?? "") }
    }
    let places = [
      // Restarted: its cgroup is another.
      place(3, "a.service"), place(4, "b.service"), place(5, "c.service"), place(6, "c.service"),
      // A part of a name is somebody's where it can be but one's; two with the same part may be two.
      place(30, "long-", isWhole: false), place(31, "twice-", isWhole: false),
      place(32, "twice-", isWhole: false),
      // It may live, where it cannot be seen.
      place(8, "a.service", isGone: false), place(9, nil),
      // It lives, and holds nothing alive.
      groups.place(
        ofRemembered: 7, "d.service", isWhole: true, Self.entry("/system.slice/d.service"),
        isGone: false
      ) { _ in false },
    ]
    #expect(places == [living, nameless, 5, 5, 2, 6, 7, 8, 9, 10])
    let counts = OwnerCounts(PortHoldings(), ownerCount: OwnerCounts.firstKnown + 11) { _ in 0 }
    let owners = groups.owners(counts)
    #expect(
      owners.map(\.name) == [
        "a.service", "b.service", "long-one.service", "twice-1.service", "twice-2.service",
        "c.service", "twice-", "twice-", "a.service", "cgroup 9", "d.service",
      ])
    #expect(owners.indices.filter { owners[$0].isGone } == [1, 5, 6, 7, 9])
    #expect(owners.map(\.id) == [1, 2, 20, 21, 22, 5, 31, 32, 8, 9, 7])
  }
}
