import Census
import Inet
import Netlink
import NetlinkTestKit
import PropertyTestKit
import SocketDiag

/// When the ports of idle binds reach a census.
enum IdleBindArrival: CaseIterable {
  /// Before the listeners.
  case first
  /// Between listeners and connections.
  case afterListeners
  /// Between two datagrams of connections.
  case amid
  /// After everything.
  case last
}

/// A table in the fake kernel: its datagrams are cut at random.
struct FakeTable {
  let datagrams: [[FakeRow]]

  init(_ rows: [PopulationRow], _ generator: inout SeededGenerator) {
    var datagrams: [[FakeRow]] = []
    var rest = rows[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...generator.pick([1, 10, 250]), using: &generator)
      datagrams.append(rest.prefix(count).map(\.sent))
      rest = rest.dropFirst(count)
    }
    if generator.oneIn(4) { datagrams.append([]) }
    self.datagrams = datagrams
  }

  /// Lends each datagram's rows to `body`, as the kernel's dump would.
  func walk(
    _ body: (inout ReplyCursor) throws(NetlinkError) -> Void
  ) throws(NetlinkError) {
    let datagrams = self.datagrams
    var dump = SocketDump(
      FakeKernel { request in
        var deliveries = datagrams.map { rows in Delivery.datagram(rows.map { request.row($0) }) }
        deliveries.append(.datagram([request.done()]))
        return deliveries
      })
    _ = try dump.run(SocketQuery(.tcp, states: .table), body)
  }
}

/// One pass over a population's tables, and when idle binds arrive on it.
struct FakePass {
  let listeners: FakeTable
  let connections: FakeTable
  let idleBinds: FakeTable
  let idlePorts: PortSet

  init(_ population: Population, _ generator: inout SeededGenerator) {
    listeners = FakeTable(population.listeners, &generator)
    connections = FakeTable(population.connections, &generator)
    idleBinds = FakeTable(population.idleBinds, &generator)
    idlePorts = PortSet(population.idleBinds.map(\.row.sourcePort))
  }

  /// Counts the tables; `begin()` or `beginRecount()` is the caller's.
  func count(into census: inout TCPCensus, _ arrival: IdleBindArrival) throws(NetlinkError) {
    if arrival == .first { census.blockIdleBinds(idlePorts) }
    try listeners.walk { rows throws(NetlinkError) in try census.countListeners(&rows) }
    census.sealListeners()
    if arrival == .afterListeners { census.blockIdleBinds(idlePorts) }
    var datagramsLeft = connections.datagrams.count / 2
    var isAwaited = arrival == .amid
    try connections.walk { rows throws(NetlinkError) in
      if isAwaited, datagramsLeft == 0 {
        census.blockIdleBinds(idlePorts)
        isAwaited = false
      }
      datagramsLeft -= 1
      try census.countConnections(&rows)
    }
    if isAwaited || arrival == .last { census.blockIdleBinds(idlePorts) }
  }
}
