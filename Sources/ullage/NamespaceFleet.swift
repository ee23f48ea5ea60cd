import Collector
import Console
import FrameRing
import Frames
import HostFacts
import Kernel
import Logging
import Ring
import Settings
import Synchronization

/// Collects the other network namespaces of the host: looks at all of them each second by their counters,
/// and runs a collector in those where a pool can matter.
///
///     host        half of the budget, seven eighths while no other is collected; its own loop
///     the watch   an eighth: looks more rarely where a look costs more
///     members     the rest, divided by their number
final class NamespaceFleet {
  private let wake: WakeUp
  private let memberCount: MemberCount
  private var thread: DedicatedThread<Void>?

  /// Begins to watch.
  init(_ configuration: CollectorConfiguration, boot: BootID, _ logger: Logger) throws(Failure) {
    let wake = try Failure.rewording { () throws(SystemCallError) in try WakeUp() }
    let memberCount = MemberCount()
    self.wake = wake
    self.memberCount = memberCount
    thread = try Failure.rewording { () throws(SystemCallError) in
      try DedicatedThread {
        var crew = FleetCrew(configuration, boot, logger)
        var next = Clock.monotonicNanoseconds()
        repeat {
          next = crew.look(at: Clock.monotonicNanoseconds())
          memberCount.value.store(crew.memberCount, ordering: .relaxed)
        } while !wake.wait(
          untilMonotonicNanoseconds: next)
        crew.end()
      }
    }
  }

  // The owner of the thread waits for it.
  deinit { wake.wake() }

  /// What the host's own loop has of the budget: less when others are collected too.
  var hostShare: Double { memberCount.value.load(ordering: .relaxed) == 0 ? 0.875 : 0.5 }
}

/// How many members there are, for the host's loop.
private final class MemberCount: Sendable {
  let value = Atomic<Int>(0)
}

/// The members of a fleet, and the plan by which they come and go. Belongs to one thread.
private struct FleetCrew: ~Copyable {
  private let configuration: CollectorConfiguration
  private let boot: BootID
  private let logger: Logger
  private var watch = NamespaceWatch(.named())
  private var plan: FleetPlan
  private var members: [UInt64: FleetMember] = [:]
  private let room: FleetRoom
  private var sweepAt: UInt64
  private var isBlind = false
  private var isFull = false
  private var saidRefusedCount = 0

  init(_ configuration: CollectorConfiguration, _ boot: BootID, _ logger: Logger) {
    self.configuration = configuration
    self.boot = boot
    self.logger = logger
    room = FleetRoom(configuration)
    plan = FleetPlan(memberMaximum: room.memberMaximum)
    // What an earlier collector left can be read for as long as what this one leaves.
    sweepAt = Clock.monotonicNanoseconds() + Self.keptNanoseconds
    watch.visitMaximum = Self.visitMaximum
  }

  /// Looks once, and returns when to look again: after a second, or later where that would cost more than
  /// the watch may.
  mutating func look(at now: UInt64) -> UInt64 {
    let cpu = Clock.threadCPUNanoseconds()
    do throws(SystemCallError) {
      try watch.look(at: now)
      isBlind = false
    } catch {
      if !isBlind { logger.warning("other namespaces cannot be looked for: \(error)") }
      isBlind = true
    }
    reap(at: now)
    // A look that failed says of none that it is fuller, or gone.
    if !isBlind { follow(at: now) }
    if now >= sweepAt {
      MemberRings.sweep(
        configuration.ring.directory, olderThan: Self.keptNanoseconds, keeping: paths)
      sweepAt = now + 60_000_000_000
    }
    let spent = Clock.threadCPUNanoseconds() - cpu + watch.tourNanoseconds
    let rest = Double(spent) / (configuration.budget / 8)
    return now + max(1_000_000_000, UInt64(min(rest, 60_000_000_000)))
  }

  /// Lets go of members that ended by themselves.
  private mutating func reap(at now: UInt64) {
    for (inode, member) in members {
      guard let failure = member.ended else { continue }
      members[inode] = nil
      member.end("")
      plan.noteFailure(inode: inode, at: now)
      logger.warning("the \(member.name) namespace is not collected: \(failure.message)")
    }
  }

