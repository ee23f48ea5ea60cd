import Collector
import FrameRing
import Frames
import Glibc
import HostFacts
import Kernel
import Netlink
import Ring

/// Makes a collecting loop over the running kernel.
enum RunningCollector {
  /// A loop into `ring` for the calling thread's namespace.
  static func loop(
    _ options: CollectorOptions, into ring: consuming RingWriter,
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
    do throws(RingError) {
      return CollectionLoop(
        collector, into: try FrameRingWriter(ring), boot: boot, judge: judge, log: log)
    } catch {
      throw Failure("\(error)")
    }
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

/// The daemon: a loop that waits for signals.
struct CollectorProcess {
  let options: CollectorOptions
  let identity: NamespaceIdentity
  let path: String

  /// Runs until SIGTERM or SIGINT.
  func run(_ signals: borrowing SignalDescriptor) throws(Failure) {
    let manager = ServiceNotification()
    var loop = try RunningCollector.loop(options, into: try openRing())
    var failure: Failure?
    do throws(RingError) {
      try loop.note(.collectorStarted, "the collector started (ullage \(Version.current))")
      try loop.step()
      try? manager.send("READY=1\nSTATUS=collecting into \(path)")
      // Half of what the manager waits: one sign of life may come late.
      var signsOfLife = manager.watchdogNanoseconds.map {
        TickSchedule(intervalNanoseconds: $0 / 2, start: Clock.monotonicNanoseconds())
      }
      while Self.next(
        signals, min(loop.nextNanoseconds, signsOfLife?.deadlineNanoseconds ?? .max)) != .stop
      {
        try loop.step()
        let now = Clock.monotonicNanoseconds()
        if let due = signsOfLife?.isDue(at: now), due {
          _ = signsOfLife?.take(at: now)
          try? manager.send("WATCHDOG=1")
        }
      }
      try? manager.send("STOPPING=1")
      try loop.note(.collectorStopped, "the collector stopped in good order")
      try loop.close()
    } catch {
      failure = Failure("\(error)")
    }
    if let failure { throw failure }
  }

  private enum Wake { case stop, reload, tick }

  private static func next(
    _ signals: borrowing SignalDescriptor, _ deadline: UInt64
  ) -> Wake {
    do throws(SystemCallError) {
      switch try signals.next(untilMonotonicNanoseconds: deadline) {
      case SIGTERM, SIGINT: return .stop
      case SIGHUP: return .reload
      default: return .tick
      }
    } catch {
      // Without signals there is still a schedule.
      Clock.sleep(untilMonotonicNanoseconds: deadline)
      return .tick
    }
  }

  private func openRing() throws(Failure) -> RingWriter {
    let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    if !directory.isEmpty {
      try Failure.rewording { () throws(SystemCallError) in try Directory.make(directory) }
    }
    let boot = try Failure.rewording(BootID.current)
    let ringIdentity = RingIdentity.own(
      identity, boot: boot, interval: options.intervalNanoseconds)
    let path = path
    return try Failure.rewording { () throws(RingError) in
      try RingWriter(path: path, geometry: FrameRingShape().geometry, identity: ringIdentity)
    }
  }
}
