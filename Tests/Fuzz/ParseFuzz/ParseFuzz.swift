import Inet
import Netlink
import NetlinkTestKit
import SocketDiag
import Synchronization

/// Takes one input through the whole parse path: filter, request, conversation, rows, every field.
///
///     0          1 …                 …
///     ┌──────────┬───────────────────┬─────────────────────────────┐
///     │ options  │ filter (FuzzInput)│ a datagram, as it came      │
///     └──────────┴───────────────────┴─────────────────────────────┘
///       options: bit 0 UDP · bit 1 by family · bit 2 the filter is left out
///
/// The datagram is expected to answer sequence 1 of the fake kernel's usual port id.
/// Returns something that depends on all that was read, so that no reading is optimised away.
@discardableResult
public func parse(_ bytes: [UInt8]) -> UInt64 {
  var digest: UInt64 = 0
  var input = FuzzInput(bytes)
  let options = input.byte()
  let filter = options & 4 == 0 ? input.filter() : .all
  let datagram = input.rest
  let form: RequestForm = options & 2 == 0 ? .legacy : .byFamily

  // Straight into the cursor: whatever stands in the datagram, for each consumer.
  let buffer = ReceiveBuffer(holding: datagram)
  let expectation = ReplyExpectation(
    operation: "fuzz", portID: FakeKernel.usualPortID, sequence: 1,
    type: MessageType(rawValue: form == .legacy ? 18 : 20))
  for consumer in RowConsumer.allCases {
    var rows = ReplyCursor(buffer.bytes(), expectation)
    do throws(NetlinkError) {
      digest &+= try consumer.consume(&rows, filter)
    } catch {
      digest &+= length(of: error)
    }
  }

  digest &+= countEveryWay(buffer.bytes(), expectation)

  // And as a dump, with what that makes of refusals, interruptions and ends that do not come.
  let query = SocketQuery(options & 1 == 0 ? .tcp : .udp, states: .table, filter: filter)
  var dump = SocketDump(
    FakeKernel { request in
      precondition(Int(request.length) == request.bytes.count)
      return [.bytes(datagram), .bytes(datagram)]
    })
  do throws(NetlinkError) {
    _ = try dump.run(query, form: form) { (rows) throws(NetlinkError) in
      while let row = try rows.nextRow() { digest &+= row.cookie }
    }
  } catch {
    digest &+= length(of: error)
  }
  return digest
}

private func length(of error: NetlinkError) -> UInt64 { UInt64(error.description.utf8.count) }

private let blackHole = Atomic<UInt64>(0)

/// libFuzzer's entry.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes at `data` for the call.
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
  blackHole.wrappingAdd(parse(bytes), ordering: .relaxed)
  return 0
}
