import Frames
import HostFacts
import Inet
import Kernel
import NetlinkTestKit
import Pools
import PropertyTestKit
import Testing

@testable import Collector

/// Who holds ports in the frames of a collector, against a host that was made up.
@Suite struct CollectorOwnerTests {
  /// Numbers that no cgroup and no user of the host that runs this has.
  private static let cgroup: UInt64 = 1 << 50
  private static let user: UInt32 = 4_100_000_000
  private static let source = IPAddress(ipv4: 0x0a00_0001)

  private static func row(
    _ port: Int, owner: UInt64, to destinationPort: UInt16 = 443,
    _ change: (inout FakeRow) -> Void = { _ in }
  ) -> FakeRow {
    FakeRow { row in
      row.sourcePort = UInt16(port)
      row.destinationPort = destinationPort
      row.source = source
      row.cookie = UInt64(port) << 16 | UInt64(destinationPort)
      row.inode = 7
      row.uid = user + UInt32(owner)
      change(&row)
      row.append(.cgroupID(cgroup + owner))
    }
  }

  /// The same socket in TIME_WAIT, of which the kernel tells no owner.
  private static func waiting(_ row: FakeRow) -> FakeRow {
    var row = row
    (row.state, row.timer, row.inode, row.uid, row.attributeBytes) = (6, 3, 0, 0, [])
    return row
  }

  private static func key(_ port: UInt16 = 443) -> PoolKey {
    .connect(
      source: source, destination: IPAddress(ipv4: 0x0a00_0002), port: port, interface: 0)
  }

  private static func owners(_ frame: Frame, of key: PoolKey) throws -> [OwnerRecord] {
    frame.owners(of: try #require(frame.pools.first { $0.key == key }))
  }

  private static func record(
    _ owner: UInt64, _ ports: Int, _ timeWait: Int = 0, isInferred: Bool = false
  ) -> OwnerRecord {
    OwnerRecord(
      kind: .cgroup, id: cgroup + owner, name: "cgroup \(cgroup + owner)", ports: ports,
      timeWait: timeWait, isInferred: isInferred)
  }

  @Test func `a frame says who holds each pool, and who holds ports at all`() throws {
    let table = FakeTable()
    // Eight ports, of which three go to two destinations: distinct ones count once for the host.
    table.connect((0..<8).map { Self.row(33_000 + $0, owner: 1) })
    table.connect((0..<3).map { Self.row(33_000 + $0, owner: 1, to: 80) })
    table.connect((0..<5).map { Self.row(34_000 + $0, owner: 2) })
    var collector = try table.collector()
    let frame = collector.frame(0)
    #expect(!frame.flags.contains(.ownersUnavailable))
    #expect(try Self.owners(frame, of: Self.key()) == [Self.record(1, 8), Self.record(2, 5)])
    #expect(try Self.owners(frame, of: Self.key(80)) == [Self.record(1, 3)])
    for key in [PoolKey.bind(.any), .bind(.anyIPv4), .bind(.address(Self.source))] {
      #expect(
        try Self.owners(frame, of: key) == [Self.record(1, 8), Self.record(2, 5)], "\(key)")
    }
    #expect(frame.owners.filter { $0.kind == .cgroup } == [Self.record(1, 8), Self.record(2, 5)])
    let users = frame.owners.filter { $0.kind == .user }
    #expect(users.map(\.id) == [UInt64(Self.user) + 1, UInt64(Self.user) + 2])
    #expect(users.map(\.ports) == [8, 5] && users[0].name == "uid \(Self.user + 1)")
    #expect(frame.owners.map(\.ports) == [8, 8, 5, 5])
  }

  @Test func `what was seen alive is known in TIME_WAIT, and the rest is divided by destination`()
    throws
  {
    let table = FakeTable()
    let first = (0..<10).map { Self.row(33_000 + $0, owner: 1) }
    let second = (0..<20).map { Self.row(34_000 + $0, owner: 2, to: 80) }
    table.connect(first + second)
    var collector = try table.collector()
    _ = collector.frame(0)
    // Six of the first wait; and thirty of nobody who was seen, to the second's destination.
    let unseen = (0..<30).map { Self.waiting(Self.row(35_000 + $0, owner: 3, to: 80)) }
    table.change { $0.host.tcp = first.prefix(6).map { Self.waiting($0) } + first.dropFirst(6) }
    table.connect(second + unseen)
    let frame = collector.frame(1)
    #expect(try Self.owners(frame, of: Self.key()) == [Self.record(1, 10, 6)])
    let guessed = Self.record(2, 50, 30, isInferred: true)
    #expect(try Self.owners(frame, of: Self.key(80)) == [guessed])
    // By address as by destination: not in proportion to what is alive.
    #expect(try Self.owners(frame, of: .bind(.any)) == [guessed, Self.record(1, 10, 6)])
    #expect(frame.owners.filter { $0.kind == .cgroup } == [guessed, Self.record(1, 10, 6)])
  }

