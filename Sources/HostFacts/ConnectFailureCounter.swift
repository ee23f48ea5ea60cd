internal import Inet
public import Kernel

/// Counts connects that fail for want of a port on the whole host, exactly, and says whose they were.
///
/// Two perf events on sock:inet_sock_set_state for each processor, with the same filter: one counts, one
/// samples each occurrence. Not counted: a tuple that an explicitly bound socket found taken, and another
/// connect() on a socket that was refused before (it still has the old source port). Nothing is recorded
/// while connects succeed. Needs CAP_PERFMON and a readable tracefs.
///
/// A failure is *attributed* if its thread was still there when samples were drained, so that its namespace
/// is known: addresses alone mean nothing, and a wrong attribution is worse than none.
public struct ConnectFailureCounter: ~Copyable {
  /// What happened between two readings.
  public struct Reading: Hashable, Sendable {
    /// Failed connects, host-wide.
    public var total: UInt64
    /// Of those, with process, namespace and addresses: the number of `failures`, or fewer.
    public var attributed: UInt64
    /// Of those, counted and not attributed.
    public var unattributed: UInt64
    /// Of those, lost by a full ring.
    public var lost: UInt64
    /// bind() calls that failed with EADDRINUSE, for whatever reason; nil when not counted.
    public var possibleBind: UInt64?
    /// connect() calls that failed with EAGAIN: of UDP for want of a port; nil when not counted.
    public var possibleUDP: UInt64?
    /// The attributed ones, of all namespaces.
    public var failures: [ConnectFailure]
  }

  /// What is counted besides failed connects, and of which.
  public struct Options: Hashable, Sendable {
    /// Also counts what *may* be failures of bind() and of UDP. Costs 2 to 5 ns on every system call of the
    /// host, as tracepoints of single system calls do.
    public var countsPossible = false
    /// One more condition, in the kernel's language for event filters: "dport == 443".
    public var condition: String?

    /// Failed connects, all of them.
    public init() {}
  }

  /// The most threads that are looked up in one reading; samples of others are unattributed.
  static var lookUpMax: Int { 256 }
  /// The most samples that are looked at in one reading.
  static var sampleMax: Int { 8192 }

  private let layout: ConnectFailureLayout
  private let home: ThreadOrigin.Home?
  private var counter: PerfCounter
  private var samples: PerfSamples?
  private var binds: PossibleFailures?
  private var datagrams: PossibleFailures?
  private var tally = FailureTally()
  private var processorsReadAt: UInt64
  /// Whether the counter has to be asked although there is no sample.
  private var wasBusy = true
  private var askedAt: UInt64 = 0

  /// Why failures are counted and not attributed; nil when they are.
  public let samplingError: SystemCallError?

  /// Begins to count.
  public init(
    _ tracefs: borrowing Tracefs, _ options: Options = Options()
  ) throws(ConnectFailureError) {
    let filter = Self.filter(options.condition)
    let layout = try ConnectFailureLayout(tracefs)
    let counter: PerfCounter
    do throws(SystemCallError) {
      // First: what is sampled was then counted.
      counter = try PerfCounter(tracepoint: layout.number, filter: filter)
    } catch {
      throw .perf(error)
    }
    self.layout = layout
    self.counter = counter
    home = ThreadOrigin.Home()
    do throws(SystemCallError) {
      samples = try PerfSamples(tracepoint: layout.number, filter: filter)
      samplingError = nil
    } catch {
      samples = nil
      samplingError = error
    }
    if options.countsPossible {
      binds = PossibleFailures(tracefs, "sys_exit_bind", errno: 98)
      datagrams = PossibleFailures(tracefs, "sys_exit_connect", errno: 11)
    }
    processorsReadAt = Clock.monotonicNanoseconds()
  }

  /// States are the kernel's TCP_SYN_SENT and TCP_CLOSE; no source port means that none was found.
  static func filter(_ condition: String?) -> String {
    "protocol == 6 && oldstate == 2 && newstate == 7 && sport == 0"
      + " && comm != \"\(ProbeThread.name)\"" + (condition.map { " && (\($0))" } ?? "")
  }

  /// What happened since the last time, or since the beginning. Where nothing was sampled nothing failed, and
  /// that costs a load a processor (the counters are asked each ten seconds all the same); else three system
  /// calls a processor, and about 15 µs for each thread whose connects failed.
  public mutating func read() -> Reading {
    followProcessors()
    let hasNews = samples?.hasNews ?? true
    // Once more after samples: a processor that had too many at once is counted on and not sampled for the
    // rest of its tick.
    defer { wasBusy = hasNews }
    guard hasNews || wasBusy else {
      return Reading(
        total: 0, attributed: 0, unattributed: 0, lost: 0, possibleBind: binds?.rise(),
        possibleUDP: datagrams?.rise(), failures: [])
    }
    askedAt = Clock.monotonicNanoseconds()
    let before = counter.read()
    var attribution = FailureAttribution(layout, home)
    let lost = samples?.drain { attribution.add($0) } ?? 0
    let after = counter.read()
    let rise = tally.settle(
      before: before, after: after, sampled: attribution.sampled,
      attributed: UInt64(attribution.failures.count), lost: lost)
    return Reading(
      total: rise.total, attributed: rise.attributed, unattributed: rise.unattributed,
      lost: rise.lost, possibleBind: binds?.rise(), possibleUDP: datagrams?.rise(),
      failures: attribution.failures)
  }

  /// Processors come and go, seldom: looked at once a second.
  private mutating func followProcessors() {
    let now = Clock.monotonicNanoseconds()
    guard now &- processorsReadAt >= 1_000_000_000 else { return }
    processorsReadAt = now
    if now &- askedAt >= 10_000_000_000 { wasBusy = true }
    guard let current = try? OnlineProcessors.read() else { return }
    // Refused now is refused at the next second too, and then tried again.
    try? counter.follow(current)
    try? samples?.follow(current)
    binds?.follow(current)
    datagrams?.follow(current)
  }
}
