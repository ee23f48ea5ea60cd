import Kernel
import Netlink
import NetlinkTestKit
import Testing

/// Conversations that end well, and what may happen on the way.
@Suite struct ConversationTests {
  @Test func `a dump is data in many datagrams and an end`() {
    let outcome = talk { request in
      [
        .datagram([request.row(), request.row()]), .datagram([request.row()]),
        .datagram([request.done()]),
      ]
    }
    #expect(outcome == Outcome(data: 3, datagrams: 3, hasYielded: true))
  }

  @Test func `the end may stand behind data in one datagram`() {
    let outcome = talk { request in [.datagram([request.row(), request.done()])] }
    #expect(outcome == Outcome(data: 1, datagrams: 1, hasYielded: true))
  }

  @Test func `an end without payload is an end`() {
    #expect(talk { [.datagram([$0.message(3)])] } == Outcome(datagrams: 1))
    #expect(talk { [.datagram([$0.message(3, payload: [1, 2, 3])])] } == Outcome(datagrams: 1))
  }

  @Test func `noise is passed over`() {
    let outcome = talk { request in
      [.datagram([request.noop(), request.row(), request.noop()]), .datagram([request.done()])]
    }
    #expect(outcome == Outcome(data: 1, datagrams: 2, hasYielded: true))
  }

  @Test func `an empty datagram is passed over`() {
    let outcome = talk { request in [.bytes([]), .datagram([request.row(), request.done()])] }
    #expect(outcome == Outcome(data: 1, datagrams: 2, hasYielded: true))
  }

  @Test func `an interrupted dump is told and goes on`() {
    let outcome = talk { request in
      [
        .datagram([request.row().with { $0.flags |= FakeMessage.dumpInterrupted }]),
        .datagram([request.row(), request.done()]),
      ]
    }
    #expect(outcome == Outcome(data: 2, datagrams: 2, wasInterrupted: true, hasYielded: true))
  }

  @Test func `the end itself may carry the interruption`() {
    let outcome = talk { request in
      [.datagram([request.done().with { $0.flags |= FakeMessage.dumpInterrupted }])]
    }
    #expect(outcome == Outcome(datagrams: 1, wasInterrupted: true))
  }

  @Test func `a body that stops early leaves checked messages behind`() {
    let outcome = talk(limit: 1) { request in
      [.datagram([request.row(), request.row(), request.row()]), .datagram([request.done()])]
    }
    #expect(outcome == Outcome(data: 1, datagrams: 2, hasYielded: true))
    let spoilt = talk(limit: 1) { request in
      [.datagram([request.row(), request.row().with { $0.portID = 5 }, request.done()])]
    }
    #expect(spoilt.data == 1)
    #expect(spoilt.error == .foreignPort(expected: 4711, got: 5))
  }

  @Test func `an acknowledgement ends a conversation that is no dump`() {
    #expect(talk { [.datagram([$0.error(code: 0)])] } == Outcome(datagrams: 1))
  }

  @Test func `nothing is received before a request or after its end`() throws {
    var conversation = Conversation(FakeKernel { [.datagram([$0.done()])] })
    try expectEnd(of: &conversation)
    let request = Request(
      type: MessageType(rawValue: 20), flags: .dump, sequence: conversation.nextSequence(),
      payload: [])
    try conversation.start(request, operation: "test")
    try expectEnd(of: &conversation)
    try expectEnd(of: &conversation)
    let count = conversation.datagramCount
    #expect(count == 1)
  }

  @Test func `a second request starts afresh with its own sequence`() throws {
    var sequences: [UInt32] = []
    var conversation = Conversation(
      FakeKernel { request in
        sequences.append(request.sequence)
        return [
          .datagram([
            request.row().with { $0.flags |= FakeMessage.dumpInterrupted }, request.done(),
          ])
        ]
      })
    for _ in 0..<2 {
      let request = Request(
        type: MessageType(rawValue: 20), flags: .dump, sequence: conversation.nextSequence(),
        payload: [])
      try conversation.start(request, operation: "test")
      let isFresh = !conversation.wasInterrupted && !conversation.hasYielded
      #expect(isFresh)
      try expectEnd(of: &conversation)
    }
    #expect(sequences == [1, 2])
  }

  private func expectEnd(of conversation: inout Conversation<FakeKernel>) throws {
    let goesOn = try conversation.receive { _ in }
    #expect(!goesOn)
  }
}
