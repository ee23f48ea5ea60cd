internal import Frames
internal import Inet
internal import Kernel
internal import Owners

/// From sockets to owners with names.
extension OwnerLister {
  func rank(
    _ walk: OwnerWalk, _ scan: inout ProcessScan, _ memory: OwnerMemory?
  ) throws(SampleError) -> OwnerRanking {
    var ranking: OwnerRanking
    var recalled = RecalledOwners(memory, walk.kind, of: walk.range)
    switch (walk.kind, self.scan) {
    case (.cgroup, _): ranking = rankCgroups(walk, &recalled)
    case (.user, _): ranking = rankUsers(walk, &recalled)
    case (.process, .exact):
      do throws(SystemCallError) { ranking = try rankProcesses(walk, &scan) } catch {
        throw .system(error)
      }
    case (.process, .sampled(let links)): ranking = rankSample(walk, scan, links)
    }
    ranking.notes = walk.notes + ranking.notes
    if walk.holdings.poolOverflowCount > 0 {
      ranking.notes.append(
        OwnerNote(
          "destinations_not_told_apart",
          "\(walk.holdings.poolOverflowCount) sockets have destinations beyond the first "
            + "\(walk.holdings.poolLimit): nothing is inferred for them"))
    }
    if let memory {
      if recalled?.isUsed == true { ranking.memoryAgeNanoseconds = memory.ageNanoseconds }
      ranking.notes += Self.note(memory, ranking).map { [$0] } ?? []
    }
    ranking.sort()
    return ranking
  }

  private func rankCgroups(_ walk: OwnerWalk, _ recalled: inout RecalledOwners?) -> OwnerRanking {
    var names = CgroupNames()
    var groups = CgroupGroups()
    let (counts, livingCount) = Self.counts(walk.holdings, &recalled) { number, seen in
      switch seen {
      case .now:
        let entry = names.entry(number)
        return groups.place(of: number, entry, isGone: entry?.isGone ?? names.isGone(number))
      case .before(let name):
        let entry = names.entry(number)
        return groups.place(
          ofRemembered: number, name, isWhole: name.map { !OwnerRecord.mayBeCut($0) } ?? true,
          entry, isGone: entry?.isGone ?? names.isGone(number)
        ) { OwnerRecord.cut($0) == name }
      case .again(let place, let name):
        groups.remember(name, at: place)
        return place
      }
    }
    var ranking = ranking(walk, .rows, counts)
    ranking.owners = Self.holders(groups.owners(counts), livingCount)
    switch names.hierarchy {
    case .legacyOnly:
      ranking.notes.append(
        OwnerNote(
          "cgroup_v1_only",
          "this host has control groups of version 1 alone, and sockets say nothing of those"))
      for index in ranking.owners.indices { ranking.owners[index].isGone = false }
    case .none:
      ranking.notes.append(
        OwnerNote("cgroups_not_mounted", "no cgroup2 is mounted here: cgroups have no names"))
      for index in ranking.owners.indices { ranking.owners[index].isGone = false }
    case .unified, .hybrid: break
    }
    return ranking
  }

  private func rankUsers(_ walk: OwnerWalk, _ recalled: inout RecalledOwners?) -> OwnerRanking {
    var numbers: [UInt64] = []
    let (counts, livingCount) = Self.counts(walk.holdings, &recalled) { number, seen in
      if case .again(let place, _) = seen { return place }
      numbers.append(number)
      return numbers.count - 1
    }
    var ranking = ranking(walk, .rows, counts)
    let names = UserNames()
    for (index, number) in numbers.enumerated() {
      let uid = UInt32(truncatingIfNeeded: number)
      ranking.owners.append(
        RankedOwner(
          .user(uid, names.name(uid)), counts.owners[OwnerCounts.firstKnown + index]))
    }
    ranking.owners = Self.holders(ranking.owners, livingCount)
    return ranking
  }

  private func rankProcesses(
    _ walk: OwnerWalk, _ scan: inout ProcessScan
  ) throws(SystemCallError) -> OwnerRanking {
    let holders = try scan.readAll(for: walk.sockets)
    var ranking = rankProcesses(walk, scan.processes, holders)
    ranking.linksRead = scan.linkCount
    // Whoever could not be looked at holds nothing of this, where all have been found.
    if holders.unclaimedCount > 0 { Self.note(scan.refusedCount, scan.refusal, &ranking) }
    return ranking
  }

