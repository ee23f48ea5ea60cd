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
  /// kind: whom collectors remember of what the kernel has forgotten, cgroups before users, and these where nothing
  /// lives; else processes.
  static func kindBesideRoot(_ walks: [(walk: OwnerWalk, memory: OwnerMemory?)]) -> OwnerKind {
    func isRemembered(_ kind: OwnerKind) -> Bool {
      walks.contains { walk, memory in
        RecalledOwners(memory, kind, of: walk.range)?.knows(anyOf: walk.holdings.ownerlessPools)
          ?? false
      }
    }
    if isRemembered(.cgroup) { return .cgroup }
    let nobodyLives = !walks.contains { $0.walk.holdings.hasOwners }
    return nobodyLives && isRemembered(.user) ? .user : .process
  }
}
