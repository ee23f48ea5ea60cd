import Inet
import Netlink
import PropertyTestKit
import SocketDiag

/// Random filters and sockets that have something to do with each other.
///
/// Addresses come from a small pool and prefixes lie around them, so that conditions are often true.
struct SocketWorld {
  var generator: SeededGenerator
  let addresses: [IPAddress]
  let ports: [UInt16]

  init(_ generator: SeededGenerator) {
    var generator = generator
    var addresses: [IPAddress] = [
      .anyIPv4, .anyIPv6, IPAddress(ipv4: 0x7f00_0001), IPAddress(high: 0, low: 1),
    ]
    for _ in 0..<6 { addresses.append(generator.address()) }
    // Neighbours of the mapped block, where IPv6 prefixes cover IPv4 addresses.
    addresses.append(IPAddress(high: 0, low: 0x0000_fffe_0a00_0001))
    addresses.append(IPAddress(high: 0, low: 0x0001_0000_0a00_0001))
    self.addresses = addresses
    var ports: [UInt16] = []
    for _ in 0..<8 { ports.append(generator.port()) }
    self.ports = ports
    self.generator = generator
  }

  /// A world of addresses and ports that are there.
  init(_ generator: SeededGenerator, addresses: [IPAddress], ports: [UInt16]) {
    self.generator = generator
    self.addresses = addresses
    self.ports = ports
  }

  mutating func filter(depth: Int, states: Bool) -> SocketFilter {
    if depth > 0, !generator.oneIn(4) {
      let left = filter(depth: depth - 1, states: states)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: return .not(left)
      case 1: return .and(left, filter(depth: depth - 1, states: states))
      default: return .or(left, filter(depth: depth - 1, states: states))
      }
    }
    switch Int.random(in: 0..<(states ? 12 : 10), using: &generator) {
    case 0, 1: return .source(generator.prefix(around: generator.pick(addresses)))
    case 2, 3: return .destination(generator.prefix(around: generator.pick(addresses)))
    case 4, 5: return .sourcePort(range())
    case 6, 7: return .destinationPort(range())
    case 8: return .all
    case 9: return .source(AddressPrefix(generator.pick(AddressFamily.allCases)))
    default: return .states(StateSet(rawValue: UInt32.random(in: 0...0x3fff, using: &generator)))
    }
  }

  private mutating func range() -> PortRange {
    if generator.oneIn(3) { return PortRange(generator.pick(ports)) }
    let ends = [generator.pick(ports), generator.pick(ports)].sorted()
    return PortRange(low: ends[0], high: ends[1]) ?? PortRange(ends[0])
  }

  /// A socket in both views: what the kernel's interpreter sees, and what the row says.
  mutating func socket() -> (entry: BytecodeMachine.Entry, fields: SocketFields) {
    let wantsIPv4 = generator.oneIn(2)
    let pool = addresses.filter { $0.isIPv4 == wantsIPv4 }
    let fields = SocketFields(
      source: generator.pick(pool), sourcePort: generator.pick(ports),
      destination: generator.pick(pool), destinationPort: generator.pick(ports),
      rawState: UInt8.random(in: 1...13, using: &generator))
    // An IPv4 socket, or an IPv6 one with mapped addresses.
    let family: UInt8 = wantsIPv4 && generator.oneIn(2) ? 2 : 10
    let entry = BytecodeMachine.Entry(
      family: family, source: Self.bytes(fields.source, family),
      destination: Self.bytes(fields.destination, family), sourcePort: fields.sourcePort,
      destinationPort: fields.destinationPort)
    return (entry, fields)
  }

  private static func bytes(_ address: IPAddress, _ family: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    if family == 10 { bytes.appendNetworkOrder(address.high) }
    if family == 10 {
      bytes.appendNetworkOrder(address.low)
    } else {
      bytes.appendNetworkOrder(UInt32(truncatingIfNeeded: address.low))
    }
    return bytes
  }
}

extension SeededGenerator {
  /// A compiled program with a few bytes changed, or cut short: on the edge of what the audit takes.
  mutating func damagedProgram() -> [UInt8] {
    var world = SocketWorld(self)
    var program: [UInt8] = []
    while program.isEmpty {
      program = Bytecode(world.filter(depth: 2, states: false))?.bytes ?? []
    }
    self = world.generator
    for _ in 0..<Int.random(in: 0...2, using: &self) {
      let index = Int.random(in: program.indices, using: &self)
      program[index] =
        oneIn(2) ? pick([0, 4, 8, 12, 16, 20, 24, 28]) : UInt8.random(in: 0...16, using: &self)
    }
    if oneIn(5) { program.removeLast(Int.random(in: 0...program.count, using: &self)) }
    // Marks and cgroups need other privileges and are never compiled.
    let foreign: [UInt8] = [9, 10, 13]
    return program.enumerated().map { $0 % 4 == 0 && foreign.contains($1) ? 14 : $1 }
  }
}
