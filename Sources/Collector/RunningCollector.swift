public import FrameRing
public import Frames
internal import HostFacts
internal import Kernel
public import Netlink

/// Makes a collecting loop over the running kernel.
public enum RunningCollector {
  /// A loop into `ring` for the calling thread's namespace. `say` hears what cannot be counted, and why.
  public static func loop(
    _ options: CollectorOptions, into writer: consuming FrameRingWriter, tick: UInt64 = 0,
    debt: UInt64 = 0,
    judge: @escaping (Frame) -> CollectionLoop<NetlinkSocket>.Judgement = { _ in .init() },
    log: @escaping (Event) -> Void = { _ in }, say: (String) -> Void = { _ in }
  ) throws(SampleError) -> CollectionLoop<NetlinkSocket> {
    let boot: BootID
    let counters: GuardCounters, rare: RareCounters
    do throws(SystemCallError) {
      boot = try BootID.current()
      counters = GuardCounters(try GuardReader())
      rare = RareCounters(try ProtocolCounterReader())
    } catch {
      throw .system(error)
    }
    let failures = FailedConnects(FailureWatch(options.failures))
    if let limitation = failures.limitation { say(limitation) }
    let collector = try NamespaceCollector(
      options, boot: boot, from: .running, counters: { counters.read() },
      protocolCounters: { rare.read() }, failures: { failures.read() }, limits: { .read() },
      debtNanoseconds: debt)
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

/// The watch of failed connects, likewise.
private final class FailedConnects {
  private var watch: FailureWatch
  init(_ watch: consuming FailureWatch) { self.watch = watch }
  var limitation: String? { watch.limitation }
  func read() -> FailureReading? { watch.read() }
}

/// The reader of the rare counters, likewise.
private final class RareCounters {
  private var reader: ProtocolCounterReader
  init(_ reader: consuming ProtocolCounterReader) { self.reader = reader }
  func read() -> ProtocolCounters { reader.read() }
}
