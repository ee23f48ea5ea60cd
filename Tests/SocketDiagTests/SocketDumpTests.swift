import Inet
import Kernel
import Netlink
import NetlinkTestKit
import SocketDiag
import Testing

/// What a dump does with kernels that answer, refuse, or lack a part.
@Suite struct SocketDumpTests {
  @Test func `the legacy form takes both families from one walk`() {
    let outcome = dump { request in
      [
        .datagram([request.row(), request.row(FakeRow { $0.family = 10 })]),
        .datagram([request.done()]),
      ]
    }
    var report = DumpReport(form: .legacy)
    report.datagramCount = 2
    #expect(outcome == Outcome(types: [18], rows: 2, report: report))
  }

  @Test(arguments: [Errno.invalid, .noEntry, .notSupported, .protocolNotSupported])
  func `a refused legacy form is asked again by family`(_ errno: Errno) {
    let outcome = dump { request in
      request.type == 18
        ? [.datagram([request.error(errno)])] : [.datagram([request.row(), request.done()])]
    }
    var report = DumpReport(form: .byFamily)
    report.fellBack = true
    report.datagramCount = 2
    #expect(outcome == Outcome(types: [18, 20, 20], rows: 2, report: report))
  }

  @Test func `a refusal at the end of an empty dump is one too`() {
    let outcome = dump { request in
      [.datagram([request.type == 18 ? request.done(.invalid) : request.done()])]
    }
    #expect(outcome.types == [18, 20, 20])
    #expect(outcome.report?.fellBack == true)
  }

  @Test(arguments: [Errno.busy, .notPermitted, .noBufferSpace])
  func `another error is no refusal`(_ errno: Errno) {
    let outcome = dump { [.datagram([$0.error(errno)])] }
    #expect(outcome == Outcome(types: [18], error: .kernel(errno, words: nil)))
  }

  @Test func `nothing is asked again after the first row`() {
    let apart = dump { [.datagram([$0.row()]), .datagram([$0.done(.invalid)])] }
    #expect(apart == Outcome(types: [18], rows: 1, error: .kernel(.invalid, words: nil)))
    let together = dump { [.datagram([$0.row(), $0.done(.invalid)])] }
    #expect(together == Outcome(types: [18], rows: 1, error: .kernel(.invalid, words: nil)))
  }

  @Test func `a failed system call is not asked again`() {
    let outcome = dump { _ in [.failure(.system(.noEntry))] }
    #expect(outcome == Outcome(types: [18], error: .system(.noEntry)))
  }

  @Test func `a kernel without IPv6 is told and tolerated`() {
    let outcome = dump(form: .byFamily) { request in
      request.family == 10
        ? [.datagram([request.error(.noEntry)])] : [.datagram([request.row(), request.done()])]
    }
    var report = DumpReport(form: .byFamily)
    report.missingFamilies = [.ipv6]
    report.datagramCount = 1
    #expect(outcome == Outcome(types: [20, 20], rows: 1, report: report))
  }

  @Test func `IPv6 that fails in another way is an error`() {
    let outcome = dump(form: .byFamily) { request in
      request.family == 10
        ? [.datagram([request.row(), request.done(.noEntry)])] : [.datagram([request.done()])]
    }
    #expect(outcome == Outcome(types: [20, 20], rows: 1, error: .kernel(.noEntry, words: nil)))
  }

  @Test(arguments: TransportProtocol.allCases)
  func `a kernel without the protocol's module refuses both forms`(
    _ transport: TransportProtocol
  ) {
    let outcome = dump(transport) { [.datagram([$0.error(.noEntry)])] }
    #expect(outcome == Outcome(types: [18, 20], error: .kernel(.noEntry, words: nil)))
  }

  @Test func `an interruption of any walk is reported`() {
    let outcome = dump(form: .byFamily) { request in
      let flags = request.family == 2 ? FakeMessage.dumpInterrupted : 0
      return [.datagram([request.done().with { $0.flags |= flags }])]
    }
    #expect(outcome.report?.wasInterrupted == true)
  }

  @Test func `a row shorter than its struct is a bad frame`() {
    let outcome = dump { [.datagram([$0.row(), $0.message(18, payload: [2, 1, 0, 0])])] }
    #expect(
      outcome
        == Outcome(
          types: [18], rows: 1,
          error: .frame(.shortPayload(offset: 104, needed: 72, available: 4))))
  }

  @Test func `errors name the protocol`() {
    #expect(SocketQuery(.tcp, states: .table).operation == "dump tcp sockets")
    #expect(SocketQuery(.udp, states: .table).operation == "dump udp sockets")
  }

  private struct Outcome: Equatable {
    var types: [UInt16] = []
    var rows = 0
    var report: DumpReport?
    var error: NetlinkError.Cause?
  }

  private func dump(
    _ transport: TransportProtocol = .tcp, form: RequestForm = .legacy,
    _ answer: @escaping (FakeRequest) -> [Delivery]
  ) -> Outcome {
    var types: [UInt16] = []
    var outcome = Outcome()
    var dump = SocketDump(
      FakeKernel { request in
        types.append(request.type)
        return answer(request)
      })
    do throws(NetlinkError) {
      outcome.report = try dump.run(SocketQuery(transport, states: .table), form: form) {
        (replies) throws(NetlinkError) in
        while try replies.nextRow() != nil { outcome.rows += 1 }
      }
    } catch {
      outcome.error = error.cause
    }
    outcome.types = types
    return outcome
  }
}
