internal import Frames
internal import Inet
internal import Owners

/// What a ranking says of a collector that remembers.
extension OwnerLister {
  /// The note for a ranking beside a collector with this memory; nil where no socket is without owner.
  static func note(_ memory: OwnerMemory, _ ranking: OwnerRanking) -> OwnerNote? {
    guard ranking.transport == .tcp,
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
}
