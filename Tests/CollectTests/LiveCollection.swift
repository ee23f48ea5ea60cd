import Alarms
import Collector
import FrameRing
import Frames
import HostFacts
import Kernel
import Netlink
import Ring

/// A loop over the calling thread's namespace into a ring in memory, and a reader of it.
struct LiveCollection: ~Copyable {
  private var loop: CollectionLoop<NetlinkSocket>
  private let reader: FrameRingReader
  private(set) var newest: Frame?

  /// A collector of a frame each 50 ms, whose frames are judged by `rules`.
  init(rules: [AlarmRule] = []) throws {
    var options = CollectorOptions()
    options.intervalNanoseconds = 50_000_000
    options.budgetShare = 1
    let boot = try BootID.current()
    let counters = GuardCounters(try GuardReader())
    let collector = try NamespaceCollector(
      options, boot: boot, from: .running, counters: { counters.read() },
      protocolCounters: { ProtocolCounters.read() }, limits: { .read() })
    let ring = try RingWriter(
      inMemory: FrameRingShape().geometry,
      identity: RingIdentity(
        bootID: boot, namespaceCookie: 0, namespaceInode: 0, namespaceName: "test",
        hostName: Machine.hostName(), writerPID: 1, writerStartRealtimeNanoseconds: 1,
        intervalNanoseconds: options.intervalNanoseconds))
    let reader = try FrameRingReader(path: ring.path)
    let writer = try FrameRingWriter(ring)
    self.reader = reader
    let alarms = Alarms(rules)
    loop = CollectionLoop(collector, into: writer, boot: boot, judge: { alarms.judge($0) })
  }

  /// The events so far, as a reader of the ring has them.
  func events() throws -> [Event] { try reader.events(from: 0, through: .max, limit: 1000) }

  /// Works until the next frame and returns it.
  mutating func step() throws -> Frame {
    let before = newest?.tick
    while true {
      Clock.sleep(untilMonotonicNanoseconds: loop.nextNanoseconds)
      try loop.step()
      if let frame = try reader.newest(), frame.tick != before {
        newest = frame
        return frame
      }
    }
  }
}

/// The guard's reader, for closures.
private final class GuardCounters {
  private var reader: GuardReader
  init(_ reader: consuming GuardReader) { self.reader = reader }
  func read() -> GuardReading { reader.read() }
}

/// The engine of alarms, for a closure.
private final class Alarms {
  private var engine: AlarmEngine
  init(_ rules: [AlarmRule]) { engine = AlarmEngine(rules: rules) }

  func judge(_ frame: Frame) -> CollectionLoop<NetlinkSocket>.Judgement {
    let outcome = engine.feed(frame)
    return .init(events: outcome.events, raised: outcome.raised)
  }
}
