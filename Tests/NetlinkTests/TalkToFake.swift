import Netlink
import NetlinkTestKit

/// What a conversation came to.
struct Outcome: Equatable {
  var data = 0
  var datagrams = 0
  var wasInterrupted = false
  var hasYielded = false
  var error: NetlinkError.Cause?
}

/// Holds one conversation with a fake kernel until it ends or fails; `limit` data messages per
/// datagram are read, the rest is left.
func talk(
  limit: Int = .max, capacity: Int = 32_768, _ answer: @escaping (FakeRequest) -> [Delivery]
) -> Outcome {
  var conversation = Conversation(FakeKernel(answer), bufferCapacity: capacity)
  var outcome = Outcome()
  let request = Request(
    type: MessageType(rawValue: 20), flags: [.request, .dump],
    sequence: conversation.nextSequence(), payload: [2, 6, 0, 0])
  do throws(NetlinkError) {
    try conversation.start(request, operation: "test")
    var goesOn = true
    while goesOn {
      goesOn = try conversation.receive { (replies) throws(NetlinkError) in
        var read = 0
        while read < limit, try replies.next() != nil {
          read += 1
          outcome.data += 1
        }
      }
    }
  } catch {
    outcome.error = error.cause
  }
  outcome.datagrams = conversation.datagramCount
  outcome.wasInterrupted = conversation.wasInterrupted
  outcome.hasYielded = conversation.hasYielded
  return outcome
}
