internal import Census
internal import HostFacts
internal import Inet
internal import Kernel
internal import Netlink
internal import Owners
internal import SocketDiag

/// The sockets that hold ports of the range, as one look at the tables has them.
struct OwnerWalk {
  let kind: OwnerKind
  let range: PortRange
  private(set) var holdings = PortHoldings()
  /// Where all processes are asked for: the sockets by their inodes.
  private(set) var sockets: SocketInodes
  /// Where some of their descriptors were looked at before.
  let sample: ProcessSample
  /// By number in the sample, less 1: the index of the socket's row, plus 1; 0 for one that was not met.
  private var sampledRows: [UInt32]
  private(set) var notes: [OwnerNote] = []
  /// Whether a socket is in another cgroup than the root.
  private(set) var hasOwnersBesideRoot = false
  private var listeners = ListenerIndex()
  private let lister: OwnerLister

  /// Walks listeners, then all that can hold a port, then idle binds where the kernel knows them (6.8).
  init(
    _ lister: OwnerLister, _ kind: OwnerKind, _ sample: ProcessSample = ProcessSample()
  ) throws(SampleError) {
    var sockets = SocketInodes()
    try self.init(lister, kind, sample, adding: &sockets)
    self.sockets = sockets
  }

  /// The same, with the sockets of several walks in one `sockets`, which this one's are added to.
  init(
    _ lister: OwnerLister, _ kind: OwnerKind, _ sample: ProcessSample = ProcessSample(),
    adding sockets: inout SocketInodes
  ) throws(SampleError) {
    self.lister = lister
    self.kind = kind
    self.sample = sample
    self.sockets = SocketInodes()
    sampledRows = Array(repeating: 0, count: sample.sockets.count)
    do throws(FactError) { range = try LocalPortRange.read() } catch { throw .fact(error) }
    // Back and forth, and never in two places: it would be copied.
    swap(&self.sockets, &sockets)
    defer { swap(&self.sockets, &sockets) }
    do throws(NetlinkError) { try walk() } catch { throw .netlink(error) }
  }

  private mutating func walk() throws(NetlinkError) {
    let kernel = KernelVersion.running()
    var dump = try SocketDump()
    let form = RequestForm.cheapest(for: lister.transport, on: kernel)
    if lister.transport == .tcp {
      _ = try dump.run(SocketQuery(.tcp, states: .listen), form: form) {
        (rows: inout ReplyCursor) throws(NetlinkError) in
        while let row = try rows.nextRow() { addListener(row) }
      }
      listeners.seal()
    }
    let filter = SocketFilter.every([.sourcePort(range), lister.filter])
    let table: StateSet = lister.transport == .tcp ? .connected : .table
    let report = try dump.run(
      SocketQuery(lister.transport, states: table, filter: filter), form: form
    ) { (rows: inout ReplyCursor) throws(NetlinkError) in
      while let row = try rows.nextRow() { add(row, state: row.rawState) }
    }
    if report.wasInterrupted {
      notes.append(OwnerNote("dump_interrupted", "the table changed while it was read"))
    }
    guard lister.transport == .tcp else { return }
    guard kernel.has(.reportsBoundInactive) else {
      notes.append(
        OwnerNote(
          "bound_inactive_unavailable",
          "idle binds are missing: this kernel does not report them (6.8 does)"))
      return
    }
    _ = try dump.run(SocketQuery(.tcp, states: .boundInactive, filter: filter), form: form) {
      (rows: inout ReplyCursor) throws(NetlinkError) in
      while let row = try rows.nextRow() { add(row, state: SocketState.boundInactive.rawValue) }
    }
  }

  private mutating func addListener(_ row: borrowing SocketRow) {
    listeners.insert(row)
    if range.contains(row.sourcePort) { add(row, state: row.rawState) }
  }

  private mutating func add(_ row: borrowing SocketRow, state: UInt8) {
    let port = row.sourcePort
    // A kernel that cannot filter sends more than was asked for.
    guard range.contains(port) else { return }
    if lister.filter != .all {
      let isIdle = state == SocketState.boundInactive.rawValue
      guard lister.filter.matches(SocketFields(row, boundInactive: isIdle)) else { return }
    }
    let source = row.source, interface = row.interface, remotePort = row.destinationPort
    let isListener = state == SocketState.listen.rawValue
    if !isListener, listeners.covers(source, port, interface: interface) { return }
    let tuple =
      remotePort == 0
      ? nil
      : TupleKey(
        source: source, destination: row.destination, port: remotePort, interface: interface)
    let isCounted = lister.states.map { $0.rawValue & (1 << UInt32(state & 31)) != 0 } ?? true
    let owner = owner(of: row)
    holdings.append(owner: owner, tuple: tuple, port: port, state: state, isCounted: isCounted)
  }

  /// The index in `holdings` of a socket of the sample; nil for one that holds no port.
  func row(_ number: UInt32) -> Int? {
    let row = number == 0 ? 0 : sampledRows[Int(number) - 1]
    return row == 0 ? nil : Int(row) - 1
  }

  private mutating func owner(of row: borrowing SocketRow) -> UInt64 {
    if row.isMinisock { return PortHoldings.noOwner }
    switch kind {
    case .cgroup:
      guard let number = row.cgroupID else { return PortHoldings.noOwner }
      if number != Self.rootCgroup { hasOwnersBesideRoot = true }
      return number
    case .user:
      // uid 0 beside inode 0 is "unknown" and not root.
      return row.inode == 0 && row.uid == 0 ? PortHoldings.noOwner : UInt64(row.uid)
    case .process:
      guard row.inode != 0 else { return PortHoldings.noOwner }
      if lister.scan == .exact { return UInt64(sockets.insert(row.inode)) }
      let number = sample.sockets.number(of: row.inode)
      if number != 0 {
        sampledRows[Int(number) - 1] = UInt32(truncatingIfNeeded: holdings.count + 1)
      }
      return UInt64(number)
    }
  }

  /// The number of the hierarchy's root (fs/kernfs: the first node).
  private static var rootCgroup: UInt64 { 1 }
}
