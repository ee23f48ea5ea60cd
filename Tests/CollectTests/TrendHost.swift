import Collector
import Frames
import HostFacts
import Inet
import Kernel
import KernelTestKit
import Netlink
import Pools

/// A collector of a frame a second over the calling thread's namespace, which it has made narrow.
struct TrendHost: ~Copyable {
  private var collector: NamespaceCollector<NetlinkSocket>
  private var tick: UInt64 = 0
  private var next: UInt64
  private let interval: UInt64

  /// `ports` ports from 30,000 on, and TIME_WAIT that nobody takes over.
  init(_ namespace: TestNamespace, ports: UInt16, interval: UInt64 = 1_000_000_000) throws {
    try Self.prepare(namespace, ports: ports)
    var options = CollectorOptions()
    options.intervalNanoseconds = interval
    options.budgetShare = 1
    let counters = Counters(try GuardReader())
    collector = try NamespaceCollector(
      options, boot: try BootID.current(), from: .running, counters: { counters.read() },
      protocolCounters: { ProtocolCounters.read() })
    self.interval = interval
    next = Clock.monotonicNanoseconds()
  }

  /// Makes the namespace narrow.
  static func prepare(_ namespace: TestNamespace, ports: UInt16) throws {
    try namespace.add(ConnectStream.source.address)
    try namespace.add(ConnectStream.destination.address)
    try namespace.setPortRange(30_000, 30_000 + ports - 1)
    try namespace.write("0", to: "ipv4/tcp_tw_reuse")
  }

  /// The next frame, in its time, and the pool of the stream in it.
  mutating func step() -> (frame: Frame, pool: PoolRecord?) {
    Clock.sleep(untilMonotonicNanoseconds: next)
    next += interval
    let frame = collector.frame(tick: tick, passed: .init(isLate: false, skipped: 0))
    tick += 1
    return (frame, frame.pools.first { $0.key == Self.key })
  }

  static let key = PoolKey.connect(
    source: ConnectStream.source.address, destination: ConnectStream.destination.address,
    port: ConnectStream.destination.port, interface: 0)
}

/// The guard's reader, for closures.
private final class Counters {
  private var reader: GuardReader
  init(_ reader: consuming GuardReader) { self.reader = reader }
  func read() -> GuardReading { reader.read() }
}
