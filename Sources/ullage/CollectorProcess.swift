import Collector
import Console
import FrameRing
import Frames
import Glibc
import HostFacts
import Journal
import Kernel
import Logging
import Netlink
import Ring
import Settings

/// The daemon: a loop that waits for signals, and begins anew with another configuration.
struct CollectorProcess {
  private let identity: NamespaceIdentity
  private let configure: () throws(Failure) -> CollectorConfiguration
  private let manager = ServiceNotification()

  /// A daemon for the namespace of the thread that runs it, and for all others that its configuration wants.
  init(
    _ identity: NamespaceIdentity,
    _ configure: @escaping () throws(Failure) -> CollectorConfiguration
  ) {
    self.identity = identity
    self.configure = configure
  }

  /// Runs until SIGTERM or SIGINT.
  func run(_ signals: SignalQueue) throws(Failure) {
    var configuration = try configure()
    var logger = JournalLog.logger(configuration.logLevel)
    let boot = try Failure.rewording(BootID.current)
    let judge = AlarmJudge(configuration.alarms)
    var writer = try open(configuration, boot)
    judge.restore(
      try Failure.rewording { () throws(RingError) in try writer.alarmState() }, boot: boot)
    var loop = try start(configuration, writer, judge, logger)
    var fleet = try fleet(configuration, boot, logger, isNew: true)
    defer { withExtendedLifetime(fleet) {} }
    var event: (kind: Event.Kind, text: String)? = (
      .collectorStarted, "the collector started (ullage \(Version.current))"
    )
    while true {
      let wake = try collect(&loop, signals, event, budget: configuration.budget, fleet)
      event = nil
      if wake == .stop {
        try? manager.send("STOPPING=1")
        fleet = nil
        return try Self.close(loop, noting: "the collector stopped in good order")
      }
      let next: CollectorConfiguration
      do throws(Failure) {
        next = try configure()
      } catch {
        logger.error("the configuration stays as it was: \(error.message)")
        continue
      }
      let tick = loop.tick, debt = loop.debtNanoseconds
      let kept: CollectorConfiguration
      if next.hasSameRing(as: configuration) {
        writer = loop.intoWriter()
        kept = next
      } else {
        let moved = try moved(loop, from: configuration, to: next, boot, logger)
        kept = moved.configuration
        writer = moved.writer
      }
      if kept == next { event = (.configurationReloaded, "the configuration was read again") }
      let isNew = configuration.namespaces != .all
      configuration = kept
      logger = JournalLog.logger(configuration.logLevel)
      judge.replaceRules(configuration.alarms, boot: boot)
      // Its members write to the same files, so the old one ends first.
      fleet = nil
      fleet = try self.fleet(configuration, boot, logger, isNew: isNew)
      loop = try start(configuration, writer, judge, logger, tick: tick, debt: debt)
    }
  }

  private func start(
    _ configuration: CollectorConfiguration, _ writer: consuming FrameRingWriter,
    _ judge: AlarmJudge, _ logger: Logger, tick: UInt64 = 0, debt: UInt64 = 0
  ) throws(Failure) -> CollectionLoop<NetlinkSocket> {
    do throws(SampleError) {
      return try RunningCollector.loop(
        configuration.options, into: writer, tick: tick, debt: debt, judge: { judge.judge($0) },
        log: { Self.log($0, to: logger) }, say: { logger.notice("\($0)") })
    } catch {
      throw Failure(error)
    }
  }

  /// The collectors of the other namespaces, if they are wanted and we may; when that `isNew`, why not is said.
  private func fleet(
    _ configuration: CollectorConfiguration, _ boot: BootID, _ logger: Logger, isNew: Bool
  ) throws(Failure) -> NamespaceFleet? {
    guard configuration.namespaces == .all else { return nil }
    let permission = FleetPermission.effective()
    if isNew, let limitation = permission.limitation(own: identity.name) {
      logger.notice("\(limitation)")
    }
    return permission.allowsOthers
      ? try NamespaceFleet(configuration, boot: boot, logger) : nil
  }

