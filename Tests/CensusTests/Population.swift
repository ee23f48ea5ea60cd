import Census
import Inet
import NetlinkTestKit
import PropertyTestKit

/// A row of the fake kernel, and what the model must know of its attributes.
struct PopulationRow {
  var row: FakeRow
  var isV6Only = false

  /// The row as the kernel sends it: with SKV6ONLY where a v6 socket listens or is not connected.
  var sent: FakeRow {
    var row = row
    row.append(.cgroupID(4711))
    if isV6Only { row.append(.v6Only(true)) }
    return row
  }
}

/// The sockets of a namespace, random, with so few addresses and ports that collisions are common.
struct Population {
  var space: CensusSpace
  var listeners: [PopulationRow] = []
  var connections: [PopulationRow] = []
  var idleBinds: [PopulationRow] = []
  var datagramSockets: [PopulationRow] = []

  static let ipv4 = ["127.0.0.1", "127.9.9.9", "10.0.0.1", "10.0.0.2"].compactMap(IPAddress.init)
  static let ipv6 = ["::1", "fe80::1", "2001:db8::1", "::fffe:10.0.0.1"].compactMap(IPAddress.init)
  /// Numbers that the kernel documents for connections, each often, and a few that it does not.
  private static let states: [UInt8] = [
    1, 1, 1, 2, 3, 4, 5, 5, 6, 6, 6, 8, 9, 11, 7, 0, 12, 14, 200,
  ]

  init(space: CensusSpace, _ generator: inout SeededGenerator) {
    self.space = space
    for _ in 0..<generator.count(upTo: 6) { listeners.append(unconnected(10, &generator)) }
    for _ in 0..<generator.count(upTo: 5) { idleBinds.append(unconnected(7, &generator)) }
    var tuples: Set<String> = []
    for _ in 0..<generator.count(upTo: 160) {
      let row = connection(&generator)
      // The kernel has one socket per tuple and interface; a repeated row is a flaw of its dumps.
      if tuples.insert(Self.tuple(row)).inserted { connections.append(row) }
    }
    for _ in 0..<generator.count(upTo: 30) {
      datagramSockets.append(
        generator.oneIn(2) ? unconnected(7, &generator) : connection(&generator, state: 1))
    }
  }

  private static func tuple(_ row: PopulationRow) -> String {
    "\(row.row.source) \(row.row.sourcePort) \(row.row.destination) \(row.row.destinationPort)"
      + " \(row.row.interface)"
  }

  private func unconnected(_ state: UInt8, _ generator: inout SeededGenerator) -> PopulationRow {
    let isIPv4 = generator.oneIn(2)
    var row = FakeRow()
    row.state = state
    row.family = isIPv4 && generator.oneIn(2) ? 2 : 10
    row.source = generator.pick(isIPv4 ? Self.ipv4 + [.anyIPv4] : Self.ipv6 + [.anyIPv6, .anyIPv6])
    row.destination = isIPv4 ? .anyIPv4 : .anyIPv6
    row.sourcePort = port(&generator)
    row.destinationPort = 0
    row.interface = generator.pick([0, 0, 0, 0, 1, 2])
    return PopulationRow(row: row, isV6Only: !isIPv4 && generator.oneIn(2))
  }

  private func connection(
    _ generator: inout SeededGenerator, state: UInt8? = nil
  ) -> PopulationRow {
    let isIPv4 = !generator.oneIn(3)
    let addresses = isIPv4 ? Self.ipv4 : Self.ipv6
    var row = FakeRow()
    row.state = state ?? generator.pick(Self.states)
    row.family = isIPv4 && !generator.oneIn(3) ? 2 : 10
    row.source = generator.pick(addresses)
    if generator.oneIn(40) { row.source = isIPv4 ? .anyIPv4 : .anyIPv6 }
    row.destination = generator.pick(addresses)
    row.sourcePort = port(&generator)
    row.destinationPort = generator.pick([443, 443, 80, generator.oneIn(20) ? 0 : 443])
    row.interface = generator.pick([0, 0, 0, 0, 0, 1, 2])
    if row.state == 6 || row.state == 5 && generator.oneIn(2) {
      row.timer = 3
      row.expires = generator.pick([0, 1, 57_999, 58_000, 58_999, 59_000, 59_001, 60_000, .max - 5])
    }
    return PopulationRow(row: row)
  }

  /// A port of the range mostly, its ends often, and some outside.
  private func port(_ generator: inout SeededGenerator) -> UInt16 {
    let range = space.range
    if generator.oneIn(8) { return generator.pick([1, 443, 64_999, 65_535]) }
    if generator.oneIn(6) { return generator.pick([range.low, range.high]) }
    return UInt16.random(in: range.low...range.high, using: &generator)
  }
}

extension SeededGenerator {
  /// A number from 0 to `limit`, 0 often.
  mutating func count(upTo limit: Int) -> Int {
    oneIn(5) ? 0 : Int.random(in: 0...limit, using: &self)
  }

  /// A narrow port space that begins and ends anywhere in a word of a bitmap.
  mutating func space() -> CensusSpace {
    let low = pick([1024, 32_767, 32_768, 40_000, 40_001, 65_500])
    let high = min(65_535, low + Int.random(in: 0...90, using: &self))
    let range = PortRange(low: UInt16(low), high: UInt16(high)) ?? PortRange(UInt16(low))
    var reserved = PortSet()
    for _ in 0..<count(upTo: 12) {
      reserved.insert(UInt16.random(in: range.low...range.high, using: &self))
    }
    if oneIn(4) { reserved.insert(1) }
    let mode: TimeWaitReuse.Mode = pick([.never, .always, .loopback])
    let reuse = TimeWaitReuse(mode, delayMilliseconds: pick([1000, 1000, 1000, 2000]))
    return CensusSpace(range: range, reserved: reserved, reuse: reuse)
  }
}
