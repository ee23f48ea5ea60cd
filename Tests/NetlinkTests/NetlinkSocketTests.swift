import Kernel
import Netlink
import Testing

/// The real socket, without privilege.
@Suite struct NetlinkSocketTests {
  @Test func `two sockets have port ids of their own`() throws {
    let first = try NetlinkSocket.socketDiagnostics()
    let second = try NetlinkSocket.socketDiagnostics()
    let (a, b) = (first.portID, second.portID)
    #expect(a != b)
    let cookies = (first.namespaceCookie, second.namespaceCookie)
    #expect(cookies.0 == cookies.1)
  }

  @Test func `the kernel refuses an unknown request in its own words`() throws {
    var conversation = Conversation(try NetlinkSocket.socketDiagnostics())
    // SOCK_DIAG_BY_FAMILY of a family that does not exist.
    let request = Request(
      type: MessageType(rawValue: 20), flags: [.request, .dump],
      sequence: conversation.nextSequence(),
      payload: [250, 6, 0, 0] + Array(repeating: 0, count: 52))
    var failure: NetlinkError?
    do throws(NetlinkError) {
      try conversation.start(request, operation: "ask")
      while try conversation.receive({ _ in }) {}
    } catch {
      failure = error
    }
    #expect(failure?.errno == .invalid || failure?.errno == .noEntry)
  }
}
