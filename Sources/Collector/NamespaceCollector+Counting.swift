internal import Census
internal import Frames
internal import HostFacts
internal import Inet
internal import Kernel
internal import Netlink
internal import Pools
internal import Synchronization

extension NamespaceCollector where Transport: ~Copyable {
  /// Reads the facts again, at most once a second: a range that changes is a change of everything.
  /// Whether they are known.
  mutating func refreshFacts(at now: UInt64) -> Bool {
    guard now - factsReadAt >= 1_000_000_000 || lastDump == nil else { return true }
    do throws(SampleError) {
      let hasChanged = try sampler.refreshFacts()
      factsReadAt = now
      guard hasChanged else { return true }
      counted = CountedState()
      trends.removeAll()
      lastDump = nil
      sides.idleBinds = nil
      sides.udp = nil
      let facts = sampler.facts
      let reserved = facts.reserved.map { "\($0.count)" } ?? "an unknown number of"
      pending.append(
        .portSpaceChanged("\(facts.range.low)-\(facts.range.high), \(reserved) ports reserved"))
      return true
    } catch {
      fail(error)
      return false
    }
  }

  /// What the plan says; the slow walks first, so that the count knows their ports. Whether anything was
  /// tried.
  mutating func countWhatIsDue(at now: UInt64) -> Bool {
    let action = plan.action(
      now: now, reading: reading, last: lastDump, pools: counted.pools, isFailing: failure != nil,
      budget: &budget)
    switch action {
    case .dump:
      walkSides(at: now)
      dump(at: now)
    case .focus(let keys): focus(keys, at: now)
    case .deferred:
      noteDeferral()
      return false
    case .nothing:
      // UDP and idle binds change without TCP's counters.
      guard let lastDump, sidesAreDue(at: now), budget.allowsCount(at: now) else { return false }
      let idle = idleBinds
      walkSides(at: now)
      if idleBinds != idle {
        dump(at: now)
      } else {
        // The TCP table has not changed; its last count stands beside the new one of UDP.
        takeOver(snapshot, at: lastDump.startedAt)
      }
    }
    return true
  }

  /// Counts the whole table, as far as it can hold a port of the range.
  mutating func dump(at now: UInt64) {
    // The reading is older than the dump: what rises from now on counts as risen since.
    let before = reading
    let cpu = Clock.threadCPUNanoseconds()
    defer { countingNanoseconds += Clock.threadCPUNanoseconds() - cpu }
    do throws(SampleError) {
      try sampler.countEphemeral()
    } catch {
      return fail(error)
    }
    let cost = Clock.threadCPUNanoseconds() - cpu
    counters.add(.dumps)
    counters.add(.rows, UInt64(sampler.timing.rows))
    counters.add(.dumpNanoseconds, sampler.timing.dumpNanoseconds)
    takeOver(snapshot, at: now)
    lastDump = CountPlan.LastDump(
      reading: before, startedAt: now, cpuNanoseconds: cost, focusesSince: 0)
    if failure != nil {
      failure = nil
      pending.append(.recovered)
    }
  }

  /// Counts these pools alone.
  private mutating func focus(_ keys: [PoolKey], at now: UInt64) {
    let pools: [Pool]
    let cpu = Clock.threadCPUNanoseconds()
    defer { countingNanoseconds += Clock.threadCPUNanoseconds() - cpu }
    do throws(SampleError) {
      pools = try sampler.focus(keys)
    } catch {
      // A kernel that does not take the filter takes the dump.
      lastDump?.focusesSince = plan.focusesPerDump
      return fail(error)
    }
    counters.add(.focuses)
    counters.add(.rows, UInt64(sampler.timing.rows))
    counters.add(.dumpNanoseconds, sampler.timing.durationNanoseconds)
    for var pool in pools {
      guard let index = counted.pools.firstIndex(where: { $0.key == pool.key }) else { continue }
      pool.verdict = options.thresholds.level(of: pool)
      var record = PoolRecord(pool, method: .focus, countedAtMonotonic: now)
      // A focus does not look who holds what: that is as old as the last count of all.
      record.owners = counted.pools[index].owners
      record.otherOwners = counted.pools[index].otherOwners
      counted.pools[index] = record
      counted.readings[pool.key] = reading
    }
    if sampler.timing.wasInterrupted { flags.formUnion(.dumpInterrupted) }
    counted.rank()
    lastDump?.focusesSince += 1
  }

  private func sidesAreDue(at now: UInt64) -> Bool {
    sides.idleBindsAreDue(at: now, reading) || sides.udpIsDue(at: now, reading)
  }

  private mutating func walkSides(at now: UInt64) {
    let idle = sides.idleBindsAreDue(at: now, reading), udp = sides.udpIsDue(at: now, reading)
    guard idle || udp else { return }
    let cpu = Clock.threadCPUNanoseconds()
    defer { countingNanoseconds += Clock.threadCPUNanoseconds() - cpu }
    sampler.walkSides(idleBinds: idle, udp: udp)
    counters.add(.sideWalks)
    let walk = SideWalkPace.Walk(reading: reading, at: now)
    if idle { sides.idleBinds = walk }
    if udp { sides.udp = walk }
  }

  private mutating func fail(_ error: SampleError) {
    counters.add(.failedSamples)
    flags.formUnion(.sampleFailed)
    if failure == nil { pending.append(.failing("\(error)")) }
    failure = error
    payForTime()
  }

  /// What the last count and the last walks say.
  private var snapshot: NamespaceSnapshot {
    var selection = PoolSelection()
    selection.top = options.topPools
    selection.thresholds = options.thresholds
    return sampler.snapshot(of: NamespaceIdentity(name: "", inode: 0), selection)
  }

  /// What the last walk of bound-inactive sockets found: ports and sockets.
  private var idleBinds: IdleBinds {
    sampler.side.state.withLock {
      IdleBinds(ports: $0.idleBinds.use.all, count: $0.idleBinds.socketCount)
    }
  }
}

/// What a walk of bound-inactive sockets found.
private struct IdleBinds: Equatable {
  let ports: PortSet
  let count: Int
}
