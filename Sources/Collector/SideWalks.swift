internal import Census
internal import Inet
internal import Kernel
internal import Netlink
internal import SocketDiag
internal import Synchronization

/// The slow walks beside the TCP dump: bound-inactive sockets, then UDP. Shared with the thread that
/// runs them; the lock is never contended, because the owner looks only after the join.
final class SideWalks<Transport: DatagramTransport & ~Copyable>: Sendable {
  let state: Mutex<SideCounts>
  private let source: SampleSource<Transport>

  init(
    space: CensusSpace, limits: CensusLimits, countsOwners: Bool, source: SampleSource<Transport>
  ) {
    self.source = source
    let owners = countsOwners ? BoundOwnerCensus(range: space.range) : nil
    state = Mutex(
      SideCounts(
        idleBinds: IdleBindCensus(range: space.range, limits: limits),
        udp: UDPCensus(range: space.range, limits: limits), idleBindOwners: owners,
        udpOwners: owners))
  }

  /// Whether this kernel can tell bound-inactive sockets at all (6.8; before, the bit is ignored).
  var knowsIdleBinds: Bool { source.kernel.has(.reportsBoundInactive) }

  /// Runs the walks asked for in the calling thread's namespace; what is not walked stays as it was. A
  /// walk that fails is kept as such.
  func run(idleBinds: Bool = true, udp: Bool = true) {
    state.withLock { state in
      state.wasInterrupted = false
      if idleBinds {
        state.idleBindError = nil
        state.idleBinds.begin()
        state.idleBindOwners?.begin()
        if knowsIdleBinds { walkIdleBinds(&state) }
      }
      if udp {
        state.udpError = nil
        state.udp.begin()
        state.udpOwners?.begin()
        walkUDP(&state)
      }
    }
  }

  private func walkIdleBinds(_ state: inout SideCounts) {
    let query = SocketQuery(.tcp, states: .boundInactive)
    do throws(NetlinkError) {
      var dump = SocketDump(try source.connect())
      try walk(query, .legacy, &dump, &state) {
        (rows, state) throws(NetlinkError) in
        // The same rows again, while they are in the cache.
        var again = rows
        try state.idleBinds.count(&rows)
        try state.idleBindOwners?.count(&again)
      }
      guard !state.idleBinds.isExact else { return }
      state.idleBinds.beginRecount()
      try walk(query, .legacy, &dump, &state) {
        (rows, state) throws(NetlinkError) in try state.idleBinds.count(&rows)
      }
    } catch {
      state.idleBindError = error
      // Half a walk says nothing that could be relied on.
      state.idleBinds.begin()
      state.idleBindOwners?.begin()
    }
  }

  private func walkUDP(_ state: inout SideCounts) {
    let query = SocketQuery(.udp, states: .table)
    let form = RequestForm.cheapest(for: .udp, on: source.kernel)
    do throws(NetlinkError) {
      var dump = SocketDump(try source.connect())
      try walk(query, form, &dump, &state) {
        (rows, state) throws(NetlinkError) in
        var again = rows
        try state.udp.count(&rows)
        try state.udpOwners?.count(&again)
      }
      guard !state.udp.isExact else { return }
      state.udp.beginRecount()
      try walk(query, form, &dump, &state) {
        (rows, state) throws(NetlinkError) in try state.udp.count(&rows)
      }
    } catch {
      state.udpError = error
    }
  }

  private func walk(
    _ query: SocketQuery, _ form: RequestForm, _ dump: inout SocketDump<Transport>,
    _ state: inout SideCounts,
    _ count: (inout ReplyCursor, inout SideCounts) throws(NetlinkError) -> Void
  ) throws(NetlinkError) {
    let report = try dump.run(query, form: form) {
      (rows: inout ReplyCursor) throws(NetlinkError) in try count(&rows, &state)
    }
    if report.wasInterrupted { state.wasInterrupted = true }
  }
}

/// What the slow walks counted, and what kept them from it.
struct SideCounts: Sendable {
  var idleBinds: IdleBindCensus
  var udp: UDPCensus
  /// Who holds these; nil when that is not asked for.
  var idleBindOwners: BoundOwnerCensus?
  var udpOwners: BoundOwnerCensus?
  var idleBindError: NetlinkError?
  var udpError: NetlinkError?
  var wasInterrupted = false
}
