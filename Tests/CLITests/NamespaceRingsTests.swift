import Collector
import FrameRing
import Kernel
import OutputTestKit
import Rendering
import Ring
import Testing

@testable import ullage

/// Which ring is whose, where a collector of all namespaces has named them by cookie.
@Suite struct NamespaceRingsTests {
  private static func makeRing(
    _ path: String, name: String, inode: UInt64, secondsAgo: UInt64 = 0, isClosed: Bool = false,
    boot: BootID? = nil
  ) throws {
    let identity = RingIdentity(
      bootID: try boot ?? BootID.current(), namespaceCookie: 0, namespaceInode: inode,
      namespaceName: name, hostName: "h", writerPID: 1, writerStartRealtimeNanoseconds: 1,
      intervalNanoseconds: 1_000_000_000)
    var writer = try RingWriter(
      path: path, geometry: FleetMember.shape.geometry, identity: identity)
    let age = secondsAgo * 1_000_000_000
    try writer.heartbeat(
      realtimeNanoseconds: Clock.realtimeNanoseconds() - age,
      monotonicNanoseconds: Clock.monotonicNanoseconds() - age)
    if isClosed { try writer.close() }
  }

  @Test func `a name leads to the ring written last, an inode to one that is written`() throws {
    try withFolder { folder in
      try Self.makeRing("\(folder)/ns-1.ring", name: "web", inode: 10, secondsAgo: 50)
      try Self.makeRing("\(folder)/ns-2.ring", name: "web", inode: 11)
      try Self.makeRing("\(folder)/ns-3.ring", name: "docker 12", inode: 12, secondsAgo: 1)
      try Self.makeRing("\(folder)/ns-4.ring", name: "gone", inode: 13, isClosed: true)
      try Self.makeRing("\(folder)/host.ring", name: "host", inode: 14)
      func newest(_ name: String, _ inode: UInt64) -> String? {
        NamespaceRings.newest(of: NamespaceIdentity(name: name, inode: inode), in: folder)
      }
      #expect(newest("web", 99) == "\(folder)/ns-2.ring")
      #expect(newest("pid:812", 12) == "\(folder)/ns-3.ring")
      #expect(newest("pid:812", 14) == "\(folder)/host.ring")
      // The inode may be somebody else's by now; the name still leads there.
      #expect(newest("pid:812", 13) == nil)
      #expect(NamespaceRings.newest(called: "gone", in: folder) == "\(folder)/ns-4.ring")
      #expect(NamespaceRings.newest(called: "none", in: folder) == nil)
      let listed = RingCatalogue.list(folder)
      #expect(Set(listed.map(\.namespace)) == ["web", "docker 12", "gone", "host"])
      #expect(listed.count == 5 && listed.last?.isStale == true)
    }
  }

  @Test func `what is swept is what nobody writes, and never a ring of its own name`() throws {
    try withFolder { folder in
      let boot = try BootID.current()
      try Self.makeRing("\(folder)/ns-1.ring", name: "a", inode: 1, secondsAgo: 50)
      try Self.makeRing("\(folder)/ns-2.ring", name: "b", inode: 2, secondsAgo: 5)
      try Self.makeRing("\(folder)/ns-3.ring", name: "c", inode: 3, secondsAgo: 50)
      try Self.makeRing(
        "\(folder)/ns-4.ring", name: "d", inode: 4, boot: BootID(high: 1, low: 2))
      try Self.makeRing("\(folder)/host.ring", name: "host", inode: 5, secondsAgo: 500)
      NamespaceRings.sweep(
        folder, olderThan: 10_000_000_000, boot: boot, keeping: ["\(folder)/ns-3.ring"])
      let left = try Directory.names(in: folder).filter { $0.hasSuffix(".ring") }.sorted()
      #expect(left == ["host.ring", "ns-2.ring", "ns-3.ring"])
    }
  }
}
