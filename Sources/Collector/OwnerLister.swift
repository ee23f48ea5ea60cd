public import Inet
internal import Kernel
public import Owners
public import SocketDiag

/// Finds who holds the ports of the calling thread's namespace: one dump, and one pass over descriptors
/// where processes are asked for.
public struct OwnerLister: Sendable {
  /// How processes are found.
  public enum Scan: Hashable, Sendable {
    /// By every descriptor there is.
    case exact
    /// By so many of each large process.
    case sampled(Int)
  }

  /// Which sockets, by their addresses and remote ports; states are `states`.
  public var filter: SocketFilter = .all
  /// Which states are counted; nil: all. Others still weigh in what is inferred.
  public var states: StateSet?
  /// Which protocol's ports.
  public var transport = TransportProtocol.tcp
  /// What kind of owners; nil: cgroups where sockets are in others than the root, else processes.
  public var kind: OwnerKind?
  /// How processes are found.
  public var scan = Scan.exact

  /// A lister of everybody who holds TCP ports.
  public init() {}

  /// Looks. `namespace` is the inode of the calling thread's network namespace.
  ///
  /// Sockets that came in through a listener hold no port of their own and are left out. Memory: 16 bytes a
  /// socket in the range, 11 to 21 more where processes are asked for.
  public func list(namespace: UInt64) throws(SampleError) -> OwnerRanking {
    let moment = Clock.realtimeNanoseconds(), start = Clock.monotonicNanoseconds()
    var walk = try OwnerWalk(self, kind ?? .cgroup)
    if kind == nil, !walk.hasOwnersBesideRoot { walk = try OwnerWalk(self, .process) }
    var ranking = try rank(walk, namespace)
    ranking.takenAtNanoseconds = moment
    ranking.durationNanoseconds = Clock.monotonicNanoseconds() - start
    return ranking
  }
}
