import Kernel
import OutputTestKit
import Testing

@Suite struct AtomicFileTests {
  @Test func `a file is replaced as a whole, and nothing is left beside it`() throws {
    try withFolder { folder in
      for text in ["long contents\n", "short\n", ""] {
        try AtomicFile.replace("\(folder)/file", by: Array(text.utf8))
        #expect(try KernelFile.read("\(folder)/file") == Array(text.utf8))
      }
      #expect(try Directory.names(in: folder) == ["file"])
    }
  }

  @Test func `where no file can be made, that is said`() {
    #expect(throws: SystemCallError("create", "/nowhere/file.new", .noEntry)) {
      try AtomicFile.replace("/nowhere/file", by: [])
    }
  }
}
