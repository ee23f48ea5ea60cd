import Collector
import Configuration
import FrameRing
import Frames
import HostFacts
import Kernel
import Logging
import Ring
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
  private var sweptAt: UInt64 = 0
  private var isBlind = false
  private var isFull = false

  init(_ configuration: CollectorConfiguration, _ boot: BootID, _ logger: Logger) {
    self.configuration = configuration
    self.boot = boot
    self.logger = logger
    let total = configuration.ring.totalByteCount
    let room =
      total - min(total, configuration.shape.geometry.byteCount)
    plan = FleetPlan(memberMaximum: room / FleetMember.shape.geometry.byteCount)
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
    for (inode, member) in members {
      guard let failure = member.ended else { continue }
      members[inode] = nil
      member.end("")
      plan.noteFailure(inode: inode, at: now)
      logger.warning("the \(member.name) namespace is not collected: \(failure.message)")
    }
    let changes = plan.changes(
      watch.bounds, idleBinds: watch.idleBindMaximum, own: watch.inventory.ownInode, at: now)
    for change in changes {
      switch change {
      case .start(let bound): start(bound, at: now)
      case .end(let inode, let reason):
        guard let member = members.removeValue(forKey: inode) else { continue }
        member.end(Self.words(reason), isGone: reason == .gone)
        logger.info("the \(member.name) namespace is collected no more: \(Self.words(reason))")
      }
    }
    sayWhatIsLeftOut()
    if !changes.isEmpty { for member in members.values { member.setShare(memberShare) } }
    if sweptAt == 0 || now - sweptAt >= 60_000_000_000 {
      NamespaceRings.sweep(
        configuration.ring.directory, olderThan: Self.keptNanoseconds, boot: boot,
        keeping: Set(members.values.map(\.path)))
      sweptAt = now
    }
    let spent = Clock.threadCPUNanoseconds() - cpu
    let rest = Double(spent) / (configuration.budget / 8)
    return now + max(1_000_000_000, UInt64(min(rest, 60_000_000_000)))
  }

  /// How many namespaces are collected besides the host's.
  var memberCount: Int { members.count }

  /// Says once that there is no room for some, and again when there had been.
  private mutating func sayWhatIsLeftOut() {
    let count = plan.leftOutCount
    if count > 0, !isFull {
      logger.warning(
        "\(count) namespace\(count == 1 ? "" : "s") past 25 % cannot be collected: the rings take all of \(configuration.ring.totalByteCount >> 20) MiB (--ring-total)"
      )
    }
    isFull = count > 0
  }

  mutating func end() {
    for member in members.values { member.end("the collector stopped in good order") }
    members = [:]
  }

  private mutating func start(_ bound: NamespaceBound, at now: UInt64) {
    let logger = self.logger, name = bound.entry.name
    do throws(Failure) {
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

  /// How long a ring is kept after its namespace was collected last.
  private static let keptNanoseconds: UInt64 = 600_000_000_000
}