  /// Starts and ends members as the plan says.
  private mutating func follow(at now: UInt64) {
    let changes = plan.changes(
      watch.bounds, idleBinds: watch.idleBindMaximum, own: watch.inventory.ownInode, at: now)
    // All ends first: a ring of what has ended may make room, one of what begins with this look may not.
    var due: [NamespaceBound] = []
    for change in changes {
      switch change {
      case .start(let bound): due.append(bound)
      case .end(let inode, let reason):
        guard let member = members.removeValue(forKey: inode) else { continue }
        member.end(Self.words(reason), isGone: reason == .gone)
        logger.info("the \(member.name) namespace is collected no more: \(Self.words(reason))")
      }
    }
    let rings = due.map { FleetMember.path($0, in: configuration.ring.directory) }
    for bound in due { start(bound, keeping: paths.union(rings), at: now) }
    sayWhatIsLeftOut()
    sayWhatIsRefused()
    if !changes.isEmpty { for member in members.values { member.setShare(memberShare) } }
  }

  /// How many namespaces are collected besides the host's.
  var memberCount: Int { members.count }

  /// Says once that there is no room for some, and again when there had been.
  private mutating func sayWhatIsLeftOut() {
    let count = plan.leftOutCount
    if count > 0, !isFull {
      logger.warning(
        "\(count) namespace\(count == 1 ? "" : "s") past 25 % cannot be collected: \(room.limit)"
      )
    }
    isFull = count > 0
  }

  /// Says how many cannot be looked into, and why the first one, when they become more; and that none is left.
  private mutating func sayWhatIsRefused() {
    var count = 0
    var first = ""
    for bound in watch.bounds {
      guard case .refused(let text) = bound.trouble else { continue }
      if count == 0 { first = "\(bound.entry.name): \(text)" }
      count += 1
    }
    if count > saidRefusedCount {
      logger.warning(
        "\(count) namespace\(count == 1 ? "" : "s") cannot be looked into, so not collected when full; \(first)"
      )
      saidRefusedCount = count
    } else if count == 0, saidRefusedCount > 0 {
      logger.info("no namespace is left that cannot be looked into")
      saidRefusedCount = 0
    }
  }

  mutating func end() {
    for member in members.values { member.end("the collector stopped in good order") }
    members = [:]
  }

  private mutating func start(
    _ bound: NamespaceBound, keeping kept: Set<String>, at now: UInt64
  ) {
    let logger = self.logger, name = bound.entry.name
    do throws(Failure) {
      let path = FleetMember.path(bound, in: configuration.ring.directory)
      guard
        MemberRings.makeRoom(
          for: path, byteCount: FleetMember.shape.geometry.byteCount, within: room.byteCount,
          keeping: kept)
      else {
        throw Failure(
          "rings that others write, or that are none of ours, take too much in \(configuration.ring.directory); \(room.limit)"
        )
      }
      let member = try FleetMember(bound, configuration, boot: boot, share: memberShare) { event in
        switch event.kind {
        // What the fleet says of its members itself.
        case .collectorStarted, .collectorStopped: break
        case .alarmRaised, .sampleFailed: logger.warning("\(name): \(event.text)")
        default: logger.info("\(name): \(event.text)")
        }
      }
      guard let member else { return plan.noteFailure(inode: bound.entry.inode, at: now) }
      members[bound.entry.inode] = member
      logger.info("the \(name) namespace is collected too")
    } catch {
      plan.noteFailure(inode: bound.entry.inode, at: now)
      logger.warning("the \(name) namespace is not collected: \(error.message)")
    }
  }

  /// The members' rings.
  private var paths: Set<String> { Set(members.values.map(\.path)) }

  /// Three eighths of the budget, for each its part.
  private var memberShare: Double {
    configuration.budget * 3 / 8 / Double(max(1, plan.collected.count))
  }

  private static func words(_ reason: FleetPlan.End) -> String {
    switch reason {
    case .gone: "it has gone"
    case .quiet: "no pool in it can matter any more"
    case .displaced: "others are fuller"
    }
  }

  /// How many namespaces a look enters: some ten milliseconds of processor time.
  private static let visitMaximum = 512

  /// How long a ring is kept after its namespace was collected last.
  private static let keptNanoseconds: UInt64 = 600_000_000_000
}
