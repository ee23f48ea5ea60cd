public import Inet

/// A connect pool by its key: what tuples share but for their local port.
public struct TupleKey: Hashable, Sendable {
  /// The local address.
  public var source: IPAddress
  /// The remote address.
  public var destination: IPAddress
  /// The remote port.
  public var port: UInt16
  /// The interface of scoped addresses; 0 for none.
  public var interface: UInt32

  /// The key given.
  public init(source: IPAddress, destination: IPAddress, port: UInt16, interface: UInt32 = 0) {
    self.source = source
    self.destination = destination
    self.port = port
    self.interface = interface
  }
}

/// Sockets that hold ports of a range, kept small until it is known who holds them: 16 bytes each.
///
/// Tuples are kept for the first `poolLimit` pools; sockets of further ones are counted, but nothing is inferred
/// for them.
public struct PortHoldings: Sendable {
  /// A socket.
  struct Row: BitwiseCopyable, Sendable {
    /// What is known of its owner: a number of a cgroup, a user, an inode; `noOwner` for nothing.
    var owner: UInt64
    /// The pool's index; `noPool` for a socket that is not connected.
    var pool: UInt32
    var port: UInt16
    var state: UInt8
    /// Whether it is counted, or only weighs in what is inferred.
    var isCounted: Bool

    var isWaiting: Bool { state == SocketState.timeWait.rawValue }
  }

  /// What stands for an owner of which the kernel tells nothing.
  public static var noOwner: UInt64 { .max }
  static var noPool: UInt32 { .max }

  /// The most pools that are told apart.
  public let poolLimit: Int
  private(set) var rows: [Row] = []
  private(set) var pools: [TupleKey] = []
  private var poolIndices: [TupleKey: UInt32] = [:]
  /// Sockets whose pools were beyond the limit.
  public private(set) var poolOverflowCount = 0

  /// No socket.
  public init(poolLimit: Int = 131_072) { self.poolLimit = poolLimit }

  /// The sockets.
  public var count: Int { rows.count }

  /// Adds a socket on local port `port`. `state` is the kernel's number, 13 for an idle bind; `tuple` nil where
  /// it is not connected. One that is not counted only weighs in what is inferred.
  public mutating func append(
    owner: UInt64, tuple: TupleKey?, port: UInt16, state: UInt8, isCounted: Bool = true
  ) {
    rows.append(
      Row(
        owner: owner, pool: tuple.map { index(of: $0) } ?? Self.noPool, port: port, state: state,
        isCounted: isCounted))
  }

  /// The pool of the socket at `index`; nil where it has none.
  public func tuple(at index: Int) -> TupleKey? {
    let pool = rows[index].pool
    return pool == Self.noPool ? nil : pools[Int(pool)]
  }

  /// The state of the socket at `index`, as the kernel's number.
  public func state(at index: Int) -> UInt8 { rows[index].state }

  /// Whether the socket at `index` is counted.
  public func isCounted(at index: Int) -> Bool { rows[index].isCounted }

  /// Calls `body` with the owner of each socket that has one, more than once as a rule.
  public func forEachOwner(_ body: (UInt64) -> Void) {
    var last = Self.noOwner
    for row in rows where row.owner != Self.noOwner && row.owner != last {
      body(row.owner)
      last = row.owner
    }
  }

  /// Whether a socket is open: somebody holds it, whether or not it is known who.
  public var hasOpen: Bool {
    let open: Set<UInt8> = Set(
      [SocketState.established, .synSent, .closeWait, .listen, .boundInactive].map(\.rawValue))
    return rows.contains { open.contains($0.state) }
  }

  /// The pools in which sockets have no owner, in order of arrival. Costs a look at each socket.
  public var ownerlessPools: [TupleKey] {
    var isOwnerless = Array(repeating: false, count: pools.count)
    for row in rows where row.owner == Self.noOwner && row.pool != Self.noPool {
      isOwnerless[Int(row.pool)] = true
    }
    return pools.indices.filter { isOwnerless[$0] }.map { pools[$0] }
  }

  /// How many counted sockets several of `holders` hold; where owners are the numbers of sockets in `SocketInodes`.
  public func sharedCount(_ holders: SocketHolders) -> Int {
    rows.count {
      $0.isCounted && $0.owner != Self.noOwner
        && holders.isShared(UInt32(truncatingIfNeeded: $0.owner))
    }
  }

  private mutating func index(of tuple: TupleKey) -> UInt32 {
    if let index = poolIndices[tuple] { return index }
    guard pools.count < poolLimit else {
      poolOverflowCount += 1
      return Self.noPool
    }
    let index = UInt32(truncatingIfNeeded: pools.count)
    pools.append(tuple)
    poolIndices[tuple] = index
    return index
  }
}
