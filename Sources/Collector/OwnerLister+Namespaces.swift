internal import HostFacts
internal import Inet
internal import Kernel
public import Owners

extension OwnerLister {
  /// Finds who holds the ports of all network namespaces: a dump in each that has sockets, and one pass over
  /// descriptors for all of them.
  ///
  /// A walk passes the sockets of all namespaces that share its table (some 26 ns each). Entering a namespace
  /// needs CAP_SYS_ADMIN; those that cannot be entered are counted as refused.
  public func listAll() throws(SampleError) -> HostOwners {
    let moment = Clock.realtimeNanoseconds(), start = Clock.monotonicNanoseconds()
    let lister = self
    let found: Result<HostOwners, SampleError>
    do throws(SystemCallError) {
      let candidates = try NamespaceCandidate.find().filter { candidate in
        lister.transport == .udp
          ? candidate.hasUDP : candidate.hasTCP || candidate.mayHaveIdleBinds
      }
      found = try DedicatedThread { lister.look(into: candidates) }.join()
    } catch {
      throw .system(error)
    }
    var owners = try found.get()
    owners.takenAtNanoseconds = moment
    owners.durationNanoseconds = Clock.monotonicNanoseconds() - start
    return owners
  }

  /// A namespace with its sockets.
  private struct Walked {
    var entry: NamespaceEntry
    var walk: OwnerWalk
  }

  /// On a thread that does nothing else: it goes into each.
  private func look(into candidates: [NamespaceCandidate]) -> Result<HostOwners, SampleError> {
    do throws(SampleError) {
      var owners = HostOwners(kind ?? .cgroup, transport)
      var walked = try walk(candidates, kind ?? .cgroup, &owners)
      if kind == nil, !walked.contains(where: \.walk.hasOwnersBesideRoot) {
        owners = HostOwners(.process, transport)
        walked = try walk(candidates, .process, &owners)
      }
      if owners.kind == .process {
        try rankProcesses(walked, &owners)
      } else {
        for one in walked {
          let ranking = try rank(one.walk, one.entry.inode)
          owners.take(ranking, of: one.entry.name, inode: one.entry.inode)
        }
      }
      owners.sort()
      return .success(owners)
    } catch {
      return .failure(error)
    }
  }

  private func walk(
    _ candidates: [NamespaceCandidate], _ kind: OwnerKind, _ owners: inout HostOwners
  ) throws(SampleError) -> [Walked] {
    let lister = self
    var walked: [Walked] = []
    var failure: SampleError?
    var refused = 0
    NamespaceTour.walk(candidates.map(\.entry)) { entry, _ -> Result<Walked, SampleError> in
      do throws(SampleError) {
        return .success(Walked(entry: entry, walk: try OwnerWalk(lister, kind)))
      } catch {
        return .failure(error)
      }
    } then: { visit in
      switch visit {
      case .found(.success(let one)): walked.append(one)
      case .found(.failure(let error)): failure = failure ?? error
      case .gone: break
      case .refused: refused += 1
      }
    }
    if walked.isEmpty, let failure { throw failure }
    owners.refusedCount = refused
    return walked
  }

  /// One scan for all, since a socket's inode is the host's; then each namespace's share of it.
  private func rankProcesses(_ walked: [Walked], _ owners: inout HostOwners) throws(SampleError) {
    var inodes = SocketInodes()
    for one in walked {
      one.walk.holdings.forEachOwner { inodes.insert(UInt32(truncatingIfNeeded: $0)) }
    }
    var scan = ProcessScan(namespace: nil)
    do throws(SystemCallError) {
      if inodes.count > 0 { try scan.readAll(into: &inodes) }
    } catch {
      throw .system(error)
    }
    let processes = scan.processes
    for one in walked {
      let counts = OwnerCounts(
        one.walk.holdings, ownerCount: processes.count + OwnerCounts.firstKnown
      ) { inode in
        let number = inodes.number(of: UInt32(truncatingIfNeeded: inode)) ?? 0
        return number == 0 ? OwnerCounts.unseen : Int(number) - 1 + OwnerCounts.firstKnown
      }
      var ranking = OwnerRanking(
        .process, .exact, transport, range: one.walk.range, ports: counts.ports,
        sockets: counts.sockets)
      for (index, process) in processes.enumerated() {
        let count = counts.owners[OwnerCounts.firstKnown + index]
        if count.sockets > 0 { ranking.owners.append(RankedOwner(.process(process), count)) }
      }
      ranking.unknown = counts.owners[OwnerCounts.unknown]
      ranking.unseen = counts.owners[OwnerCounts.unseen]
      ranking.notes = one.walk.notes
      owners.take(ranking, of: one.entry.name, inode: one.entry.inode)
    }
    owners.sharedSockets = inodes.sharedCount
    owners.linksRead = scan.linkCount
    var refused = OwnerRanking(.process, .exact, transport, range: .kernelDefault)
    Self.note(scan.refusedCount, scan.refusal, &refused)
    owners.notes += refused.notes
  }
}
