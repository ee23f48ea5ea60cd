import Glibc
import Kernel
import Testing

/// Files that are appended to while somebody rotates them, and signals one by one.
@Suite struct AppendedFileTests {
  @Test func `a file that was moved, removed or cut is followed`() throws {
    let folder = "/tmp/ullage-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try #require(unsafe mkdir(folder, 0o755) == 0)
    defer {
      for name in ["a", "b"] { unsafe unlink("\(folder)/\(name)") }
      unsafe rmdir(folder)
    }
    let path = "\(folder)/a"
    var file = try AppendedFile(path: path)
    var isEmpty: Bool
    isEmpty = file.isEmpty
    #expect(isEmpty)
    try file.append(Array("one\n".utf8))
    try file.follow()
    isEmpty = file.isEmpty
    #expect(!isEmpty)
    try #require(unsafe rename(path, "\(folder)/b") == 0)
    // Until it is followed, lines go where the file went.
    try file.append(Array("two\n".utf8))
    try file.follow()
    isEmpty = file.isEmpty
    #expect(isEmpty)
    try file.append(Array("three\n".utf8))
    #expect(try KernelFile.read("\(folder)/b") == Array("one\ntwo\n".utf8))
    #expect(try KernelFile.read(path) == Array("three\n".utf8))
    unsafe unlink(path)
    try file.follow()
    try file.append(Array("four\n".utf8))
    #expect(try KernelFile.read(path) == Array("four\n".utf8))
    unsafe truncate(path, 0)
    try file.follow()
    isEmpty = file.isEmpty
    #expect(isEmpty)
    try file.append(Array("five\n".utf8))
    #expect(try KernelFile.read(path) == Array("five\n".utf8))
    try file.reopen()
    try file.append(Array("six\n".utf8))
    #expect(try KernelFile.read(path) == Array("five\nsix\n".utf8))
    try WrittenFile.replace(path, with: Array("x".utf8))
    #expect(try KernelFile.read(path) == Array("x".utf8))
  }

  @Test func `what cannot be opened or written says so`() {
    #expect(throws: SystemCallError("open", "/nonexistent/a", .noEntry)) {
      _ = try AppendedFile(path: "/nonexistent/a")
    }
    #expect(throws: SystemCallError("write to", "/dev/full", .noSpace)) {
      let file = try AppendedFile(path: "/dev/full")
      try file.append([0x0a])
    }
    #expect(throws: SystemCallError("write to", "/dev/full", .noSpace)) {
      try WrittenFile.replace("/dev/full", with: [0x0a])
    }
  }

  @Test func `signals are taken one by one, and a wait ends at its deadline`() async {
    await #expect(processExitsWith: .success) {
      let signals = SignalQueue([.hangup, .interrupt, .terminate])
      let soon = { Clock.monotonicNanoseconds() + 10_000_000 }
      #expect(signals.next(untilMonotonicNanoseconds: soon()) == nil)
      #expect(signals.next(untilMonotonicNanoseconds: 0) == nil)
      for (number, signal) in [
        (SIGHUP, SignalQueue.Signal.hangup), (SIGINT, .interrupt), (SIGTERM, .terminate),
      ] {
        raise(number)
        #expect(signals.next(untilMonotonicNanoseconds: soon()) == signal)
      }
    }
  }
}
