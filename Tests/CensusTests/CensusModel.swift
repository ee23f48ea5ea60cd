import Census
import Inet
import NetlinkTestKit

/// The census as design.md puts it in words, written as plainly as possible: sets of ports.
struct CensusModel {
  let population: Population

  /// A row is inbound iff a listener has its local port and a local address, or a wildcard of the
  /// right family, that covers the row's.
  func isInbound(_ row: PopulationRow) -> Bool {
    population.listeners.contains { listener in
      listener.row.sourcePort == row.row.sourcePort
        && (listener.row.interface == 0 || listener.row.interface == row.row.interface)
        && covers(listener, row.row.source)
    }
  }

  /// 0.0.0.0 covers IPv4, [::] both families, [::] with v6only IPv6 alone.
  func covers(_ listener: PopulationRow, _ address: IPAddress) -> Bool {
    if listener.row.source == address { return true }
    if listener.row.source == .anyIPv4 { return address.isIPv4 }
    if listener.row.source == .anyIPv6 { return !address.isIPv4 || !listener.isV6Only }
    return false
  }

  /// B: ports with a listener or an idle bind, whatever the address.
  var blocked: Set<UInt16> {
    Set((population.listeners + population.idleBinds).map(\.row.sourcePort))
  }

  /// Ports on which a connection to `address` finds a listener.
  func listeningPorts(_ address: IPAddress) -> Set<UInt16> {
    Set(population.listeners.filter { covers($0, address) }.map(\.row.sourcePort))
  }

  /// Sockets by the kernel's number of their state; 0 for numbers that it does not document.
  static func states(_ rows: [PopulationRow]) -> [UInt8: Int] {
    rows.reduce(into: [:]) { $0[$1.row.state < 14 ? $1.row.state : 0, default: 0] += 1 }
  }

  /// Every connect pool: outbound rows within E, by source, destination, port and interface.
  var pools: [PoolName: PoolModel] {
    let space = population.space
    let blocked = self.blocked
    var pools: [PoolName: PoolModel] = [:]
    for row in population.connections {
      let port = row.row.sourcePort
      guard !row.row.source.isWildcard, row.row.destinationPort != 0, !isInbound(row),
        space.range.contains(port)
      else { continue }
      let name = PoolName(row)
      let state = (1...11).contains(row.row.state) ? row.row.state : 7
      pools[name, default: PoolModel()].states[state, default: []].insert(port)
      guard !space.reserved.contains(port), !blocked.contains(port) else { continue }
      let hasParityOfLow = (port - space.range.low) % 2 == 0
      switch (mayBeTakenOver(row), hasParityOfLow) {
      case (true, true): pools[name]?.reclaimableLow.insert(port)
      case (true, false): pools[name]?.reclaimableOther.insert(port)
      case (false, true): pools[name]?.takenLow.insert(port)
      case (false, false): pools[name]?.takenOther.insert(port)
      }
    }
    return pools
  }

  /// kernel-semantics.md, 3.1: TIME_WAIT, old enough, and tcp_tw_reuse 1, or 2 and loopback.
  private func mayBeTakenOver(_ row: PopulationRow) -> Bool {
    guard row.row.state == 6, row.row.timer == 3, row.row.expires <= 60_000 else { return false }
    let reuse = population.space.reuse
    let age = 60_000 - row.row.expires
    guard age > reuse.delayMilliseconds else { return false }
    switch reuse.mode {
    case .never: return false
    case .always: return true
    case .loopback:
      let ends = ["\(row.row.source)", "\(row.row.destination)"]
      return row.row.interface == 1 || ends.contains { $0.hasPrefix("127.") || $0 == "::1" }
    }
  }
}

/// The key of a connect pool.
struct PoolName: Hashable {
  var source: IPAddress
  var destination: IPAddress
  var port: UInt16
  var interface: UInt32
}

extension PoolName {
  init(_ row: PopulationRow) {
    source = row.row.source
    destination = row.row.destination
    port = row.row.destinationPort
    interface = row.row.interface
  }
}

/// A connect pool as sets of ports.
struct PoolModel: Equatable {
  var states: [UInt8: Set<UInt16>] = [:]
  var takenLow: Set<UInt16> = []
  var takenOther: Set<UInt16> = []
  var reclaimableLow: Set<UInt16> = []
  var reclaimableOther: Set<UInt16> = []

  var counts: PoolFacts {
    PoolFacts(
      states: states.mapValues(\.count), takenLow: takenLow.count, takenOther: takenOther.count,
      reclaimableLow: reclaimableLow.count, reclaimableOther: reclaimableOther.count)
  }
}
