import Glibc
import Kernel
import Testing

@Suite struct RereadFileTests {
  /// Runs `body` with a file that holds `text`, and a way to put another text into it.
  private func withFile(_ text: String, _ body: (String, (String) throws -> Void) throws -> Void)
    throws
  {
    var name = Array("/tmp/ullage-reread-XXXXXX".utf8CString)
    // SAFETY: mkstemp writes into the array, which ends with zero.
    let file = Descriptor(owning: unsafe mkstemp(&name))
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // SAFETY: the string lives for the call.
    defer { unsafe _ = unlink(path) }
    let number = file.number
    func put(_ text: String) throws {
      ftruncate(number, 0)
      lseek(number, 0, SEEK_SET)
      try ByteStream(descriptor: number).write(Array(text.utf8))
    }
    try put(text)
    try body(path, put)
    withExtendedLifetime(file) {}
  }

  @Test func `each read sees the file as it is now, from its beginning`() throws {
    try withFile("first") { path, put in
      var file = try RereadFile(path)
      for text in ["first", "another and longer", "", "x"] {
        try put(text)
        let read = try file.read { bytes in
          var text: [UInt8] = []
          for index in bytes.indices { text.append(bytes[index]) }
          return text
        }
        #expect(read == Array(text.utf8))
      }
    }
  }

  @Test func `a file that may have been cut is an error`() throws {
    try withFile("12345678") { path, put in
      var file = try RereadFile(path, limit: 8)
      let expected = SystemCallError("read", path, .tooLarge)
      var failure: SystemCallError?
      do throws(SystemCallError) { _ = try file.read { $0.count } } catch { failure = error }
      #expect(failure == expected)
      try put("1234567")
      let count = try file.read { $0.count }
      #expect(count == 7)
    }
  }

  @Test func `what is not there is told with its name`() {
    var failure: SystemCallError?
    do throws(SystemCallError) {
      var file = try RereadFile("/nowhere/at/all")
      _ = try file.read { $0.count }
    } catch { failure = error }
    #expect(failure?.errno == .noEntry && failure?.subject == "/nowhere/at/all")
  }
}
