import Kernel
import Netlink
import NetlinkTestKit
import Testing

/// The kernel's words beside an errno, and all the ways in which they can be damaged.
@Suite struct ExtendedAcknowledgementTests {
  private static let words = "Invalid bytecode"

  @Test func `words stand behind the echoed header when the error is capped`() {
    #expect(
      cause { $0.error(.invalid, words: Self.words, capped: true) }
        == .kernel(.invalid, words: Self.words))
  }

  @Test func `words stand behind the whole request when it is echoed`() {
    #expect(
      cause { $0.error(.invalid, words: Self.words, capped: false) }
        == .kernel(.invalid, words: Self.words))
  }

  @Test func `words stand behind the errno at the end of a dump`() {
    #expect(
      cause { $0.done(.invalid, words: Self.words) } == .kernel(.invalid, words: Self.words))
  }

  @Test func `words may follow other attributes and need no terminator`() {
    let attributes = [FakeAttribute(2, [0, 0, 0, 0]), FakeAttribute(1, Array("no".utf8))]
    #expect(
      cause { $0.error(code: -22, attributes: attributes) } == .kernel(.invalid, words: "no"))
  }

  @Test func `bytes that are no text become replacement characters`() {
    let attribute = FakeAttribute(1, [0x61, 0xff, 0x62, 0, 0x63])
    #expect(
      cause { $0.error(code: -22, attributes: [attribute]) }
        == .kernel(.invalid, words: "a\u{fffd}b"))
  }

  @Test(arguments: [
    FakeAttribute(1, Array("no".utf8), claimedLength: 3),
    FakeAttribute(1, Array("no".utf8), claimedLength: 4000),
    FakeAttribute(7, Array("no".utf8)),
  ])
  func `damaged or foreign attributes lose the words alone`(_ attribute: FakeAttribute) {
    #expect(
      cause { $0.error(code: -22, attributes: [attribute]) } == .kernel(.invalid, words: nil))
  }

  @Test func `words that are not announced are not looked for`() {
    #expect(
      cause { request in
        request.error(.invalid, words: Self.words).with {
          $0.flags &= ~FakeMessage.acknowledgementAttributes
        }
      } == .kernel(.invalid, words: nil))
  }

  @Test(arguments: [0, 3, 17, 4000, 0x7fff_ffff, .max] as [UInt32])
  func `an echo whose length lies loses the words alone`(_ length: UInt32) {
    let cause = cause { request in
      request.error(.invalid, words: Self.words, capped: false).with { message in
        for index in 0..<4 {
          message.payload[4 + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index)))
        }
      }
    }
    guard case .kernel(.invalid, words: _) = cause else {
      Issue.record("\(String(describing: cause))")
      return
    }
  }

  @Test func `an announcement without attributes is harmless`() {
    let announced = FakeMessage.acknowledgementAttributes
    #expect(
      cause { $0.error(.invalid).with { $0.flags |= announced } } == .kernel(.invalid, words: nil))
    #expect(
      cause { $0.message(2, flags: announced, payload: [234, 255, 255, 255]) }
        == .kernel(.invalid, words: nil))
    #expect(
      cause { $0.done(.invalid).with { $0.flags |= announced } } == .kernel(.invalid, words: nil))
  }

  private func cause(
    _ reply: @escaping (FakeRequest) -> FakeMessage
  ) -> NetlinkError.Cause? {
    talk { [.datagram([reply($0)])] }.error
  }
}