  @Test func `FIN_WAIT2 orphans that were seen alive are known, and wait in no TIME_WAIT`() throws {
    let table = FakeTable()
    let first = (0..<20).map { Self.row(33_000 + $0, owner: 1) }
    let second = (0..<20).map { Self.row(34_000 + $0, owner: 2) }
    table.connect(first + second)
    var collector = try table.collector()
    _ = collector.frame(0)
    let orphans = first.map { row in
      var row = Self.waiting(row)
      row.state = 5
      return row
    }
    table.change { $0.host.tcp = [] }
    table.connect(orphans + second.map(Self.waiting))
    let frame = collector.frame(1)
    let expected = [Self.record(1, 20), Self.record(2, 20, 20)]
    for key in [Self.key(), .bind(.any), .bind(.address(Self.source))] {
      #expect(try Self.owners(frame, of: key) == expected, "\(key)")
    }
    #expect(frame.owners.filter { $0.kind == .cgroup } == expected)
  }

  @Test func `ports of a pool where nobody is known are nobody's, also where they block bind`()
    throws
  {
    let table = FakeTable()
    table.connect((0..<10).map { Self.row(33_000 + $0, owner: 1) })
    table.connect((0..<30).map { Self.waiting(Self.row(35_000 + $0, owner: 3, to: 80)) })
    var collector = try table.collector()
    let frame = collector.frame(0)
    for key in [Self.key(), .bind(.any), .bind(.address(Self.source))] {
      #expect(try Self.owners(frame, of: key) == [Self.record(1, 10)], "\(key)")
    }
    #expect(try Self.owners(frame, of: Self.key(80)).isEmpty)
  }

  @Test func `who closed a socket is its user still, until it is gone from TIME_WAIT`() throws {
    let table = FakeTable()
    let first = (0..<20).map { Self.row(33_000 + $0, owner: 1) }
    let second = (0..<20).map { Self.row(34_000 + $0, owner: 2) }
    table.connect(first + second)
    var collector = try table.collector()
    _ = collector.frame(0)
    // FIN_WAIT1: a whole socket without descriptor, of which the kernel tells the cgroup alone.
    let closed = first.map { row in
      var row = row
      (row.state, row.inode, row.uid) = (4, 0, 0)
      return row
    }
    func users(_ frame: Frame) -> [OwnerRecord] { frame.owners.filter { $0.kind == .user } }
    table.change { $0.host.tcp = [] }
    table.connect(closed + second)
    let closing = users(collector.frame(1))
    #expect(closing.map(\.id) == [1, 2].map { UInt64(Self.user) + $0 })
    #expect(closing.map(\.ports) == [20, 20] && closing.allSatisfy { !$0.isInferred })
    table.change { $0.host.tcp = [] }
    table.connect(first.map(Self.waiting) + second)
    let waiting = users(collector.frame(2))
    #expect(waiting.map(\.ports) == [20, 20] && waiting.map(\.timeWait) == [20, 0])
    #expect(waiting.allSatisfy { !$0.isInferred }, "\(waiting)")
  }