  /// What each of `processes` holds of one walk.
  func rankProcesses(
    _ walk: OwnerWalk, _ processes: [ProcessScan.Process], _ holders: SocketHolders
  ) -> OwnerRanking {
    let counts = OwnerCounts(
      walk.holdings, ownerCount: processes.count + OwnerCounts.firstKnown
    ) { number in
      let holder = holders.first(UInt32(truncatingIfNeeded: number))
      return holder == 0 ? OwnerCounts.unseen : Int(holder) - 1 + OwnerCounts.firstKnown
    }
    var ranking = ranking(walk, .exact, counts)
    for (index, process) in processes.enumerated() {
      let count = counts.owners[OwnerCounts.firstKnown + index]
      if count.sockets > 0 { ranking.owners.append(RankedOwner(.process(process), count)) }
    }
    ranking.unseen = counts.owners[OwnerCounts.unseen]
    ranking.sharedSockets = walk.holdings.sharedCount(holders)
    return ranking
  }

  private func rankSample(
    _ walk: OwnerWalk, _ scan: borrowing ProcessScan, _ links: Int
  ) -> OwnerRanking {
    let counts = OwnerCounts(walk.holdings, ownerCount: OwnerCounts.firstKnown) { _ in
      OwnerCounts.unseen
    }
    var ranking = ranking(walk, .sampled(links), counts)
    for holder in walk.sample.holders {
      let count = OwnerCount(holder, of: walk.holdings, mostPorts: counts.ports) { walk.row($0) }
      guard count.sockets > 0 else { continue }
      // What is not counted was hit for nothing.
      let hits = holder.numbers.count {
        walk.row($0).map { walk.holdings.isCounted(at: $0) } ?? false
      }
      let share = holder.share(hits: hits)
      ranking.owners.append(
        RankedOwner(
          .process(holder.process.described()), count, sample: share.isExact ? nil : share))
    }
    ranking.linksRead = scan.linkCount
    ranking.notes.append(
      OwnerNote(
        "sampled",
        "\(links) descriptors of each large process were looked at: sockets are estimates with "
          + "bounds that hold 95 times of 100, ports upper bounds, and TIME_WAIT has no owner"))
    Self.note(scan.refusedCount, scan.refusal, &ranking)
    return ranking
  }

  private func ranking(
    _ walk: OwnerWalk, _ method: OwnerRanking.Method, _ counts: OwnerCounts
  ) -> OwnerRanking {
    var ranking = OwnerRanking(
      walk.kind, method, transport, range: walk.range, ports: counts.ports,
      sockets: counts.sockets)
    ranking.unknown = counts.owners[OwnerCounts.unknown]
    return ranking
  }

  /// When an owner was seen.
  private enum Sighting {
    /// With a living socket, for the first time.
    case now
    /// By a collector, under this name, and with no living socket now.
    case before(String?)
    /// By a collector, under this name, besides; it has its place.
    case again(Int, String?)
  }

  /// Counts by the numbers that came with the sockets, or were `recalled`; `place` is asked in order of arrival which
  /// owner from 0 on a number is. Those from `livingCount` on were recalled alone, and may hold nothing.
  private static func counts(
    _ holdings: PortHoldings, _ recalled: inout RecalledOwners?,
    _ place: (UInt64, Sighting) -> Int
  ) -> (counts: OwnerCounts, livingCount: Int) {
    var places: [UInt64: Int] = [:]
    var count = 0
    func give(_ number: UInt64, _ seen: Sighting) -> Int {
      let index = place(number, seen)
      places[number] = index
      count = max(count, index + 1)
      return index
    }
    holdings.forEachOwner { owner in
      if places[owner] == nil { _ = give(owner, .now) }
    }
    let livingCount = count
    var counts = OwnerCounts(holdings, ownerCount: count + OwnerCounts.firstKnown) { number in
      places[number].map { $0 + OwnerCounts.firstKnown } ?? OwnerCounts.unseen
    } divide: { pool, sockets in
      recalled?.shares(of: pool, sockets) { id, name in
        give(id, places[id].map { .again($0, name) } ?? .before(name))
      }
    }
    counts.makeRoom(ownerCount: count + OwnerCounts.firstKnown)
    return (counts, livingCount)
  }

  /// `owners` by their places, without those who were recalled and hold nothing.
  private static func holders(_ owners: [RankedOwner], _ livingCount: Int) -> [RankedOwner] {
    owners.prefix(livingCount) + owners.dropFirst(livingCount).filter { $0.count.sockets > 0 }
  }

  static func note(
    _ refusedCount: Int, _ refusal: SystemCallError?, _ ranking: inout OwnerRanking
  ) {
    guard refusedCount > 0, let refusal else { return }
    ranking.notes.append(
      OwnerNote(
        "processes_refused",
        ProcessScan.refusalText(refusedCount, refusal)
          + "; --by cgroup and --by user need nothing"))
  }
}
