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
      var sockets = SocketInodes()
      var walked = try walk(candidates, kind ?? .cgroup, &owners, &sockets)
      if kind == nil, !walked.contains(where: \.walk.hasOwnersBesideRoot) {
        owners = HostOwners(.process, transport)
        walked = try walk(candidates, .process, &owners, &sockets)
      }
      if owners.kind == .process {
        try rankProcesses(walked, sockets, &owners)
      } else {
        var scan = ProcessScan(namespace: nil)
        for one in walked {
          let ranking = try rank(one.walk, &scan)
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
    _ candidates: [NamespaceCandidate], _ kind: OwnerKind, _ owners: inout HostOwners,
    _ sockets: inout SocketInodes
  ) throws(SampleError) -> [Walked] {
    let lister = self
    var walked: [Walked] = []
    var failure: SampleError?
    var missed = NamespacesMissed()
    NamespaceTour.walk(candidates.map(\.entry)) { entry, _ -> Result<Walked, SampleError> in
      do throws(SampleError) {
        let walk = try OwnerWalk(lister, kind, adding: &sockets)
        return .success(Walked(entry: entry, walk: walk))
      } catch {
        return .failure(error)
      }
    } then: { entry, visit in
      switch visit {
      case .found(.success(let one)): walked.append(one)
      case .found(.failure(let error)):
        failure = failure ?? error
        missed.note(error)
      case .gone: break
      case .refused(let error): missed.note(error)
      }
    }
    if walked.isEmpty, let failure { throw failure }
    owners.refusedCount = missed.count
    owners.notes += missed.text.map { [OwnerNote("namespaces_refused", $0)] } ?? []
    return walked
  }

  /// One scan for all, since a socket's inode is the host's; then each namespace's share of it.
  private func rankProcesses(
    _ walked: [Walked], _ sockets: SocketInodes, _ owners: inout HostOwners
  ) throws(SampleError) {
    var scan = ProcessScan(namespace: nil)
    let holders: SocketHolders
    do throws(SystemCallError) { holders = try scan.readAll(for: sockets) } catch {
      throw .system(error)
    }
    for one in walked {
      owners.take(
        rankProcesses(one.walk, scan.processes, holders), of: one.entry.name,
        inode: one.entry.inode)
    }
    owners.sharedSockets = holders.sharedCount
    owners.linksRead = scan.linkCount
    var refused = OwnerRanking(.process, .exact, transport, range: .kernelDefault)
    if holders.unclaimedCount > 0 { Self.note(scan.refusedCount, scan.refusal, &refused) }
    owners.notes += refused.notes
  }
}