  @Test func `listeners, idle binds and UDP have owners`() throws {
    let table = FakeTable()
    let any = IPAddress.anyIPv4, here = Self.source
    table.change {
      $0.host.tcp = [
        Self.row(40_000, owner: 4, to: 0) {
          ($0.state, $0.source, $0.destination) = (10, any, any)
        }
      ]
      $0.host.idleBinds = [
        Self.row(41_000, owner: 5, to: 0) { ($0.state, $0.destination) = (7, any) }
      ]
      $0.host.udp =
        (0..<3).map { Self.row(42_000 + $0, owner: 6) }
        + [
          Self.row(42_100, owner: 7, to: 0) {
            ($0.state, $0.source, $0.destination) = (7, any, any)
          }
        ]
    }
    table.connect([Self.row(33_000, owner: 1)])
    var collector = try table.collector()
    let frame = collector.frame(0)
    // A record keeps two: which ones is decided by ports, then by number.
    #expect(
      try Self.owners(frame, of: .bind(.address(here))) == [Self.record(1, 1), Self.record(4, 1)])
    let cgroups = frame.owners.filter { $0.kind == .cgroup }
    #expect(Set(cgroups) == Set([1, 4, 5, 7].map { Self.record($0, 1) } + [Self.record(6, 3)]))
    for key in [PoolKey.udp(.ipv4), .udp(.ipv6), .udpBind(.any)] {
      #expect(
        try Self.owners(frame, of: key) == [Self.record(6, 3), Self.record(7, 1)], "\(key)")
    }
    #expect(
      try Self.owners(frame, of: .udpBind(.address(here)))
        == [Self.record(6, 3), Self.record(7, 1)])
  }

  @Test func `a focus and bounds keep the owners of the last count of all`() throws {
    let table = FakeTable()
    // Two are named, and the third is who else there was.
    table.connect(
      (0..<22_000).map { Self.row(33_000 + $0, owner: $0 < 20_000 ? 1 : $0 < 21_500 ? 2 : 3) })
    var collector = try table.collector()
    let first = collector.frame(0)
    collector.lastDump?.cpuNanoseconds = 1 << 50
    table.connect((0..<5_300).map { Self.row(55_000 + $0, owner: 4) })
    let frame = collector.frame(1)
    let pool = try #require(frame.pools.first { $0.key == Self.key() })
    #expect(pool.method == .focus && pool.inUse.last == 27_300)
    #expect(frame.owners(of: pool) == [Self.record(1, 20_000), Self.record(2, 1500)])
    // What has come since is nobody's share of what was counted then.
    #expect(pool.otherOwners == OwnersRest(ports: 500, timeWait: 0))
    #expect(frame.owners == first.owners && !frame.flags.contains(.ownersUnavailable))
  }

  @Test func `nobody is named where owners are not counted, and the frame says so`() throws {
    let table = FakeTable()
    table.connect([Self.row(33_000, owner: 1)])
    var options = FakeTable.options
    options.sample.countsOwners = false
    var collector = try table.collector(options)
    let frame = collector.frame(0)
    #expect(frame.flags.contains(.ownersUnavailable))
    #expect(frame.owners.isEmpty && frame.pools.allSatisfy { $0.owners.isEmpty })
  }

  @Test func `before anything was counted owners are not known`() throws {
    let table = FakeTable()
    table.change { $0.host.refusals = [.legacy: .notPermitted, .table: .notPermitted] }
    var collector = try table.collector()
    let frame = collector.frame(0)
    #expect(frame.flags.contains(.ownersUnavailable) && frame.owners.isEmpty)
  }

  @Test func `distinct ports of random tables are as in a naive count`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(20) {
      let table = FakeTable()
      let rows = (0..<generator.small(400)).map { _ in
        Self.row(
          33_000 + generator.small(300), owner: UInt64(generator.small(5)),
          to: generator.pick([80, 443])
        ) { row in
          let end = UInt32(generator.small(3))
          row.source = IPAddress(ipv4: 0x0a00_0001 + end)
          if generator.oneIn(4) {
            row.family = 10
            row.source = IPAddress(high: 0x2001_0db8_0000_0000, low: UInt64(end))
            row.destination = IPAddress(high: 0x2001_0db8_0000_0001, low: 1)
          }
        }
      }
      table.connect(rows)
      var collector = try table.collector()
      let frame = collector.frame(0)
      var ports: [UInt32: Set<UInt16>] = [:], here: [IPAddress: [UInt32: Set<UInt16>]] = [:]
      for row in rows {
        ports[row.uid, default: []].insert(row.sourcePort)
        here[row.source, default: [:]][row.uid, default: []].insert(row.sourcePort)
      }
      let users = frame.owners.filter { $0.kind == .user }
      #expect(
        Dictionary(uniqueKeysWithValues: users.map { (UInt32($0.id), $0.ports) })
          == ports.mapValues(\.count), "\(generator.replay)")
      for (address, holders) in here {
        let two = holders.map { (id: Self.cgroup + UInt64($0 - Self.user), ports: $1.count) }
          .sorted { ($1.ports, $0.id) < ($0.ports, $1.id) }.prefix(2)
        let named = try Self.owners(frame, of: .bind(.address(address)))
        #expect(named.map(\.id) == two.map(\.id), "\(address), \(generator.replay)")
        #expect(named.map(\.ports) == two.map(\.ports), "\(address), \(generator.replay)")
      }
    }
  }
}
