import Kernel
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
}
