import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// Who holds the pools of a snapshot.
@Suite struct SnapshotOwnersTests {
  private let golden = Golden(besides: #filePath)

  /// The busy host with owners of its connect pools: units in the first, users alone in the second, nobody
  /// known in the third, a name that steers terminals in the fourth.
  private static var owned: Snapshot {
    var snapshot = MadeUpHost.busy
    let owners: [[PoolOwner]] = [
      [
        PoolOwner(
          kind: .cgroup, id: 4711, name: "haproxy.service", ports: 20_102, timeWait: 17_890,
          isInferred: true, inferredPorts: 16_000),
        PoolOwner(
          kind: .cgroup, id: 7, name: "cron.service", ports: 640, timeWait: 3, isInferred: false),
        PoolOwner(
          kind: .cgroup, id: 8, name: "pod 0a1b2c3d containerd 3f9a1c0de4b5", ports: 12,
          timeWait: 0, isInferred: false),
        PoolOwner(kind: .cgroup, id: 9, name: nil, ports: 1, timeWait: 0, isInferred: false),
        PoolOwner(
          kind: .user, id: 33, name: "www-data", ports: 20_755, timeWait: 17_893, isInferred: true),
        sampled(812, "haproxy (812)", 13_000, 11_900...14_050),
        sampled(813, "haproxy (813)", 7100, 5980...8200),
        sampled(901, "a long command (901)", 640, 640...640),
      ],
      [
        PoolOwner(kind: .cgroup, id: 1, name: "/", ports: 9, timeWait: 0, isInferred: false),
        PoolOwner(kind: .user, id: 33, name: "www-data", ports: 7, timeWait: 0, isInferred: false),
        PoolOwner(kind: .user, id: 1000, name: nil, ports: 2, timeWait: 0, isInferred: false),
      ],
      [],
      [
        PoolOwner(
          kind: .cgroup, id: 2, name: "/\u{1b}[31m\u{202e}evil", ports: 1, timeWait: 0,
          isInferred: false)
      ],
    ]
    for place in snapshot.namespaces.indices {
      var next = 0
      for index in snapshot.namespaces[place].pools.indices
      where snapshot.namespaces[place].pools[index].key.kind == .connect {
        snapshot.namespaces[place].pools[index].owners = owners[min(next, owners.count - 1)]
        next += 1
      }
      for index in snapshot.namespaces[place].addresses.indices {
        snapshot.namespaces[place].addresses[index].cgroupCount = 4
        snapshot.namespaces[place].addresses[index].userCount = 1
        snapshot.namespaces[place].addresses[index].processCount = 2
      }
    }
    return snapshot
  }

  /// A process of which a sample of descriptors was looked at.
  private static func sampled(
    _ id: UInt64, _ name: String, _ ports: Int, _ bounds: ClosedRange<Int>
  ) -> PoolOwner {
    var owner = PoolOwner(
      kind: .process, id: id, name: name, ports: ports, timeWait: 0, isInferred: false)
    owner.bounds = bounds
    return owner
  }

  @Test func `the page says who holds a pool, below it`() throws {
    for (name, style, isRedacted) in [
      ("owned-80", Style(), false), ("owned-140", Style(columns: 140), false),
      ("owned-80-ascii", Style(isUnicode: false), false), ("owned-80-redacted", Style(), true),
    ] {
      let page = SnapshotPage.text(
        Self.owned, style: style, names: Names(redacted: isRedacted))
      let difference = try golden.difference("\(name).txt", page)
      #expect(difference == nil, "\(difference ?? "")")
      #expect(!page.contains(0x1b))
    }
  }

  @Test func `the document has the owners, and keeps its schema`() throws {
    let document = SnapshotDocument.json(Self.owned)
    let redacted = SnapshotDocument.json(Self.owned, names: Names(redacted: true))
    let faults = try DocumentSchema("ullage.snapshot-1").faults(document + redacted)
    #expect(faults == nil, "\(faults ?? "")")
    let text = String(decoding: document, as: UTF8.self)
    #expect(
      text.contains(
        #"{"kind":"cgroup","id":4711,"name":"haproxy.service","ports":20102,"time_wait":17890,"#
          + #""inferred":true,"inferred_ports":16000,"ports_low":20102,"ports_high":20102}"#))
    #expect(text.contains(#""name":"haproxy (812)","ports":13000,"time_wait":0,"inferred":false,"#))
    #expect(text.contains(#""ports_low":11900,"ports_high":14050}"#))
    #expect(text.contains(#""owners":{"cgroup":4,"process":2,"process_bound":"lower","user":1}"#))
    #expect(!String(decoding: redacted, as: UTF8.self).contains("haproxy"))
  }
}
