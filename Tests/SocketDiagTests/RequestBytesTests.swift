import Inet
import Kernel
import Netlink
import NetlinkTestKit
import SocketDiag
import Testing

/// The bytes that leave for the kernel, in full.
@Suite struct RequestBytesTests {
  private static let sockid = [UInt8](repeating: 0, count: 48)

  @Test func `the legacy form asks for TCP in one walk`() throws {
    let requests = try requests(SocketQuery(.tcp, states: .connected), .legacy)
    #expect(
      requests == [
        // length, type, flags, sequence, port id; then family, id, states, dbs
        [76, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0]
          + [2, 0, 0, 0] + Self.sockid + [0x76, 0x0b, 0, 0] + [0, 0, 0, 0]
      ])
  }

  @Test func `the legacy form asks for UDP with the protocol in an attribute`() throws {
    let requests = try requests(SocketQuery(.udp, states: .table), .legacy)
    #expect(
      requests == [
        [84, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0]
          + [2, 0, 0, 0] + Self.sockid + [0xff, 0x0f, 0, 0] + [0, 0, 0, 0]
          + [8, 0, 3, 0, 17, 0, 0, 0]
      ])
  }

  @Test func `the form by family asks once for each`() throws {
    for (transport, number) in [(TransportProtocol.tcp, 6 as UInt8), (.udp, 17)] {
      let requests = try requests(SocketQuery(transport, states: .boundInactive), .byFamily)
      #expect(
        requests
          == [(1 as UInt8, 2 as UInt8), (2, 10)].map { sequence, family in
            [72, 0, 0, 0, 20, 0, 1, 3, sequence, 0, 0, 0, 0, 0, 0, 0]
              + [family, number, 0, 0] + [0, 0x20, 0, 0] + Self.sockid
          })
    }
  }

  @Test func `bytecode follows as an attribute in both forms`() throws {
    let query = SocketQuery(.udp, states: .table, filter: .sourcePort(PortRange(53)))
    let bytecode: [UInt8] = [
      20, 0, 1, 0,
      2, 8, 20, 0, 0, 0, 53, 0,
      3, 8, 12, 0, 0, 0, 53, 0,
    ]
    let legacy = try requests(query, .legacy)
    #expect(legacy.map { $0[0] } == [104])
    #expect(legacy.map { Array($0[76...]) } == [[8, 0, 3, 0, 17, 0, 0, 0] + bytecode])
    let byFamily = try requests(query, .byFamily)
    #expect(byFamily.map { $0[0] } == [92, 92])
    #expect(byFamily.map { Array($0[72...]) } == [bytecode, bytecode])
  }

  @Test func `a filter narrows the states that are asked for`() throws {
    let filter = SocketFilter.and(.states(.listen), .not(.states(StateSet(.close))))
    let requests = try requests(SocketQuery(.tcp, states: .table, filter: filter), .legacy)
    #expect(requests.map { Array($0[68..<72]) } == [[0, 4, 0, 0]])
    #expect(requests.map(\.count) == [76])
  }

  @Test func `an old kernel is asked for UDP by family`() {
    #expect(RequestForm.cheapest(for: .udp, on: KernelVersion(5, 8)) == .byFamily)
    #expect(RequestForm.cheapest(for: .udp, on: KernelVersion(5, 9)) == .legacy)
    #expect(RequestForm.cheapest(for: .tcp, on: KernelVersion(3, 10)) == .legacy)
  }

  private func requests(
    _ query: SocketQuery, _ form: RequestForm
  ) throws(NetlinkError) -> [[UInt8]] {
    var requests: [[UInt8]] = []
    var dump = SocketDump(
      FakeKernel { request in
        requests.append(request.bytes)
        return [.datagram([request.done()])]
      })
    _ = try dump.run(query, form: form) { _ in }
    return requests
  }
}
