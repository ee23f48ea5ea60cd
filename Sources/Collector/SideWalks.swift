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

  init(space: CensusSpace, limits: CensusLimits, source: SampleSource<Transport>) {
    self.source = source
    state = Mutex(
      SideCounts(
        idleBinds: IdleBindCensus(range: space.range, limits: limits),
        udp: UDPCensus(range: space.range, limits: limits)))
  }

  /// Whether this kernel can tell bound-inactive sockets at all (6.8; before, the bit is ignored).
  var knowsIdleBinds: Bool { source.kernel >= KernelVersion(6, 8) }

  /// Runs both walks in the calling thread's namespace. A walk that fails is kept as such.
  func run() {
    state.withLock { state in
      state.idleBindError = nil
      state.udpError = nil
      state.wasInterrupted = false
      state.idleBinds.begin()
      state.udp.begin()
      if knowsIdleBinds { walkIdleBinds(&state) }
      walkUDP(&state)
    }
  }

  private func walkIdleBinds(_ state: inout SideCounts) {
    do throws(NetlinkError) {
      var dump = SocketDump(try source.connect())
      let report = try dump.run(SocketQuery(.tcp, states: .boundInactive)) {
        (rows: inout ReplyCursor) throws(NetlinkError) in try state.idleBinds.count(&rows)
      }
      if report.wasInterrupted { state.wasInterrupted = true }
    } catch {
      state.idleBindError = error
    }
  }

  private func walkUDP(_ state: inout SideCounts) {
    do throws(NetlinkError) {
      var dump = SocketDump(try source.connect())
      let form = RequestForm.cheapest(for: .udp, on: source.kernel)
      let report = try dump.run(SocketQuery(.udp, states: .table), form: form) {
        (rows: inout ReplyCursor) throws(NetlinkError) in try state.udp.count(&rows)
      }
      if report.wasInterrupted { state.wasInterrupted = true }
    } catch {
      state.udpError = error
    }
  }
}

/// What the slow walks counted, and what kept them from it.
struct SideCounts: Sendable {
  var idleBinds: IdleBindCensus
  var udp: UDPCensus
  var idleBindError: NetlinkError?
  var udpError: NetlinkError?
  var wasInterrupted = false
}
