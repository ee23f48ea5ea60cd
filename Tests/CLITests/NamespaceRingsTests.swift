import Collector
import Console
import FrameRing
import Kernel
import OutputTestKit
import Rendering
import Ring
import Settings
import Testing

@testable import ullage

/// Which ring is whose, where a collector of all namespaces has named them by cookie.
@Suite struct NamespaceRingsTests {
  private static func makeRing(
    _ path: String, name: String, inode: UInt64, cookie: UInt64 = 0, secondsAgo: UInt64 = 0,
    isClosed: Bool = false, boot: BootID? = nil
  ) throws {
    let identity = RingIdentity(
      bootID: try boot ?? BootID.current(), namespaceCookie: cookie, namespaceInode: inode,
      namespaceName: name, hostName: "h", writerPID: 1, writerStartRealtimeNanoseconds: 1,
      intervalNanoseconds: 60_000_000_000)
    var writer = try RingWriter(
      path: path, geometry: FleetMember.shape.geometry, identity: identity)
    let age = secondsAgo * 1_000_000_000
    try writer.heartbeat(
      realtimeNanoseconds: Clock.realtimeNanoseconds() - age,
      monotonicNanoseconds: Clock.monotonicNanoseconds() - age)
    if isClosed { try writer.close() }
    // Its age is that of its files, too.
    if secondsAgo > 0 {
      for suffix in ["", ".lock"] {
        let run = try Program(
          "/usr/bin/env", ["touch", "-d", "\(secondsAgo) seconds ago", path + suffix]
        ).run()
        #expect(run.end == .status(0), "\(run.message)")
      }
    }
  }

  private static func rings(in folder: String) throws -> [String] {
    try Directory.names(in: folder).sorted()
  }

  @Test func `who lives is known by its cookie, then its inode, whatever a ring is called`() throws
  {
    try withFolder { folder in
      try Self.makeRing("\(folder)/web.ring", name: "web", inode: 10, cookie: 1)
      try Self.makeRing("\(folder)/ns-2.ring", name: "web", inode: 11, cookie: 2, secondsAgo: 50)
      try Self.makeRing("\(folder)/ns-3.ring", name: "docker 12", inode: 12, secondsAgo: 1)
      try Self.makeRing("\(folder)/ns-4.ring", name: "gone", inode: 13, isClosed: true)
      try Self.makeRing("\(folder)/host.ring", name: "host", inode: 14)
      let other = BootID(high: 1, low: 2)
      try Self.makeRing("\(folder)/ns-5.ring", name: "past", inode: 10, cookie: 9, boot: other)
      func newest(_ name: String, _ inode: UInt64, _ cookie: UInt64? = nil) -> String? {
        NamespaceRings.newest(
          of: NamespaceIdentity(name: name, inode: inode, cookie: cookie), in: folder)
      }
      // Another one was called web before, and its inode may be anybody's.
      #expect(newest("web", 11, 2) == "\(folder)/ns-2.ring")
      #expect(newest("web", 10, 3) == nil && newest("web", 99) == nil)
      #expect(newest("pid:812", 12) == "\(folder)/ns-3.ring")
      #expect(newest("pid:812", 14) == "\(folder)/host.ring")
      // Its writer has ended: only the name says that the inode is the same one's still.
      #expect(newest("pid:812", 13) == nil && newest("gone", 13) == "\(folder)/ns-4.ring")
      // Of another boot a name is all there is.
      #expect(newest("past", 99, 9) == "\(folder)/ns-5.ring" && newest("x", 10, 9) == nil)
      let fresh = NamespaceIdentity(name: "web", inode: 10, cookie: 3)
      #expect(RingLocation.forReading(folder, of: fresh) == [])
      #expect(RingLocation.forReading(folder, of: .init(name: "new", inode: 5)).count == 1)
    }
  }

  @Test func `who has gone is known by name, by a ring that is written first`() throws {
    try withFolder { folder in
      try Self.makeRing("\(folder)/ns-1.ring", name: "web", inode: 10, cookie: 1, secondsAgo: 1)
      try Self.makeRing("\(folder)/ns-2.ring", name: "web", inode: 11, cookie: 2, isClosed: true)
      #expect(NamespaceRings.newest(called: "web", in: folder) == "\(folder)/ns-1.ring")
      #expect(NamespaceRings.newest(called: "none", in: folder) == nil)
      let listed = try RingCatalogue.list(folder)
      #expect(listed.map(\.namespace) == ["web", "web"] && listed.last?.isStale == true)
    }
  }

  @Test func `what cannot be listed or read is said`() throws {
    try withFolder { folder in
      #expect(throws: Failure.self) { try RingCatalogue.list("\(folder)/none") }
      try TestFile.write(Array("no ring".utf8), to: "\(folder)/bad.ring")
      #expect(throws: Failure.self) { try RingCatalogue.list("\(folder)/bad.ring") }
      var unreadable: [RingError] = []
      #expect(try RingCatalogue.list(folder) { unreadable.append($0) }.isEmpty)
      #expect(unreadable.map(\.path) == ["\(folder)/bad.ring"])
    }
  }

