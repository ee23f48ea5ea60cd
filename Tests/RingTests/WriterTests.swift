import Glibc
import Kernel
import OutputTestKit
import Testing

@testable import Ring

@Suite struct WriterTests {
  private func open(
    _ path: String, _ geometry: RingGeometry = SmallRing.geometry
  ) throws(RingError) -> RingWriter {
    try RingWriter(path: path, geometry: geometry, identity: SmallRing.identity)
  }

  @Test func `a ring is made whole, readable for all, with a lock for its owner alone`() throws {
    let directory = TemporaryDirectory()
    var writer = try open(directory.file("ring"))
    #expect(writer.origin == .made)
    #expect(directory.status("ring") == (0o644, SmallRing.geometry.byteCount))
    #expect(directory.status("ring.lock") == (0o600, "\(getpid())\n".utf8.count))
    #expect(!directory.has("ring.new"))
    try SmallRing.publish(&writer, 3)
    var reader = try RingReader(path: writer.path)
    #expect(try reader.header().isClosedCleanly == false)
    #expect(try reader.newest(0) == 2)
    try writer.close()
    #expect(try reader.header().isClosedCleanly)
    #expect(reader.isReplaced() == false)
  }

  @Test func `a ring in memory is read on its path`() throws {
    var writer = try RingWriter(inMemory: SmallRing.geometry, identity: SmallRing.identity)
    var reader = try RingReader(path: writer.path)
    try SmallRing.publish(&writer, 9)
    var words: [UInt64] = []
    #expect(try reader.read(tier: 0, number: 8, into: &words) == .published(wordCount: 3))
    #expect(try writer.readBack(tier: 0, number: 7, into: &words) == .published(wordCount: 3))
    #expect(Array(words[..<3]) == SmallRing.words(7))
  }

  @Test func `a ring of equal geometry is continued`() throws {
    let directory = TemporaryDirectory()
    do {
      var writer = try open(directory.file("ring"))
      try SmallRing.publish(&writer, 6)
      try writer.close()
    }
    var reader = try RingReader(path: directory.file("ring"))
    var writer = try open(directory.file("ring"))
    #expect(writer.origin == .continued(lostSlotCount: 0))
    #expect(writer.heads == [6, 0])
    #expect(try reader.header().isClosedCleanly == false)
    try SmallRing.publish(&writer, 1)
    #expect(try reader.newest(0) == 6)
    #expect(reader.isReplaced() == false)
  }

  @Test func `heads are found in the slots when the header lags or is nonsense`() throws {
    for head: UInt64 in [0, 3, 5, 6, 1 << 40] {
      let directory = TemporaryDirectory()
      var bytes = try SmallRing.bytes(6, events: 2)
      bytes[word: RingLayout.headsOffset] = head
      try TestFile.write(bytes, to: directory.file("ring"))
      let writer = try open(directory.file("ring"))
      #expect(writer.heads == [6, 2], "head \(head)")
    }
  }

  @Test func `a slot that a dying writer left is skipped and counted once`() throws {
    let directory = TemporaryDirectory()
    var bytes = try SmallRing.bytes(6)
    bytes[word: 4096 + 256] = RingLayout.writing(6)
    try TestFile.write(bytes, to: directory.file("ring"))
    for lost in [1, 0] {
      let writer = try open(directory.file("ring"))
      #expect(writer.origin == .continued(lostSlotCount: lost))
      #expect(writer.heads == [7, 0])
    }
    var reader = try RingReader(path: directory.file("ring"))
    #expect(try reader.header().lostSlotCount == 1)
    var words: [UInt64] = []
    #expect(try reader.read(tier: 0, number: 6, into: &words) == .torn)
    #expect(try reader.read(tier: 0, number: 5, into: &words) == .published(wordCount: 3))
  }

  @Test func `a ring that cannot be continued is kept beside, and a reader sees that it was`()
    throws
  {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    let version = try SmallRing.bytes(1)
    let cases: [((inout [UInt8]) -> Void, RingOrigin)] = [
      ({ $0[word: 8] = 7 }, .replacedForDamage(.wrongVersion(file: 7))),
      ({ $0.removeLast() }, .replacedForDamage(.truncated(byteCount: 4799, needed: 4800))),
      ({ $0[word: 0] = 0 }, .replacedForDamage(.wrongMagic(0))),
      ({ $0 = [] }, .replacedForDamage(.tooShort(byteCount: 0))),
    ]
    for (change, origin) in cases {
      var bytes = version
      change(&bytes)
      try TestFile.write(bytes, to: path)
      #expect(try open(path).origin == origin)
      #expect(try KernelFile.read("\(path).old", limit: 1 << 20) == bytes)
    }
    let reader = try RingReader(path: path)
    var wider = SmallRing.geometry
    wider.tiers[0].slotCount = 5
    #expect(try open(path, wider).origin == .replacedForGeometry)
    #expect(reader.isReplaced() == true)
  }

