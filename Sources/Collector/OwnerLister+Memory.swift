internal import Frames
internal import Inet
internal import Owners

/// What a ranking says of a collector that remembers.
extension OwnerLister {
  /// The note for a ranking beside a collector with this memory; nil where no socket is without owner.
  static func note(_ memory: OwnerMemory, _ ranking: OwnerRanking) -> OwnerNote? {
    guard ranking.transport == .tcp, ranking.range == memory.range,
      ranking.unknown.sockets > 0 || ranking.owners.contains(where: { $0.count.inferred > 0 })
    else { return nil }
    if ranking.memoryAgeNanoseconds != nil {
      return OwnerNote(
        "from_collector",
        "whose TIME_WAIT and orphans these were is what a running collector remembers of the tightest pools"
      )
    }
    return OwnerNote(
      "collector_remembers",
      "a collector runs here and remembers whose TIME_WAIT and orphans these were, by other kinds of owners or "
        + "of other pools: ask ullage, ullage explain or ullage live")
  }

  /// What kind of owners tells most where no living socket is in another cgroup than the root, and nobody asked for a
  /// kind: processes, and where nothing is open those whom collectors remember, cgroups before users.
  static func kindBesideRoot(_ walks: [(walk: OwnerWalk, memory: OwnerMemory?)]) -> OwnerKind {
    if walks.contains(where: { $0.walk.holdings.hasOpen }) { return .process }
    return [OwnerKind.cgroup, .user].first { kind in
      walks.contains { walk, memory in
        RecalledOwners(memory, kind, of: walk.range)?.knows(anyOf: walk.holdings.ownerlessPools)
          ?? false
      }
    } ?? .process
  }
}