  /// A writer, and the configuration that it goes by.
  private struct Moved: ~Copyable {
    let writer: FrameRingWriter
    let configuration: CollectorConfiguration
  }

  /// Goes on with another ring; with the old one where that cannot be had.
  private func moved(
    _ loop: consuming CollectionLoop<NetlinkSocket>, from old: CollectorConfiguration,
    to next: CollectorConfiguration, _ boot: BootID, _ logger: Logger
  ) throws(Failure) -> Moved {
    // One file has one writer: the old one ends first.
    try Self.close(loop)
    do throws(Failure) {
      return Moved(writer: try open(next, boot), configuration: next)
    } catch {
      logger.error("the configuration stays as it was: \(error.message)")
    }
    return Moved(writer: try open(old, boot), configuration: old)
  }

  private static func close(
    _ loop: consuming CollectionLoop<NetlinkSocket>, noting end: String? = nil
  ) throws(Failure) {
    do throws(RingError) {
      if let end { try loop.note(.collectorStopped, end) }
      try loop.close()
    } catch {
      throw Failure("\(error)")
    }
  }

  private enum Wake { case stop, reload, tick }

  /// Collects until a signal wants something else.
  private func collect(
    _ loop: inout CollectionLoop<NetlinkSocket>, _ signals: SignalQueue,
    _ event: (kind: Event.Kind, text: String)?, budget: Double, _ fleet: NamespaceFleet?
  ) throws(Failure) -> Wake {
    do throws(RingError) {
      if let event { try loop.note(event.kind, event.text) }
      try loop.step()
      if event?.kind == .collectorStarted {
        try? manager.send("READY=1\nSTATUS=collecting the \(identity.name) namespace")
      }
      var watchdog = TickSchedule(
        intervalNanoseconds: (manager.watchdogNanoseconds ?? .max) / 2,
        start: Clock.monotonicNanoseconds())
      while true {
        let now = Clock.monotonicNanoseconds()
        if manager.watchdogNanoseconds != nil, watchdog.isDue(at: now) {
          _ = watchdog.take(at: now)
          try? manager.send("WATCHDOG=1")
        }
        let deadline =
          manager.watchdogNanoseconds == nil
          ? loop.nextNanoseconds : min(loop.nextNanoseconds, watchdog.deadlineNanoseconds)
        let wake = Self.next(signals, deadline)
        if wake != .tick { return wake }
        if let fleet { loop.setBudgetShare(budget * fleet.hostShare) }
        try loop.step()
      }
    } catch {
      throw Failure("\(error)")
    }
  }

  private static func next(
    _ signals: SignalQueue, _ deadline: UInt64
  ) -> Wake {
    switch signals.next(untilMonotonicNanoseconds: deadline) {
    case .terminate, .interrupt: .stop
    case .hangup: .reload
    case .quit, .child, .brokenPipe, nil: .tick
    }
  }

  private func open(
    _ configuration: CollectorConfiguration, _ boot: BootID
  ) throws(Failure) -> FrameRingWriter {
    let directory = configuration.ring.directory
    let path = RingLocation.file(in: directory, namespace: identity.name)
    do throws(SystemCallError) {
      try Directory.make(directory)
    } catch {
      throw Failure("\(error); --ring names another directory")
    }
    let own = RingIdentity.own(identity, boot: boot, interval: configuration.intervalNanoseconds)
    return try Failure.rewording { () throws(RingError) in
      try FrameRingWriter(
        RingWriter(
          path: path, geometry: configuration.shape.geometry, identity: own,
          mode: configuration.ring.mode))
    }
  }

  private static func log(_ event: Event, to logger: Logger) {
    switch event.kind {
    case .alarmRaised, .sampleFailed, .samplesMissed, .clockChanged, .connectsFailed:
      logger.warning("\(event.text)")
    default: logger.info("\(event.text)")
    }
  }
}
