import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

@testable import Ring

/// Where a writer must not write, or cannot.
@Suite struct RefusedPathTests {
  @Test func `a symbolic link is refused, wherever it leads`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    try TestFile.write([1], to: directory.file("target"))
    // SAFETY: the strings live for the call.
    #expect(unsafe symlink(directory.file("target"), path) == 0)
    #expect(throws: RingError(path, .symbolicLink)) { try Self.open(path) }
    #expect(try KernelFile.read(directory.file("target")) == [1])
    // The lock is no link either.
    // SAFETY: as above.
    #expect(unsafe symlink(directory.file("target"), directory.file("other.lock")) == 0)
    #expect(throws: RingError.self) { try Self.open(directory.file("other")) }
    #expect(try KernelFile.read(directory.file("target")) == [1])
  }

  @Test func `what is no file, or in no directory, is refused`() throws {
    let directory = TemporaryDirectory()
    // SAFETY: the strings live for the calls.
    #expect(unsafe mkdir(directory.file("folder"), 0o755) == 0)
    #expect(unsafe mkfifo(directory.file("pipe"), 0o644) == 0)
    for name in ["folder", "pipe"] {
      let path = directory.file(name)
      #expect(throws: RingError(path, .notRegularFile)) { try Self.open(path) }
    }
    let path = directory.file("none/ring")
    let failed = SystemCallError("open", "\(path).lock", .noEntry)
    #expect(throws: RingError(path, .failed(failed))) { try Self.open(path) }
  }

  @Test(.needsRoot) func `another user's ring is refused`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    try TestFile.write(try SmallRing.bytes(1), to: path)
    // SAFETY: the string lives for the call.
    #expect(unsafe chown(path, 65_534, 65_534) == 0)
    #expect(throws: RingError(path, .wrongOwner(owner: 65_534, user: 0))) { try Self.open(path) }
  }

  @Test(
    arguments: [
      (0o777, false), (0o775, false), (0o757, false), (0o1777, true), (0o755, true), (0o700, true),
    ] as [(UInt32, Bool)]) func `a directory in which others can replace files is refused`(
      _ mode: UInt32, _ isGood: Bool
    ) throws
  {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    // SAFETY: the string lives for the call.
    #expect(unsafe chmod(directory.path, mode) == 0)
    if isGood {
      try Self.open(path)
    } else {
      #expect(throws: RingError(path, .openDirectory(mode: mode))) { try Self.open(path) }
      #expect(!directory.has("ring.lock"))
    }
  }

  @Test(.needsRoot) func `a directory of another user is refused`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    // SAFETY: the string lives for the call.
    #expect(unsafe chown(directory.path, 65_534, 65_534) == 0)
    #expect(throws: RingError(path, .foreignDirectory(owner: 65_534, user: 0))) {
      try Self.open(path)
    }
  }

  @Test(.needsRoot) func `a directory that may not be written is an error that names the file`()
    async
  {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let path = directory.file("ring")
      // SAFETY: the string lives for the call.
      ExitTestReport.check(unsafe chmod(directory.path, 0o755) == 0, "chmod")
      ExitTestReport.check(seteuid(65_534) == 0, "seteuid")
      do {
        try Self.open(path)
        ExitTestReport.record("opened")
      } catch {
        let failed = SystemCallError("open", "\(path).lock", .permissionDenied)
        ExitTestReport.check(error as? RingError == RingError(path, .failed(failed)), "\(error)")
      }
      ExitTestReport.check(seteuid(0) == 0, "seteuid back")
    }
  }

  @Test(.needsRoot) func `a full file system is an error at the start, and no signal later`() throws
  {
    let directory = TemporaryDirectory()
    try Self.mount(directory.path, kilobytes: 64)
    defer { Self.unmount(directory.path) }
    let (path, big) = (directory.file("ring"), directory.file("big"))
    #expect(throws: RingError(big, .noSpace(needed: 25_137_152))) {
      _ = try RingWriter(path: big, geometry: SmallRing.large, identity: SmallRing.identity)
    }
    #expect(!directory.has("big") && !directory.has("big.new"))

    // What was allocated stays ours when others fill the rest.
    var writer = try RingWriter(
      path: path, geometry: SmallRing.geometry, identity: SmallRing.identity)
    let filler = Program("/bin/sh", ["-c", "cat /dev/zero > \(directory.file("filler"))"])
    #expect(try filler.run().end == .status(1))
    try SmallRing.publish(&writer, 20)
    try SmallRing.publish(&writer, 20, tier: 1)
    try writer.heartbeat(realtimeNanoseconds: 1, monotonicNanoseconds: 2)

    // Cut on top of that, it has no place to come back to: an error, and the writer lives.
    setLength(path, 0)
    #expect(try Program("/bin/sh", ["-c", filler.arguments[1] + "2"]).run().end == .status(1))
    #expect(throws: RingError.self) { try SmallRing.publish(&writer, 1) }
    #expect(throws: RingError(path, .noSpace(needed: 4800))) {
      try writer.heartbeat(realtimeNanoseconds: 3, monotonicNanoseconds: 4)
    }
    // SAFETY: the strings live for the calls.
    #expect(unsafe unlink(directory.file("filler")) == 0)
    try writer.heartbeat(realtimeNanoseconds: 5, monotonicNanoseconds: 6)
    try SmallRing.publish(&writer, 1)
    var reader = try RingReader(path: path)
    #expect(try reader.header().heads == [21, 20])
  }

  private static func open(_ path: String) throws {
    _ = try RingWriter(path: path, geometry: SmallRing.geometry, identity: SmallRing.identity)
  }

  static func mount(_ path: String, kilobytes: Int) throws {
    let options = "size=\(kilobytes)k"
    let run = try Program("/bin/mount", ["-t", "tmpfs", "-o", options, "none", path]).run()
    #expect(run.end == .status(0), "\(run.message)")
  }

  static func unmount(_ path: String) { _ = try? Program("/bin/umount", [path]).run() }
}
