import Inet
import PropertyTestKit
import SocketDiag
import Testing

@Suite struct BytecodeTests {
  private static let ephemeral = SocketFilter.sourcePort(.kernelDefault)

  @Test func `a port range is a pair of comparisons`() throws {
    #expect(
      try #require(Bytecode(Self.ephemeral)).bytes == [
        0x02, 0x08, 0x14, 0x00, 0x00, 0x00, 0x00, 0x80,
        0x03, 0x08, 0x0c, 0x00, 0x00, 0x00, 0x47, 0xee,
      ])
  }

  @Test func `a negated prefix falls into a jump past the end`() throws {
    let loopback = try #require(AddressPrefix("127.0.0.0/8"))
    let filter = SocketFilter.and(Self.ephemeral, .not(.destination(loopback)))
    #expect(
      try #require(Bytecode(filter)).bytes == [
        0x02, 0x08, 0x28, 0x00, 0x00, 0x00, 0x00, 0x80,
        0x03, 0x08, 0x20, 0x00, 0x00, 0x00, 0x47, 0xee,
        0x08, 0x10, 0x14, 0x00, 0x02, 0x08, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0,
        0x01, 0x04, 0x08, 0x00,
      ])
  }

  @Test func `nothing is a jump past the end and everything is no program`() throws {
    #expect(try #require(Bytecode(.not(.all))).bytes == [0x01, 0x04, 0x08, 0x00])
    #expect(Bytecode(.all) == nil)
    #expect(Bytecode(.states(.listen)) == nil)
    #expect(Bytecode(.or(.states(.listen), Self.ephemeral)) == nil)
  }

  @Test func `a filter on states is left to user space and said to be inexact`() throws {
    let program = try #require(Bytecode(.and(.states(.listen), Self.ephemeral)))
    #expect(!program.isExact)
    #expect(program.bytes == Bytecode(Self.ephemeral)?.bytes)
    #expect(try #require(Bytecode(Self.ephemeral)).isExact)
  }

  @Test func `an IPv6 prefix over the mapped block leaves mapped sockets out`() throws {
    let everyIPv6 = try #require(Bytecode(.source(AddressPrefix(.ipv6))))
    let mapped = BytecodeMachine.Entry(
      family: 10, source: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1],
      destination: Array(repeating: 0, count: 16), sourcePort: 1, destinationPort: 2)
    #expect(BytecodeMachine(everyIPv6.bytes).auditFailure() == nil)
    #expect(!BytecodeMachine(everyIPv6.bytes).accepts(mapped))
  }

  @Test func `a filter too long for the jumps has no program`() {
    let filter = SocketFilter.any((0..<3000).map { .sourcePort(PortRange(UInt16($0))) })
    #expect(Bytecode(filter) == nil)
  }

  @Test func `the longest programs still pass the audit`() throws {
    let filter = SocketFilter.any((0..<1500).map { .sourcePort(PortRange(UInt16(2 * $0))) })
    let program = try #require(Bytecode(filter))
    #expect(BytecodeMachine(program.bytes).auditFailure() == nil)
    #expect(program.bytes.count == 1500 * 16 + 1499 * 4)
  }

  @Test func `programs accept what the filter matches`() {
    var world = SocketWorld(.fresh())
    let replay = world.generator.replay
    for _ in 0..<2000 {
      let filter = world.filter(depth: 4, states: true)
      guard let program = Bytecode(filter) else { continue }
      let machine = BytecodeMachine(program.bytes)
      let failure = machine.auditFailure()
      #expect(failure == nil, "\(filter) \(replay)")
      guard failure == nil else { return }
      for _ in 0..<20 {
        let socket = world.socket()
        let (accepted, matched) = (machine.accepts(socket.entry), filter.matches(socket.fields))
        let isRight = program.isExact ? accepted == matched : accepted || !matched
        #expect(isRight, "\(filter) \(socket) accepted: \(accepted) \(replay)")
        if !isRight { return }
      }
    }
  }

  @Test func `the request's states cover every match`() {
    var world = SocketWorld(.fresh())
    let replay = world.generator.replay
    for _ in 0..<5000 {
      let filter = world.filter(depth: 4, states: true)
      let fields = world.socket().fields
      guard filter.matches(fields) else { continue }
      let states = filter.possibleStates.rawValue
      #expect(states & (1 << UInt32(fields.rawState)) != 0, "\(filter) \(fields) \(replay)")
    }
  }
}
