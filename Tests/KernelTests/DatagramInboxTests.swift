import Kernel
import OutputTestKit
import Testing

@Suite struct DatagramInboxTests {
  @Test func `datagrams come once each, in order, cut, with the time they came at`() throws {
    let inbox = try DatagramInbox(in: "/tmp", byteCountMax: 8)
    #expect(inbox.next() == nil)
    let before = Clock.realtimeNanoseconds()
    try DatagramInbox.send([1, 2, 3], to: inbox.path)
    try DatagramInbox.send([UInt8](repeating: 7, count: 20), to: inbox.path)
    try DatagramInbox.send([], to: inbox.path)
    let first = try #require(inbox.next())
    #expect(first.bytes == [1, 2, 3])
    #expect((before...Clock.realtimeNanoseconds()).contains(first.realtimeNanoseconds))
    #expect(inbox.next()?.bytes == [UInt8](repeating: 7, count: 8))
    #expect(inbox.next()?.bytes == [])
    #expect(inbox.next() == nil)
  }

  @Test func `an inbox goes with its owner, and sending to one that is gone says so`() throws {
    var inbox: DatagramInbox? = try DatagramInbox(in: "/tmp", byteCountMax: 8)
    let path = try #require(inbox?.path)
    #expect(File.exists(path))
    inbox = nil
    #expect(!File.exists(path))
    #expect(!Directory.exists(String(path.dropLast("/recorder".count))))
    #expect(throws: SystemCallError("send to", path, .noEntry)) {
      try DatagramInbox.send([1], to: path)
    }
  }

  @Test func `a path that is too long for a socket is refused`() {
    let path = "/" + String(repeating: "x", count: 200)
    #expect(throws: SystemCallError.self) { try DatagramInbox.send([1], to: path) }
    #expect(throws: SystemCallError.self) { _ = try DatagramInbox(in: path, byteCountMax: 8) }
  }

  /// A pid that no process has: above the most that a kernel hands out.
  private static let nobody = 4_194_305

  @Test func `what a killed owner left is removed by the next one, and nothing else`() throws {
    try withFolder { folder in
      func run(_ words: String...) throws {
        #expect(try Program("/usr/bin/env", words).run().end == .status(0))
      }
      func leave(_ name: String, _ file: String? = nil) throws {
        try run("mkdir", "\(folder)/\(name)")
        if let file { try run("touch", "\(folder)/\(name)/\(file)") }
      }
      var dead: DatagramInbox? = try DatagramInbox(in: folder, byteCountMax: 8)
      let live = try DatagramInbox(in: folder, byteCountMax: 8)
      // As if their owners were gone; one of the sockets still has one.
      let own = "\(folder)/ullage-\(Credentials.processID)"
      for (inbox, name) in [(dead, "aaaaaa"), (live, "bbbbbb")] {
        let path = try #require(inbox?.path.dropLast("/recorder".count))
        #expect(path.hasPrefix(own))
        try run("mv", String(path), "\(folder)/ullage-\(Self.nobody)-\(name)")
      }
      dead = nil
      try leave("ullage-\(Self.nobody)-cccccc")
      // Not ours: of a process that lives, with something in it, under another name, with a file for a socket.
      try leave("ullage-1-dddddd")
      try leave("ullage-\(Self.nobody)-eeeeee", "letter")
      try leave("ullage-\(Self.nobody)-fff")
      try leave("ullage-0\(Self.nobody)-gggggg")
      try leave("ullage-\(Self.nobody)-hhhhhh", "recorder")
      try run("ln", "-s", "\(folder)/ullage-1-dddddd", "\(folder)/ullage-\(Self.nobody)-iiiiii")
      let before = try Directory.names(in: folder)
      // They are too young.
      _ = try DatagramInbox(in: folder, byteCountMax: 8)
      #expect(try Directory.names(in: folder).sorted() == before.sorted())
      for name in before { try run("touch", "-h", "-d", "1 minute ago", "\(folder)/\(name)") }
      _ = try DatagramInbox(in: folder, byteCountMax: 8)
      let gone = Set(["aaaaaa", "cccccc"].map { "ullage-\(Self.nobody)-\($0)" })
      #expect(Set(try Directory.names(in: folder)) == Set(before).subtracting(gone))
      #expect(live.next()?.bytes == [])
    }
  }
}
