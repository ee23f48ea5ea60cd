import Kernel
import Testing

@Suite struct AtomicFileTests {
  @Test func `a file is replaced as a whole, and nothing is left beside it`() throws {
    let directory = "/tmp"
    let name = "ullage-atomic-\(Clock.monotonicNanoseconds())"
    for text in ["long contents\n", "short\n", ""] {
      try AtomicFile.replace("\(directory)/\(name)", by: Array(text.utf8))
      #expect(try KernelFile.read("\(directory)/\(name)") == Array(text.utf8))
    }
    #expect(try Directory.names(in: directory).filter { $0.hasPrefix(name) } == [name])
  }

  @Test func `where no file can be made, that is said`() {
    #expect(throws: SystemCallError("create", "/nowhere/file.new", .noEntry)) {
      try AtomicFile.replace("/nowhere/file", by: [])
    }
  }
}
