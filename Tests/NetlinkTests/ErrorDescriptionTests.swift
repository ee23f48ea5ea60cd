import Kernel
import Netlink
import Testing

/// What a user reads, word by word.
@Suite struct ErrorDescriptionTests {
  static let sentences: [(NetlinkError.Cause, String)] = [
    (
      .system(.protocolNotSupported),
      "cannot dump tcp sockets: protocol not supported (EPROTONOSUPPORT 93)"
    ),
    (
      .kernel(.noEntry, words: nil),
      "cannot dump tcp sockets: the kernel says no such file or directory (ENOENT 2)"
    ),
    (
      .kernel(.invalid, words: "Invalid bytecode"),
      "cannot dump tcp sockets: the kernel says invalid argument (EINVAL 22): Invalid bytecode"
    ),
    (
      .frame(FrameError(.pastEnd, offset: 96, claimed: 124, available: 40)),
      "cannot dump tcp sockets: malformed reply, length past the end at byte 96: "
        + "124 bytes claimed, 40 there"
    ),
    (
      .truncated(capacity: 2048),
      "cannot dump tcp sockets: a reply was longer than the 2048 byte buffer"
    ),
    (
      .foreignPort(expected: 4711, got: 1),
      "cannot dump tcp sockets: a reply for port id 1 came to 4711"
    ),
    (
      .foreignSequence(expected: 2, got: 1),
      "cannot dump tcp sockets: a reply to request 1 came in answer to 2"
    ),
    (
      .unexpectedType(99), "cannot dump tcp sockets: a message of type 99 does not belong here"
    ),
    (
      .timedOut(seconds: 10), "cannot dump tcp sockets: the kernel did not answer within 10 s"
    ),
  ]

  @Test(arguments: sentences)
  func `a failed conversation says what was tried and what came back`(
    _ cause: NetlinkError.Cause, _ sentence: String
  ) {
    #expect(NetlinkError("dump tcp sockets", cause).description == sentence)
  }

  @Test(arguments: [
    (FrameError.Reason.shortHeader, "header cut short at byte 4: 16 bytes claimed, 8 there"),
    (.impossibleLength, "length smaller than its header at byte 4: 16 bytes claimed, 8 there"),
    (.pastEnd, "length past the end at byte 4: 16 bytes claimed, 8 there"),
    (.shortPayload, "payload too short at byte 4: 16 bytes claimed, 8 there"),
  ])
  func `a bad frame says where and how much`(_ reason: FrameError.Reason, _ sentence: String) {
    let error = FrameError(reason, offset: 4, claimed: 16, available: 8)
    #expect(error.description == sentence)
  }

  @Test func `an errno is known only where one came back`() {
    #expect(NetlinkError("x", .system(.busy)).errno == .busy)
    #expect(NetlinkError("x", .kernel(.noEntry, words: "y")).errno == .noEntry)
    #expect(NetlinkError("x", .timedOut(seconds: 1)).errno == nil)
  }
}
