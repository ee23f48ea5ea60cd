import Frames
import HostFacts
import Inet
import Kernel
import Netlink
import NetlinkTestKit
import Synchronization

@testable import Collector

/// A host whose table, counters and facts a test changes between frames.
final class FakeTable: Sendable {
  struct State: Sendable {
    var host = FakeHost()
    var reading = GuardReading()
    var counters = ProtocolCounters()
    var dumpCount = 0
    var factError: FactError?
    /// What failed since it was asked last; nil where nobody counts that.
    var failures: FailureReading?
    /// Connections that come while the kernel dumps: after the rows, before the reply ends.
    var arrivals: [FakeRow] = []
  }

  let state = Mutex(State())

  init() {
    change {
      $0.reading.activeOpens = 0
      $0.reading.tcpInUse = 0
      $0.reading.timeWait = 0
      $0.reading.udpInUse = 0
      $0.reading.tcpAllocated = 0
    }
  }

  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  /// Adds connections, with the counters that rise for them.
  func connect(_ rows: [FakeRow]) {
    change { state in
      state.host.tcp += rows
      state.reading.activeOpens? += UInt64(rows.count)
      state.reading.tcpInUse? += rows.count
      state.reading.tcpAllocated? += rows.count
    }
  }

  /// The sockets now.
  var rows: [FakeRow] { state.withLock { $0.host.tcp } }

  /// The host now.
  var host: FakeHost { state.withLock { $0.host } }

  /// The dumps of the table so far.
  var dumpCount: Int { state.withLock { $0.dumpCount } }

  /// A collector of this host, whose guard and facts are those of the moment.
  func collector(
    _ options: CollectorOptions = FakeTable.options,
    limits: @escaping () -> DiagnosisLimits = { DiagnosisLimits() }
  ) throws(SampleError) -> NamespaceCollector<FakeKernel> {
    try NamespaceCollector(
      options, boot: BootID(high: 1, low: 2),
      from: SampleSource(
        kernel: KernelVersion(6, 18), processorCount: 2,
        connect: { () throws(NetlinkError) in FakeKernel { self.answer($0) } },
        facts: { () throws(FactError) in
          let (facts, error) = self.state.withLock { ($0.host.facts, $0.factError) }
          if let error { throw error }
          return facts
        }),
      counters: { self.state.withLock { $0.reading } },
      protocolCounters: { self.state.withLock { $0.counters } },
      failures: {
        self.state.withLock { state in
          defer { state.failures = state.failures.map { FailureReading($0.coverage) } }
          return state.failures
        }
      }, limits: limits)
  }

  /// Counts are as cheap as they are; the budget allows them all.
  static var options: CollectorOptions {
    var options = CollectorOptions()
    options.budgetShare = 1000
    return options
  }

  private func answer(_ request: FakeRequest) -> [Delivery] {
    let host = state.withLock { $0.host }
    let answer = host.answer(request)
    if host.question(request) == .table {
      let arrivals = state.withLock { state in
        state.dumpCount += 1
        defer { state.arrivals = [] }
        return state.arrivals
      }
      connect(arrivals)
    }
    return answer
  }
}

extension NamespaceCollector where Transport: ~Copyable {
  /// The next frame, on time.
  mutating func frame(_ tick: UInt64 = 0) -> Frame {
    frame(tick: tick, passed: .init(isLate: false, skipped: 0))
  }
}
