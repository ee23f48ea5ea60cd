import Collector
import Configuration
import FrameRing
import Frames
import Glibc
import HostFacts
import Kernel
import Logging
import Netlink
import Ring

/// Makes a collecting loop over the running kernel.
enum RunningCollector {
  /// A loop into `ring` for the calling thread's namespace.
  static func loop(
    _ options: CollectorOptions, into writer: consuming FrameRingWriter, tick: UInt64 = 0,
    judge: @escaping (Frame) -> CollectionLoop<NetlinkSocket>.Judgement = { _ in .init() },
    log: @escaping (Event) -> Void = { _ in }
  ) throws(Failure) -> CollectionLoop<NetlinkSocket> {
    let boot = try Failure.rewording(BootID.current)
    let (counters, rare) = try Failure.rewording { () throws(SystemCallError) in
      (GuardCounters(try GuardReader()), RareCounters(try ProtocolCounterReader()))
    }
    let collector = try Failure.rewording { () throws(SampleError) in
      try NamespaceCollector(
        options, boot: boot, from: .running, counters: { counters.read() },
        protocolCounters: { rare.read() })
    }
    return CollectionLoop(
      collector, into: writer, boot: boot, tick: tick, judge: judge, log: log)
  }
}

/// The guard's reader, shared by closures of one thread.
private final class GuardCounters {
  private var reader: GuardReader
  init(_ reader: consuming GuardReader) { self.reader = reader }
  func read() -> GuardReading { reader.read() }
}

/// The reader of the rare counters, likewise.
private final class RareCounters {
  private var reader: ProtocolCounterReader
  init(_ reader: consuming ProtocolCounterReader) { self.reader = reader }
  func read() -> ProtocolCounters { reader.read() }
}

/// The daemon: a loop that waits for signals, and begins anew with another configuration.
struct CollectorProcess {
  private let identity: NamespaceIdentity
  private let configure: () throws(Failure) -> CollectorConfiguration
  private let manager = ServiceNotification()

  /// A daemon for the namespace of the thread that runs it.
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
    var isFirst = true, tick: UInt64 = 0
    while true {
      let path = RingLocation.file(in: configuration.ring.directory, namespace: identity.name)
      var writer = try open(path, configuration, boot)
      if isFirst {
        let state = try Failure.rewording { () throws(RingError) in try writer.alarmState() }
        judge.restore(state, boot: boot)
      }
      let log = logger
      var loop = try RunningCollector.loop(
        configuration.options, into: writer, tick: tick, judge: { judge.judge($0) },
        log: { Self.log($0, to: log) })
      let ended = try collect(&loop, signals, isFirst ? .collectorStarted : .configurationReloaded)
      if ended == .stop {
        try? manager.send("STOPPING=1")
        try Self.close(loop, noting: "the collector stopped in good order")
        return
      }
      isFirst = false
      tick = loop.tick
      do throws(Failure) {
        configuration = try configure()
        logger = JournalLog.logger(configuration.logLevel)
        judge.replaceRules(configuration.alarms, boot: boot)
      } catch {
        logger.error("the configuration stays as it was: \(error.message)")
      }
      try Self.close(loop)
    }
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
    _ start: Event.Kind
  ) throws(Failure) -> Wake {
    do throws(RingError) {
      try loop.note(
        start,
        start == .collectorStarted
          ? "the collector started (ullage \(Version.current))" : "the configuration was read again"
      )
      try loop.step()
      if start == .collectorStarted {
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
    case .child, nil: .tick
    }
  }

  private func open(
    _ path: String, _ configuration: CollectorConfiguration, _ boot: BootID
  ) throws(Failure) -> FrameRingWriter {
    let directory = configuration.ring.directory
    try Failure.rewording { () throws(SystemCallError) in try Directory.make(directory) }
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
    case .alarmRaised, .sampleFailed, .samplesMissed, .clockChanged: logger.warning("\(event.text)")
    default: logger.info("\(event.text)")
    }
  }
}

extension CollectorConfiguration {
  /// How the collector works by this configuration.
  var options: CollectorOptions {
    var options = CollectorOptions()
    options.intervalNanoseconds = intervalNanoseconds
    options.guardIntervalNanoseconds = guardIntervalNanoseconds
    options.budgetShare = budget
    options.thresholds = thresholds
    options.sample.maxPools = maxPools
    options.sample.maxAddresses = maxAddresses
    return options
  }

  /// The tiers of its ring. Unless raw frames were configured there are no more than fit into 24 MiB.
  var shape: FrameRingShape {
    var shape = FrameRingShape()
    let raw = ring.raw.frameCount(stepNanoseconds: intervalNanoseconds)
    shape.rawCount = ring.raw == Ring().raw ? min(raw, shape.rawCount) : raw
    shape.tenSecondCount = ring.tenSeconds.frameCount(stepNanoseconds: 10_000_000_000)
    shape.minuteCount = ring.minutes.frameCount(stepNanoseconds: 60_000_000_000)
    return shape
  }
}
