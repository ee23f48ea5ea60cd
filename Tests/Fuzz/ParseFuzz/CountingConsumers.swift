import Census
import Inet
import Netlink

/// Counts the rows of one datagram as every kind of table, with limits so low that entries leave.
///
/// Each engine gets its own walk over the same bytes; what the numbers promise each other is held.
func countEveryWay(_ bytes: RawSpan, _ expectation: ReplyExpectation) -> UInt64 {
  let range = PortRange(low: 32_768, high: 61_003) ?? .kernelDefault
  let space = CensusSpace(
    range: range, reserved: [40_000, 40_001], reuse: TimeWaitReuse(.loopback))
  let limits = CensusLimits(pools: 8, addresses: 8)
  var tcp = TCPCensus(space, limits: limits)
  var idle = IdleBindCensus(range: range, limits: limits)
  var udp = UDPCensus(range: range, limits: limits)

  tcp.begin()
  walk(bytes, expectation) { (rows) throws(NetlinkError) in try tcp.countListeners(&rows) }
  tcp.sealListeners()
  walk(bytes, expectation) { (rows) throws(NetlinkError) in try tcp.countConnections(&rows) }
  walk(bytes, expectation) { (rows) throws(NetlinkError) in try idle.count(&rows) }
  tcp.blockIdleBinds(idle.use.all)
  walk(bytes, expectation) { (rows) throws(NetlinkError) in try udp.count(&rows) }
  if !tcp.isExact {
    tcp.beginRecount()
    tcp.blockIdleBinds(PortSet())
    tcp.sealListeners()
    walk(bytes, expectation) { (rows) throws(NetlinkError) in try tcp.countConnections(&rows) }
  }

  var digest = UInt64(tcp.rowCount + udp.use.all.count + tcp.lostMaximum)
  precondition(tcp.poolCount <= limits.pools)
  for index in 0..<tcp.poolCount {
    let pool = tcp.pool(at: index)
    let spoken = pool.takenLow + pool.takenOther + pool.reclaimableLow + pool.reclaimableOther
    precondition(spoken <= pool.states.total)
    digest &+= UInt64(pool.states.total)
  }
  for index in 0..<tcp.connected.addresses.count {
    precondition(
      tcp.connected.addresses.ports(at: index).count
        <= tcp.connected.addresses.states(at: index).total)
  }
  return digest
}

private func walk(
  _ bytes: RawSpan, _ expectation: ReplyExpectation,
  _ body: (inout ReplyCursor) throws(NetlinkError) -> Void
) {
  var rows = ReplyCursor(bytes, expectation)
  // A bad frame ends the walk; what came before it is counted, and must hold.
  do throws(NetlinkError) { try body(&rows) } catch {}
}
