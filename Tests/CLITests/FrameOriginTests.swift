import Console
import FrameRing
import Frames
import Kernel
import OutputTestKit
import Ring
import Testing

@testable import ullage

/// Which of the default places frames come from.
@Suite struct FrameOriginTests {
  /// Makes a ring whose writer lived so many seconds ago.
  private static func makeRing(_ path: String, secondsAgo: UInt64) throws {
    let identity = RingIdentity(
      bootID: try BootID.current(), namespaceCookie: 0, namespaceInode: 0, namespaceName: "host",
      hostName: Machine.hostName(), writerPID: 1, writerStartRealtimeNanoseconds: 1,
      intervalNanoseconds: 1_000_000_000)
    var writer = try RingWriter(
      path: path, geometry: FrameRingShape().geometry, identity: identity)
    let age = secondsAgo * 1_000_000_000
    try writer.heartbeat(
      realtimeNanoseconds: Clock.realtimeNanoseconds() - age,
      monotonicNanoseconds: Clock.monotonicNanoseconds() - age)
  }

  @Test func `the first fresh ring is taken, else the first stale one`() throws {
    try withFolder { folder in
      let (dead, older, fresh) = ("\(folder)/dead", "\(folder)/older", "\(folder)/fresh")
      try Self.makeRing(dead, secondsAgo: 60)
      try Self.makeRing(older, secondsAgo: 90)
      try Self.makeRing(fresh, secondsAgo: 0)
      let none = "\(folder)/none"
      #expect(try FrameOrigin.firstFresh(of: [none, dead, fresh])?.path == fresh)
      #expect(try FrameOrigin.firstFresh(of: [none, dead, older])?.path == dead)
      #expect(try FrameOrigin.firstFresh(of: [none]) == nil)
    }
  }

  @Test func `a place that cannot be read is passed over, and told where nothing opens`() throws {
    try withFolder { folder in
      let (bad, fresh) = ("\(folder)/bad", "\(folder)/fresh")
      try TestFile.write(Array(repeating: 7, count: 8192), to: bad)
      try Self.makeRing(fresh, secondsAgo: 60)
      #expect(try FrameOrigin.firstFresh(of: [bad, folder, fresh])?.path == fresh)
      let failure = #expect(throws: Failure.self) {
        _ = try FrameOrigin.firstFresh(of: ["\(folder)/none", bad, folder])
      }
      #expect(failure?.message.contains(bad) == true)
    }
  }
}
