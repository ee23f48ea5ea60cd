public import Inet
internal import Kernel
public import Netlink
public import SocketDiag

/// Lists the sockets of the calling thread's namespace that match a filter.
public struct SocketLister {
  /// Which sockets.
  public var filter: SocketFilter
  /// Which protocols, in this order.
  public var transports: [TransportProtocol]

  /// A lister of what matches `filter`.
  public init(filter: SocketFilter, transports: [TransportProtocol] = [.tcp, .udp]) {
    self.filter = filter
    self.transports = transports
  }

  /// Whether the running kernel reports bound-inactive sockets (6.8).
  public static var knowsIdleBinds: Bool { KernelVersion.running().has(.reportsBoundInactive) }

  /// Whether bound-inactive sockets can match.
  public var wantsIdleBinds: Bool {
    transports.contains(.tcp) && filter.possibleStates.contains(.boundInactive)
  }

  /// Calls `body` with each socket, by value, in the kernel's order.
  ///
  /// The kernel leaves out what it can decide; the rest is decided here. Bound-inactive sockets come
  /// last, from a walk of their own, where the kernel knows them (6.8). A protocol that this kernel
  /// cannot report is thrown, unless another one was listed: then it is returned.
  public func list(
    _ body: (SocketRecord) -> Void
  ) throws(SampleError) -> [(TransportProtocol, NetlinkError)] {
    let kernel = KernelVersion.running()
    var failures: [(TransportProtocol, NetlinkError)] = []
    for transport in transports {
      do throws(NetlinkError) {
        try walk(transport, states: .table, kernel, body)
        if transport == .tcp, kernel.has(.reportsBoundInactive),
          filter.possibleStates.contains(.boundInactive)
        {
          try walk(transport, states: .boundInactive, kernel, body)
        }
      } catch {
        failures.append((transport, error))
      }
    }
    if failures.count == transports.count, let (_, error) = failures.first {
      throw .netlink(error)
    }
    return failures
  }

  private func walk(
    _ transport: TransportProtocol, states: StateSet, _ kernel: KernelVersion,
    _ body: (SocketRecord) -> Void
  ) throws(NetlinkError) {
    let isBoundInactive = states == .boundInactive
    // A mask of nothing would be a request for nothing; but the walk costs the same, so skip it.
    guard !states.isDisjoint(with: filter.possibleStates) else { return }
    var dump = try SocketDump()
    let query = SocketQuery(transport, states: states, filter: filter)
    _ = try dump.run(query, form: .cheapest(for: transport, on: kernel)) {
      (rows: inout ReplyCursor) throws(NetlinkError) in
      while let row = try rows.nextRow() {
        guard filter.matches(SocketFields(row, boundInactive: isBoundInactive)) else { continue }
        body(SocketRecord(row, transport, boundInactive: isBoundInactive))
      }
    }
  }
}

extension SocketRecord {
  /// The socket of a row, by value.
  init(_ row: borrowing SocketRow, _ transport: TransportProtocol, boundInactive: Bool) {
    let isMinisock = row.isMinisock
    self.init(
      transport: transport, state: boundInactive ? .boundInactive : row.state, source: row.source,
      sourcePort: row.sourcePort, destination: row.destination,
      destinationPort: row.destinationPort, isMapped: row.isMapped, interface: row.interface,
      cookie: row.cookie,
      // uid 0 beside inode 0 is "unknown" and not root: minisocks, and requests not yet accepted.
      uid: row.inode == 0 && row.uid == 0 ? nil : row.uid,
      inode: row.inode == 0 ? nil : row.inode, cgroupID: row.cgroupID,
      expiresMilliseconds: isMinisock ? row.expiresMilliseconds : nil,
      receiveQueue: row.receiveQueue, sendQueue: row.sendQueue)
  }
}
