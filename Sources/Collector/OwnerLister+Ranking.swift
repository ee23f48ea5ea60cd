internal import Inet
internal import Kernel
internal import Owners

/// From sockets to owners with names.
extension OwnerLister {
  func rank(_ walk: OwnerWalk, _ namespace: UInt64) throws(SampleError) -> OwnerRanking {
    var ranking: OwnerRanking
    switch (walk.kind, scan) {
    case (.cgroup, _): ranking = rankCgroups(walk)
    case (.user, _): ranking = rankUsers(walk)
    case (.process, .exact):
      do throws(SystemCallError) { ranking = try rankProcesses(walk, namespace) } catch {
        throw .system(error)
      }
    case (.process, .sampled(let links)):
      do throws(SystemCallError) { ranking = try sampleProcesses(walk, namespace, links) } catch {
        throw .system(error)
      }
    }
    ranking.notes = walk.notes + ranking.notes
    if walk.holdings.poolOverflowCount > 0 {
      ranking.notes.append(
        OwnerNote(
          "destinations_not_told_apart",
          "\(walk.holdings.poolOverflowCount) sockets have destinations beyond the first "
            + "\(walk.holdings.poolLimit): nothing is inferred for them"))
    }
    ranking.sort()
    return ranking
  }

  private func rankCgroups(_ walk: OwnerWalk) -> OwnerRanking {
    let (counts, numbers) = Self.counts(walk.holdings)
    var ranking = ranking(walk, .rows, counts)
    var names = CgroupNames()
    for (index, number) in numbers.enumerated() {
      let entry = names.entry(number)
      ranking.owners.append(
        RankedOwner(
          .cgroup(number, entry.map { CgroupMeaning($0.path) }),
          counts.owners[OwnerCounts.firstKnown + index], isGone: entry?.isGone ?? true))
    }
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

  private func rankUsers(_ walk: OwnerWalk) -> OwnerRanking {
    let (counts, numbers) = Self.counts(walk.holdings)
    var ranking = ranking(walk, .rows, counts)
    let names = UserNames()
    for (index, number) in numbers.enumerated() {
      let uid = UInt32(truncatingIfNeeded: number)
      ranking.owners.append(
        RankedOwner(
          .user(uid, names.name(uid)), counts.owners[OwnerCounts.firstKnown + index]))
    }
    return ranking
  }

  private func rankProcesses(
    _ walk: OwnerWalk, _ namespace: UInt64
  ) throws(SystemCallError) -> OwnerRanking {
    var scan = ProcessScan(namespace: namespace)
    var inodes = walk.inodes
    if inodes.count > 0 { try scan.readAll(into: &inodes) }
    let processes = scan.processes
    let counts = OwnerCounts(
      walk.holdings, ownerCount: processes.count + OwnerCounts.firstKnown
    ) { inode in
      let number = inodes.number(of: UInt32(truncatingIfNeeded: inode)) ?? 0
      return number == 0 ? OwnerCounts.unseen : Int(number) - 1 + OwnerCounts.firstKnown
    }
    var ranking = ranking(walk, .exact, counts)
    for (index, process) in processes.enumerated() {
      let count = counts.owners[OwnerCounts.firstKnown + index]
      if count.sockets > 0 { ranking.owners.append(RankedOwner(.process(process), count)) }
    }
    ranking.unseen = counts.owners[OwnerCounts.unseen]
    ranking.sharedSockets = inodes.sharedCount
    ranking.linksRead = scan.linkCount
    Self.note(scan.refusedCount, scan.refusal, &ranking)
    return ranking
  }

  private func sampleProcesses(
    _ walk: OwnerWalk, _ namespace: UInt64, _ links: Int
  ) throws(SystemCallError) -> OwnerRanking {
    var scan = ProcessScan(namespace: namespace)
    var samples: [ProcessScan.Sample] = []
    if walk.inodes.count > 0 {
      samples = try scan.sample(walk.inodes, linksPerProcess: links) {
        UInt32.random(in: 0..<max(1, $0))
      }
    }
    let counts = OwnerCounts(walk.holdings, ownerCount: OwnerCounts.firstKnown) { _ in
      OwnerCounts.unseen
    }
    var ranking = ranking(walk, .sampled(links), counts)
    for sample in samples {
      let count = OwnerCount(sample, of: walk.holdings, mostPorts: counts.ports)
      guard count.sockets > 0 else { continue }
      // What is not counted was hit for nothing.
      let hits = sample.hits.count { walk.holdings.isCounted(at: Int($0) - 1) }
      let share = SampledShare(
        total: sample.share.total, looked: sample.share.looked, hits: hits)
      ranking.owners.append(
        RankedOwner(.process(sample.process), count, sample: share.isExact ? nil : share))
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

  /// Counts by the numbers that came with the sockets; these in order of arrival.
  private static func counts(_ holdings: PortHoldings) -> (OwnerCounts, [UInt64]) {
    var numbers: [UInt64] = []
    var indices: [UInt64: Int] = [:]
    holdings.forEachOwner { owner in
      if indices[owner] == nil {
        indices[owner] = OwnerCounts.firstKnown + numbers.count
        numbers.append(owner)
      }
    }
    let counts = OwnerCounts(
      holdings, ownerCount: numbers.count + OwnerCounts.firstKnown
    ) { indices[$0] ?? OwnerCounts.unseen }
    return (counts, numbers)
  }

  static func note(
    _ refusedCount: Int, _ refusal: SystemCallError?, _ ranking: inout OwnerRanking
  ) {
    guard refusedCount > 0, let refusal else { return }
    let processes = refusedCount == 1 ? "1 process" : "\(refusedCount) processes"
    ranking.notes.append(
      OwnerNote(
        "processes_refused",
        "\(processes) could not be looked at (\(refusal)): descriptors of others need "
          + "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, as root has them; --by cgroup and --by user "
          + "need nothing"))
  }
}
