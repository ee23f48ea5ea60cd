public import Frames
public import Inet
internal import Kernel
public import Owners
public import SocketDiag

/// Finds who holds the ports of the calling thread's namespace: one dump, and one pass over descriptors
/// where processes are asked for.
public struct OwnerLister: Sendable {
  /// Which sockets, by their addresses and remote ports; states are `states`.
  public var filter: SocketFilter = .all
  /// Which states are counted; nil: all. Others still weigh in what is inferred.
  public var states: StateSet?
  /// Which protocol's ports.
  public var transport = TransportProtocol.tcp
  /// What kind of owners; nil: cgroups where sockets are in others than the root, else processes, and users where
  /// these may not be looked at.
  public var kind: OwnerKind?
  /// How processes are found.
  public var scan = ProcessSearch.exact

  /// A lister of everybody who holds TCP ports.
  public init() {}

  /// Looks. `namespace` is the inode of the calling thread's network namespace.
  ///
  /// Sockets that came in through a listener hold no port of their own and are left out. Memory: 16 bytes a
  /// socket in the range, 19 to 29 more where all processes are asked for.
  ///
  /// What a collector remembers tells whose sockets without owner are; cgroups or users, whichever it counts.
  public func list(
    namespace: UInt64, memory: OwnerMemory? = nil
  ) throws(SampleError) -> OwnerRanking {
    let moment = Clock.realtimeNanoseconds(), start = Clock.monotonicNanoseconds()
    var kind = kind ?? .cgroup
    var scan = ProcessScan(namespace: namespace)
    var walk = try walk(kind, &scan)
    if self.kind == nil, !walk.hasOwnersBesideRoot {
      kind = Self.kindBesideRoot([(walk, memory)])
      if kind != .cgroup { walk = try self.walk(kind, &scan) }
    }
    var ranking = try rank(walk, &scan, memory)
    if self.kind == nil, ranking.isRefused(scan.refusedCount) {
      ranking = try rank(try OwnerWalk(self, .user), &scan, memory)
      ranking.notes.append(.usersInstead)
    }
    ranking.notes += Self.unnamedNote(ranking).map { [$0] } ?? []
    ranking.takenAtNanoseconds = moment
    ranking.durationNanoseconds = Clock.monotonicNanoseconds() - start
    return ranking
  }

  /// Some descriptors are looked at before the sockets, all of them after: so the memory of either is small.
  private func walk(
    _ kind: OwnerKind, _ scan: inout ProcessScan
  ) throws(SampleError) -> OwnerWalk {
    guard kind == .process, case .sampled(let links) = self.scan else {
      return try OwnerWalk(self, kind)
    }
    let sample: ProcessSample
    do throws(SystemCallError) {
      sample = try scan.sample(linksPerProcess: links) { UInt32.random(in: 0..<max(1, $0)) }
    } catch {
      throw .system(error)
    }
    return try OwnerWalk(self, kind, sample)
  }
}
