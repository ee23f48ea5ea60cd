import Inet
import Kernel
import KernelTestKit
import Netlink
import PropertyTestKit
import SocketDiag
import Testing

/// The kernel's reading of a filter against ours, over the same sockets.
@Suite(.needsRoot) struct KernelFilterTests {
  @Test func `the kernel leaves out what the filter leaves out and nothing else`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let population = try Population(namespace)
        try compare(.tcp, .table, filters: 300)
        try compare(.tcp, .boundInactive, filters: 60)
        try compare(.udp, .table, filters: 150)
        withExtendedLifetime(population) {}
      }
    }
  }

  @Test func `both forms bring the same rows`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let population = try Population(namespace)
        for transport in TransportProtocol.allCases {
          let query = SocketQuery(transport, states: .table)
          let both = Set(try liveRows(query, form: .legacy).map(\.stable))
          let apart = Set(try liveRows(query, form: .byFamily).map(\.stable))
          #expect(both == apart)
          #expect(both.count >= 8)
        }
        withExtendedLifetime(population) {}
      }
    }
  }

  @Test func `the kernel refuses what the reference audit refuses`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        for (name, program) in BytecodeAuditTests.refused {
          #expect(try verdict(on: program) == .invalid, "\(name)")
        }
        #expect(try verdict(on: [1, 4, 8, 0]) == nil)
        var generator = SeededGenerator.fresh()
        for _ in 0..<3000 {
          let program = generator.damagedProgram()
          let expected = BytecodeMachine(program).auditFailure()
          let isRefused = try verdict(on: program) == .invalid
          #expect(
            isRefused == (expected != nil), "\(program) \(expected ?? "-") \(generator.replay)")
        }
      }
    }
  }
}

/// Holds kernel-filtered dumps of `states` against the whole dump filtered here.
private func compare(
  _ transport: TransportProtocol, _ states: StateSet, filters count: Int
) throws {
  let whole = try liveRows(SocketQuery(transport, states: states))
  let isBound = states == .boundInactive
  #expect(whole.count >= 6)
  let generator = SeededGenerator.fresh()
  var world = SocketWorld(
    generator, addresses: Array(Set(whole.flatMap { [$0.source, $0.destination] })).sorted(),
    ports: Array(Set(whole.flatMap { [$0.sourcePort, $0.destinationPort] })).sorted())
  for _ in 0..<count {
    let filter = world.filter(depth: 3, states: true)
    let query = SocketQuery(transport, states: states, filter: filter)
    let filtered = try liveRows(query).map(\.stable)
    let wanted = whole.filter { filter.matches($0.fields(boundInactive: isBound)) }.map(\.stable)
    let isExact = Bytecode(filter).map(\.isExact) ?? (filter == .all)
    let isRight =
      isExact
      ? Set(filtered) == Set(wanted) && filtered.count == wanted.count
      : Set(filtered).isSuperset(of: wanted)
    #expect(
      isRight, "\(transport) \(filter) \(filtered.count) for \(wanted.count) \(generator.replay)")
    if !isRight { return }
  }
}

/// What the kernel says to a dump with this bytecode.
private func verdict(on program: [UInt8]) throws(NetlinkError) -> Errno? {
  var conversation = Conversation(try NetlinkSocket.socketDiagnostics())
  var payload: [UInt8] = [2, 0, 0, 0] + Array(repeating: 0, count: 48)
  payload.appendHostOrder(StateSet.listen.rawValue)
  payload.appendHostOrder(UInt32(0))
  var request = Request(
    type: MessageType(rawValue: 18), flags: [.request, .dump],
    sequence: conversation.nextSequence(), payload: payload)
  request.appendAttribute(1, program)
  do throws(NetlinkError) {
    try conversation.start(request, operation: "try bytecode")
    while try conversation.receive({ _ in }) {}
    return nil
  } catch {
    guard let errno = error.errno else { throw error }
    return errno
  }
}
