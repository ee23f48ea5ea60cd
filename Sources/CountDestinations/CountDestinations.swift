// Which destinations hold the most source ports? A program over the libraries SocketDiag and Census:
//
//     swift run CountDestinations [HOW-MANY]

import Census
import Inet
import Netlink
import SocketDiag

/// Prints the destinations with the most ephemeral ports in use, most first.
@main
enum CountDestinations {
  static func main() throws {
    let wanted = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10
    // The kernel's default range, nothing reserved, no reuse of TIME_WAIT: HostFacts would know better.
    let space = CensusSpace(
      range: .kernelDefault, reserved: PortSet(), reuse: TimeWaitReuse(.never))
    var census = TCPCensus(space)
    var dump = try SocketDump()

    census.begin()
    _ = try dump.run(SocketQuery(.tcp, states: .listen)) {
      (rows: inout ReplyCursor) throws(NetlinkError) in try census.countListeners(&rows)
    }
    census.sealListeners()
    _ = try dump.run(SocketQuery(.tcp, states: .connected)) {
      (rows: inout ReplyCursor) throws(NetlinkError) in
      // Ports of idle binds are not looked for here: none are blocked.
      if census.needsIdleBinds { census.blockIdleBinds(PortSet()) }
      try census.countConnections(&rows)
    }

    var pools: [ConnectCount] = []
    for index in 0..<census.poolCount { pools.append(census.pool(at: index)) }
    pools.sort { $0.states.total > $1.states.total }
    for pool in pools.prefix(wanted) {
      print(pool.states.total, pool.source, "->", pool.destination, pool.destinationPort)
    }
  }
}
