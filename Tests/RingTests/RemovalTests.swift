import Kernel
import Testing

@testable import Ring

/// Removing rings that nobody writes.
@Suite struct RemovalTests {
  @Test func `a ring goes with all that is beside it, and not while it is written`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    let writer = try RingWriter(
      path: path, geometry: SmallRing.geometry, identity: SmallRing.identity)
    #expect(!RingRemoval.remove(path) && File.exists(path))
    try writer.close()
    #expect(RingRemoval.remove(path))
    #expect(try Directory.names(in: directory.file("")).isEmpty)
    let next = try RingWriter(
      path: path, geometry: SmallRing.geometry, identity: SmallRing.identity)
    #expect(next.origin == .made)
  }

  @Test func `whoever waited for a lock that was removed takes the one that is there`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    let remover = try DedicatedThread { for _ in 0..<5000 { _ = RingRemoval.remove(path) } }
    var lockCount = 0, lostCount = 0
    for _ in 0..<5000 {
      guard let lock = try? RingLock(ring: path) else { continue }
      lockCount += 1
      // Who holds the lock holds the file of that name: nobody else removes it.
      if !directory.has("ring.lock") { lostCount += 1 }
      _ = consume lock
    }
    try remover.join()
    #expect(lockCount > 0 && lostCount == 0)
  }
}