  @Test func `a file that is no ring is left alone`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("notes")
    let notes = Array("remember the milk".utf8)
    for content in [notes, Array(notes[..<5])] {
      try TestFile.write(content, to: path)
      #expect(throws: RingError.self) { _ = try open(path) }
      #expect(try KernelFile.read(path) == content)
      #expect(!directory.has("notes.old"))
    }
  }

  @Test func `a second writer is refused with the first one's pid`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    do {
      let writer = try open(path)
      #expect(throws: RingError(path, .locked(pid: getpid()))) { _ = try open(path) }
      _ = consume writer
    }
    #expect(try open(path).origin == .continued(lostSlotCount: 0))
  }

  @Test func `a payload that is too long is refused, and the next one goes out`() throws {
    var writer = try RingWriter(inMemory: SmallRing.geometry, identity: SmallRing.identity)
    let long = [UInt64](repeating: 1, count: 13)
    let path = writer.path
    #expect(throws: RingError(path, .tooLong(wordCount: 13, capacity: 12))) {
      try writer.publish(tier: 0, long.span)
    }
    let full = Array(long.dropLast())
    #expect(try writer.publish(tier: 0, full.span) == 0)
    #expect(try writer.publish(tier: 0, [UInt64]().span) == 1)
    var words: [UInt64] = []
    #expect(try writer.readBack(tier: 0, number: 0, into: &words) == .published(wordCount: 12))
    #expect(try writer.readBack(tier: 0, number: 1, into: &words) == .published(wordCount: 0))
  }

  @Test func `a file that somebody cuts is made whole by the next heartbeat`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    var writer = try open(path)
    try SmallRing.publish(&writer, 3)
    var reader = try RingReader(path: path)
    setLength(path, 0)
    #expect(throws: RingError.self) { try reader.header() }
    try SmallRing.publish(&writer, 1)
    try writer.heartbeat(realtimeNanoseconds: 1, monotonicNanoseconds: 2)
    #expect(try reader.header().heads == [4, 0])
    var words: [UInt64] = []
    #expect(try reader.read(tier: 0, number: 3, into: &words) == .published(wordCount: 3))
    #expect(try reader.read(tier: 0, number: 2, into: &words) == .corrupt)
    let verification = try RingVerification(of: &reader)
    #expect(verification.tiers[0].publishedCount == 1 && verification.tiers[0].corruptCount == 3)
  }

  @Test func `a ring that was removed or replaced is an error of the next heartbeat`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    for command in ["rm \(path)", "mv \(path).lock \(path)"] {
      var writer = try open(path)
      try writer.heartbeat(realtimeNanoseconds: 1, monotonicNanoseconds: 2)
      #expect(try Program("/bin/sh", ["-c", command]).run().end == .status(0))
      #expect(throws: RingError(path, .removed)) {
        try writer.heartbeat(realtimeNanoseconds: 3, monotonicNanoseconds: 4)
      }
    }
    var inMemory = try RingWriter(inMemory: SmallRing.geometry, identity: SmallRing.identity)
    try inMemory.heartbeat(realtimeNanoseconds: 1, monotonicNanoseconds: 2)
  }

  @Test func `the mode is that of a ring that is continued, and of one that is kept, too`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    func open(_ geometry: RingGeometry, _ mode: UInt32) throws -> RingOrigin {
      try RingWriter(path: path, geometry: geometry, identity: SmallRing.identity, mode: mode)
        .origin
    }
    #expect(try open(SmallRing.geometry, 0o644) == .made)
    #expect(try open(SmallRing.geometry, 0o600) == .continued(lostSlotCount: 0))
    #expect(directory.status("ring").mode == 0o600)
    #expect(try open(SmallRing.geometry, 0o644) == .continued(lostSlotCount: 0))
    var wider = SmallRing.geometry
    wider.tiers[0].slotCount = 5
    #expect(try open(wider, 0o640) == .replacedForGeometry)
    #expect(directory.status("ring").mode == 0o640)
    #expect(directory.status("ring.old").mode == 0o640)
  }

  /// The cookie and the inode of the next writer, whether in the boot of the ring; the ring's are 4097 and
  /// 4026531840.
  @Test(
    arguments: [
      (4097, 4_026_531_840, true, true), (5, 4_026_531_840, true, false),
      // An inode is given again, a cookie is not.
      (4097, 5, true, true), (0, 4_026_531_840, true, true), (0, 5, true, false),
      (0, 0, true, true),
      (5, 5, false, true),
    ] as [(UInt64, UInt64, Bool, Bool)])
  func `the ring of another namespace is kept beside, after a reboot nobody can tell`(
    _ cookie: UInt64, _ inode: UInt64, _ isSameBoot: Bool, _ isContinued: Bool
  ) throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    do {
      var writer = try open(path)
      try SmallRing.publish(&writer, 2)
    }
    var identity = SmallRing.identity
    identity.namespaceCookie = cookie
    identity.namespaceInode = inode
    if !isSameBoot { identity.bootID = BootID(high: 1, low: 1) }
    let writer = try RingWriter(path: path, geometry: SmallRing.geometry, identity: identity)
    #expect(writer.origin == (isContinued ? .continued(lostSlotCount: 0) : .replacedForIdentity))
    #expect(writer.heads == [isContinued ? 2 : 0, 0])
    #expect(directory.has("ring.old") == !isContinued)
  }
}
