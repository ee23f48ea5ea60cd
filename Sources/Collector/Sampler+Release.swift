internal import Census
internal import HostFacts
internal import Inet
internal import Kernel
internal import Netlink
public import Pools
internal import SocketDiag

/// What a walk says of one pool: when its waiting ports come back.
struct ReleaseCount: Equatable {
  /// The teeth: seconds of CLOCK_MONOTONIC, in order.
  var teeth: [ReleaseSchedule.Tooth] = []
  /// Ports of A held by orphans in FIN_WAIT2, which are among them.
  var orphans = 0
  /// The first tooth of a port in TIME_WAIT; orphans with a shorter life have a finer comb.
  var timeWaitTooth: Double?
}

/// When ports come back: a walk of its own over the minisocks of a few pools.
extension Sampler where Transport: ~Copyable {
  /// The schedules of at most 16 connect pools, in one walk: the kernel leaves out all other rows and
  /// states. Only ports of A count, by the listeners of the last count and the last side walk.
  ///
  /// Costs the walk (about 75 ns a socket of the host) and about 330 ns a matching row. Throws what the
  /// kernel refuses.
  mutating func releases(
    of keys: [PoolKey], _ clock: ReleaseClock
  ) throws(SampleError) -> [PoolKey: ReleaseCount] {
    let keys = Array(keys.prefix(CountPlan.focusLimit))
    let available = portSpace.available
    let orphanLife = Double(facts.settings.finTimeoutSeconds ?? 60)
    var bins = [ReleaseBins](repeating: ReleaseBins(), count: keys.count)
    let query = SocketQuery(
      .tcp, states: [StateSet(.timeWait), StateSet(.finWait2)],
      filter: .any(keys.compactMap { Self.releaseFilter($0) }))
    do throws(NetlinkError) {
      var dump = SocketDump(try source.connect())
      // The kernel makes a datagram while the one before it is fetched: its rows are as old as that.
      var madeAt = Clock.monotonicNanoseconds()
      _ = try dump.run(query) { (rows: inout ReplyCursor) throws(NetlinkError) in
        let now = Clock.monotonicNanoseconds()
        var last = 0
        while let row = try rows.nextRow() {
          guard row.isMinisock, available.contains(row.sourcePort),
            let index = Self.index(of: row, in: keys, after: last)
          else { continue }
          last = index
          let isOrphan = row.rawState == SocketState.finWait2.rawValue
          let moment = clock.release(
            expiresMilliseconds: row.expiresMilliseconds, at: madeAt,
            lifeSeconds: isOrphan ? orphanLife : ReleaseComb.timeWaitSeconds)
          bins[index].count(at: moment, isOrphan: isOrphan)
        }
        madeAt = now
      }
    } catch {
      throw .netlink(error)
    }
    return Dictionary(
      zip(keys, bins.map(\.release)), uniquingKeysWith: { first, _ in first })
  }

  /// The pool of a row; most rows follow one of the same pool.
  private static func index(
    of row: borrowing SocketRow, in keys: [PoolKey], after last: Int
  ) -> Int? {
    for step in keys.indices {
      let index = (last + step) % keys.count
      if case .connect(let source, let destination, let port, let interface) = keys[index],
        row.destinationPort == port, row.interface == interface, row.destination == destination,
        row.source == source
      {
        return index
      }
    }
    return nil
  }

  private static func releaseFilter(_ key: PoolKey) -> SocketFilter? {
    guard case .connect(let source, let destination, let port, _) = key else { return nil }
    return .every([
      .source(AddressPrefix(source)), .destination(AddressPrefix(destination)),
      .destinationPort(PortRange(port)),
    ])
  }

  /// After how many seconds connect() may take over a TIME_WAIT of this pool; nil where it waits its minute.
  func reuseSeconds(of key: PoolKey) -> Double? {
    guard case .connect(let source, let destination, _, let interface) = key else { return nil }
    switch space.reuse.mode {
    case .never: return nil
    case .loopback where !source.isLoopback && !destination.isLoopback && interface != 1:
      return nil
    case .loopback, .always: return Double(space.reuse.delayMilliseconds) / 1000
    }
  }

  private static func phaseUnknown(_ comb: ReleaseComb) -> SnapshotFlag {
    // A deadline is up to a tooth before the assumed one, and that is said a tooth late.
    let hundredths = Int((200 * comb.toothSeconds).rounded(.up))
    let fraction = hundredths % 100
    return SnapshotFlag(
      SnapshotFlag.releasePhaseUnknownID,
      "ports come back up to \(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s earlier than "
        + "said: \(TimerTick.path) cannot be read")
  }

  /// Adds to the tight pools of a snapshot when their ports come back: those past the cliff or worse with
  /// ports in TIME_WAIT. A host without any is not walked. What cannot be had stays nil.
  ///
  /// Where the teeth stand may be unknown: then each moment is the latest possible one, and a flag says so.
  public mutating func addReleases(to snapshot: inout Snapshot) {
    guard let ticks = TimerTick.ticksPerSecond(), !snapshot.namespaces.isEmpty else { return }
    let wanted = snapshot.namespaces[0].pools.filter {
      $0.isWorthAWalk && reuseSeconds(of: $0.key) == nil
    }
    guard !wanted.isEmpty else { return }
    let clock = ReleaseClock(
      comb: ReleaseComb(ticksPerSecond: ticks),
      aheadNanoseconds: source.timerPhase(ticks))
    let releases: [PoolKey: ReleaseCount]
    do throws(SampleError) { releases = try self.releases(of: wanted.map(\.key), clock) } catch {
      return
    }
    // Without a phase the teeth stand on any comb: the true ones are less than a tooth's distance away.
    let isPhaseKnown = clock.aheadNanoseconds != nil
    let late = isPhaseKnown ? 0 : clock.comb.toothSeconds
    let now = Double(Clock.monotonicNanoseconds()) / 1e9 - late
    func add(to pool: inout Pool) {
      guard let release = releases[pool.key] else { return }
      pool.release = ReleaseSchedule(
        release.teeth.map { .init(seconds: max(0, $0.seconds - now), ports: $0.ports) })
    }
    for index in snapshot.namespaces[0].pools.indices {
      add(to: &snapshot.namespaces[0].pools[index])
    }
    if var tightest = snapshot.namespaces[0].tightestConnect {
      add(to: &tightest)
      snapshot.namespaces[0].tightestConnect = tightest
    }
    if !isPhaseKnown { snapshot.flags.append(Self.phaseUnknown(clock.comb)) }
  }
}

extension Pool {
  /// Whether it is so tight that it matters when its ports come back, and some do.
  fileprivate var isWorthAWalk: Bool {
    key.kind == .connect && (isSearching || verdict >= .warning) && (states?[.timeWait] ?? 0) > 0
  }
}

/// Ports by the moment of their release.
private struct ReleaseBins {
  private var ports: [UInt64: Int] = [:]
  private var orphans = 0
  private var timeWaitTooth: UInt64?

  mutating func count(at moment: UInt64, isOrphan: Bool) {
    ports[moment, default: 0] += 1
    if isOrphan {
      orphans += 1
    } else {
      timeWaitTooth = min(timeWaitTooth ?? moment, moment)
    }
  }

  var release: ReleaseCount {
    ReleaseCount(
      teeth: ports.sorted { $0.key < $1.key }
        .map { .init(seconds: Double($0.key) / 1e9, ports: $0.value) },
      orphans: orphans, timeWaitTooth: timeWaitTooth.map { Double($0) / 1e9 })
  }
}
