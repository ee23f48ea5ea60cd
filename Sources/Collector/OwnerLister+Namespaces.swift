public import Frames
internal import HostFacts
internal import Inet
public import Kernel
public import Owners

extension OwnerLister {
  /// Finds who holds the ports of all network namespaces: a dump in each that has sockets, and one pass over
  /// descriptors for all of them.
  ///
  /// A walk passes the sockets of all namespaces that share its table (some 26 ns each). Entering a namespace
  /// needs CAP_SYS_ADMIN; those that cannot be entered are counted as refused.
  /// `recall` gives what a collector remembers of a namespace; it is asked in each of them, on a thread of its own.
  public func listAll(
    recall: @escaping @Sendable (NamespaceIdentity) -> OwnerMemory? = { _ in nil }
  ) throws(SampleError) -> HostOwners {
    let moment = Clock.realtimeNanoseconds(), start = Clock.monotonicNanoseconds()
    let lister = self
    let found: Result<HostOwners, SampleError>
    do throws(SystemCallError) {
      let candidates = try NamespaceCandidate.find().filter { candidate in
        lister.transport == .udp
          ? candidate.hasUDP : candidate.hasTCP || candidate.mayHaveIdleBinds
      }
      found = try DedicatedThread { lister.look(into: candidates, recall) }.join()
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
    var memory: OwnerMemory?
  }

  /// On a thread that does nothing else: it goes into each.
  private func look(
    into candidates: [NamespaceCandidate], _ ask: (NamespaceIdentity) -> OwnerMemory?
  ) -> Result<HostOwners, SampleError> {
    // A walk more asks no more.
    var memories: [UInt64: OwnerMemory?] = [:]
    func recall(_ identity: NamespaceIdentity) -> OwnerMemory? {
      if transport == .udp { return nil }
      if let known = memories[identity.inode] { return known }
      let memory = ask(identity)
      memories[identity.inode] = .some(memory)
      return memory
    }
    do throws(SampleError) {
      var owners = HostOwners(kind ?? .cgroup, transport)
      var sockets = SocketInodes()
      var walked = try walk(candidates, kind ?? .cgroup, &owners, &sockets, recall)
      if kind == nil, !walked.contains(where: \.walk.hasOwnersBesideRoot) {
        let better = Self.kindBesideRoot(walked.map { ($0.walk, $0.memory) })
        if better != .cgroup {
          owners = HostOwners(better, transport)
          walked = try walk(candidates, better, &owners, &sockets, recall)
        }
      }
      if owners.kind == .process {
        let refusedCount = try rankProcesses(walked, sockets, &owners)
        if kind == nil, owners.isRefused(refusedCount) {
          owners = HostOwners(.user, transport)
          try rankOthers(try walk(candidates, .user, &owners, &sockets, recall), &owners)
          owners.notes.append(.usersInstead)
        }
      } else {
        try rankOthers(walked, &owners)
      }
      owners.sort()
      return .success(owners)
    } catch {
      return .failure(error)
    }
  }

  private func walk(
    _ candidates: [NamespaceCandidate], _ kind: OwnerKind, _ owners: inout HostOwners,
    _ sockets: inout SocketInodes, _ recall: (NamespaceIdentity) -> OwnerMemory?
  ) throws(SampleError) -> [Walked] {
    let lister = self
    var walked: [Walked] = []
    var failure: SampleError?
    var missed = NamespacesMissed()
    NamespaceTour.walk(candidates.map(\.entry)) { entry, _ -> Result<Walked, SampleError> in
      do throws(SampleError) {
        let walk = try OwnerWalk(lister, kind, adding: &sockets)
        let identity = NamespaceIdentity(
          name: entry.name, inode: entry.inode, cookie: NetworkNamespace.currentCookie())
        return .success(Walked(entry: entry, walk: walk, memory: recall(identity)))
      } catch {
        return .failure(error)
      }
    } then: { entry, visit in
      switch visit {
      case .found(.success(let one)): walked.append(one)
      case .found(.failure(let error)):
        failure = failure ?? error
        missed.note(error)
      case .gone: missed.noteGone()
      case .refused(let error): missed.note(error)
      }
    }
    if walked.isEmpty, let failure { throw failure }
    owners.refusedCount = missed.count
    owners.notes += missed.text.map { [OwnerNote("namespaces_refused", $0)] } ?? []
    owners.notes += missed.goneText.map { [OwnerNote("namespaces_gone", $0)] } ?? []
    return walked
  }

  /// Cgroups or users, which the sockets tell themselves.
  private func rankOthers(
    _ walked: [Walked], _ owners: inout HostOwners
  ) throws(SampleError) {
    var scan = ProcessScan(namespace: nil)
    for one in walked {
      var ranking = try rank(one.walk, &scan, one.memory)
      ranking.notes += Self.unnamedNote(ranking).map { [$0] } ?? []
      owners.take(ranking, of: one.entry.name, inode: one.entry.inode)
    }
  }

  /// One scan for all, since a socket's inode is the host's; then each namespace's share of it. Returns how many
  /// processes could not be looked at.
  private func rankProcesses(
    _ walked: [Walked], _ sockets: SocketInodes, _ owners: inout HostOwners
  ) throws(SampleError) -> Int {
    var scan = ProcessScan(namespace: nil)
    let holders: SocketHolders
    do throws(SystemCallError) { holders = try scan.readAll(for: sockets) } catch {
      throw .system(error)
    }
    var homes: [UInt64: UInt64?] = [:]
    var shared = 0
    for one in walked {
      var ranking = rankProcesses(one.walk, scan.processes, holders)
      shared += ranking.sharedSockets ?? 0
      for index in ranking.owners.indices {
        ranking.owners[index].setHome(one.entry.inode) { id in
          if let home = homes[id] { return home }
          let home = NetworkNamespace.inode(at: "/proc/\(id)/ns/net")
          homes[id] = .some(home)
          return home
        }
      }
      ranking.notes += one.memory.flatMap { Self.note($0, ranking) }.map { [$0] } ?? []
      owners.take(ranking, of: one.entry.name, inode: one.entry.inode)
    }
    owners.sharedSockets = shared
    owners.linksRead = scan.linkCount
    var refused = OwnerRanking(.process, .exact, transport, range: .kernelDefault)
    if holders.unclaimedCount > 0 { Self.note(scan.refusedCount, scan.refusal, &refused) }
    owners.notes += refused.notes
    return scan.refusedCount
  }
}

extension RankedOwner {
  /// Says of a process whether it lives in another network namespace than the one with this inode, where it
  /// holds ports; `home` gives the inode of a process's own, nil where that cannot be seen.
  fileprivate mutating func setHome(_ inode: UInt64, _ home: (UInt64) -> UInt64?) {
    guard case .process(var process) = identity else { return }
    process.isElsewhere = home(id).map { $0 != inode } ?? false
    identity = .process(process)
  }
}