  @Test func `what is swept is what nobody writes, and never a ring of its own name`() throws {
    try withFolder { folder in
      try Self.makeRing("\(folder)/ns-1.ring", name: "a", inode: 1, cookie: 1, secondsAgo: 50)
      try Self.makeRing("\(folder)/ns-2.ring", name: "b", inode: 2, cookie: 2, secondsAgo: 5)
      try Self.makeRing("\(folder)/ns-3.ring", name: "c", inode: 3, cookie: 3, secondsAgo: 50)
      // Other boots' are kept as long; a collector's of one namespace for good.
      let other = BootID(high: 1, low: 2)
      try Self.makeRing("\(folder)/ns-4.ring", name: "d", inode: 4, cookie: 4, boot: other)
      try Self.makeRing(
        "\(folder)/ns-5.ring", name: "e", inode: 4, cookie: 5, secondsAgo: 50, boot: other)
      try Self.makeRing("\(folder)/ns-inode-6.ring", name: "f", inode: 6, secondsAgo: 50)
      for name in ["host", "ns-foo", "ns-", "ns-inode-", "ns-7x", "ns-77"] {
        try Self.makeRing("\(folder)/\(name).ring", name: name, inode: 8, secondsAgo: 500)
      }
      // Left without a ring, and no ring at all.
      for name in ["ns-9.ring.lock", "ns-9.ring.old", "ns-10.ring", "ns-x.ring.old"] {
        try TestFile.write([1], to: "\(folder)/\(name)")
        _ = try Program("/usr/bin/env", ["touch", "-d", "50 seconds ago", "\(folder)/\(name)"])
          .run()
      }
      MemberRings.sweep(folder, olderThan: 10_000_000_000, keeping: ["\(folder)/ns-3.ring"])
      let left = try Self.rings(in: folder).filter { !$0.hasSuffix(".lock") }
      #expect(
        left == [
          "host.ring", "ns-.ring", "ns-10.ring", "ns-2.ring", "ns-3.ring", "ns-4.ring",
          "ns-77.ring", "ns-7x.ring", "ns-foo.ring", "ns-inode-.ring", "ns-x.ring.old",
        ])
      #expect(!File.exists("\(folder)/ns-1.ring.lock") && !File.exists("\(folder)/ns-9.ring.lock"))
    }
  }

  @Test func `old rings go for a new one, those that are written stay`() throws {
    try withFolder { folder in
      for (number, age) in [(1, 30), (2, 20), (3, 10)] as [(UInt64, UInt64)] {
        try Self.makeRing(
          "\(folder)/ns-\(number).ring", name: "a", inode: 1, cookie: number, secondsAgo: age)
      }
      let ring = try FileStatus(of: "\(folder)/ns-1.ring").allocatedByteCount
      // The oldest one has left another beside.
      try TestFile.write(Array(repeating: 1, count: ring), to: "\(folder)/ns-1.ring.old")
      let kept: Set = ["\(folder)/ns-2.ring"]
      _ = try Program(
        "/usr/bin/env", ["touch", "-d", "25 seconds ago", "\(folder)/ns-1.ring.old"]
      ).run()
      func makeRoom(_ number: Int, rings: Int) -> Bool {
        MemberRings.makeRoom(
          for: "\(folder)/ns-\(number).ring", byteCount: ring, within: ring * rings + 65_536,
          keeping: kept)
      }
      #expect(makeRoom(7, rings: 5) && makeRoom(3, rings: 4))
      #expect(try Self.rings(in: folder).count { $0.hasSuffix(".ring") } == 3)
      #expect(makeRoom(7, rings: 4) && !File.exists("\(folder)/ns-1.ring.old"))
      #expect(File.exists("\(folder)/ns-3.ring"))
      let writer = try RingWriter(
        path: "\(folder)/ns-3.ring", geometry: FleetMember.shape.geometry,
        identity: RingReader.identity("\(folder)/ns-3.ring"))
      #expect(!makeRoom(7, rings: 2))
      try writer.close()
      #expect(makeRoom(7, rings: 2))
      #expect(try Self.rings(in: folder).filter { $0.hasSuffix(".ring") } == ["ns-2.ring"])
      #expect(!makeRoom(7, rings: 1))
    }
  }

  @Test func `how many there is room for, and why no more, is what is configured`() throws {
    var configuration = CollectorConfiguration()
    func room(_ mebibytes: Int) -> FleetRoom {
      configuration.ring.totalByteCount = mebibytes << 20
      return FleetRoom(configuration)
    }
    #expect(room(16).memberMaximum == 0 && room(16).limit.contains("has no room for a ring of"))
    #expect((5...20).contains(room(64).memberMaximum))
    #expect(
      room(64).limit.hasPrefix("64.0 MiB (--ring-total) has room for \(room(64).memberMaximum) "))
    #expect(room(4096).memberMaximum == FleetRoom.memberLimit)
    #expect(room(4096).limit == "\(FleetRoom.memberLimit) at once are the most")
  }
}

extension RingReader {
  /// The identity in the header of a ring.
  fileprivate static func identity(_ path: String) throws -> RingIdentity {
    var reader = try RingReader(path: path)
    return try reader.header().identity
  }
}
