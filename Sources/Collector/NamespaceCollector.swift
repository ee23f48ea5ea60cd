public import Frames
public import HostFacts
internal import Inet
public import Kernel
public import Netlink
internal import Pools

/// Collects one network namespace over time: looks at the guard's counters often, counts when it is due
/// and affordable, and makes a frame of what is known at each tick.
///
///     every guard interval     look()      counters; counts at once what cannot wait
///     every interval           frame()     counts what is due, and says what is known
///
/// Belongs to the thread that made it, as its sampler does. What fails later is in the frame, as a flag,
/// and in `notices`; only that there is nothing to begin with is thrown.
public struct NamespaceCollector<Transport: DatagramTransport & ~Copyable>: ~Copyable {
  /// Something that happened, for the log and the events.
  public enum Notice: Hashable, Sendable {
    /// The range or the reserved ports changed: "32768-60999, 0 reserved" now.
    case portSpaceChanged(String)
    /// Samples fail from now on; why.
    case failing(String)
    /// Samples succeed again.
    case recovered
    /// Connects failed for want of a port: how many, and whose.
    case connectsFailed(String)
  }

  /// How it works.
  public let options: CollectorOptions
  /// What happened between the last two frames, and in looks between them.
  public private(set) var notices: [Notice] = []

  var sampler: Sampler<Transport>
  /// What the last counts found.
  var counted = CountedState()
  /// Why the last count failed; nil when it did not.
  var failure: SampleError?
  var plan: CountPlan
  var budget: CPUBudget
  /// The guard's counters, and what they were when something was counted against them.
  var reading = GuardReading()
  var lastDump: CountPlan.LastDump?
  var sides: SideWalkPace
  /// Where the pools are going.
  var trends = TrendMemory()
  var factsReadAt: UInt64
  var tickStartedAt: UInt64 = 0
  /// Processor time spent on counts and walks so far.
  public internal(set) var countingNanoseconds: UInt64 = 0
  /// What happened since the last frame.
  var counters = HostCounters()
  var flags: FrameFlags = [.collectorStarted]
  /// Notices that no frame has taken yet.
  var pending: [Notice] = []
  let boot: BootID
  /// What is remembered of failed connects, and where they are counted.
  var failures = FailureMemory()
  /// What the last count found wrong.
  var explained = FindingMemory()
  let readLimits: () -> DiagnosisLimits
  let readFailures: () -> FailureReading?
  private let readCounters: () -> GuardReading
  private let readProtocolCounters: () -> ProtocolCounters
  private var sums: [HostGauge: GaugeSum] = [:]
  private var lastProtocol: ProtocolCounters
  private var lastOpens: UInt64?
  private var lastFrameAt: UInt64
  private var cpuAt: UInt64

  /// A collector of the calling thread's namespace. Reads the facts and the counters. `debtNanoseconds` is
  /// what an earlier one has spent and not paid back. `failures` says what failed since it was asked last,
  /// and nil where nobody counts that.
  public init(
    _ options: CollectorOptions, boot: BootID, from source: SampleSource<Transport>,
    counters: @escaping () -> GuardReading,
    protocolCounters: @escaping () -> ProtocolCounters,
    failures: @escaping () -> FailureReading? = { nil },
    limits: @escaping () -> DiagnosisLimits = { DiagnosisLimits() }, debtNanoseconds: UInt64 = 0
  ) throws(SampleError) {
    self.options = options
    self.boot = boot
    readCounters = counters
    readProtocolCounters = protocolCounters
    readFailures = failures
    readLimits = limits
    sampler = try Sampler(options.sample, from: source)
    sides = SideWalkPace(longestNanoseconds: options.sideWalkNanoseconds)
    plan = CountPlan(intervalNanoseconds: options.intervalNanoseconds)
    let now = Clock.monotonicNanoseconds()
    budget = CPUBudget(share: options.budgetShare, now: now)
    budget.spend(debtNanoseconds, at: now)
    lastProtocol = protocolCounters()
    lastOpens = counters().activeOpens
    lastFrameAt = now
    factsReadAt = now
    cpuAt = Clock.threadCPUNanoseconds()
  }

  /// Looks at the guard's counters, and counts at once if a pool may have reached its next threshold.
  /// Tens of microseconds when it need not.
  public mutating func look() {
    let now = Clock.monotonicNanoseconds()
    readGuard()
    drainFailures(at: now)
    if failure == nil, isUrgent || failures.wantsCount(at: now, of: counted.pools) {
      if budget.allowsCount(at: now) { dump(at: now) } else { noteDeferral() }
    }
    payForTime()
  }

  /// Counts what is due, and returns the frame of the time since the last one.
  ///
  /// `passed` is what became of the schedule's moments meanwhile; `tick` numbers the frame.
  public mutating func frame(tick: UInt64, passed: TickSchedule.Passed) -> Frame {
    let now = Clock.monotonicNanoseconds()
    tickStartedAt = now
    counters.add(.ticks)
    counters.add(.lateTicks, passed.isLate ? 1 : 0)
    counters.add(.skippedTicks, passed.skipped)
    readGuard()
    // Without the range, nothing can be counted anew. What comes while the kernel dumps is not in the dump:
    // the bounds need counters that are as new as the frame.
    if refreshFacts(at: now) {
      walkReleases(at: now)
      if countWhatIsDue(at: now) { readGuard() }
    }
    followTrends()
    countProtocol()
    drainFailures(at: now)
    payForTime()
    let taken = Clock.monotonicNanoseconds()
    var frame = makeFrame(tick: tick, at: taken)
    addFailures(to: &frame)
    frame.spanNanoseconds = taken - lastFrameAt
    for (name, sum) in sums { frame.gauges[name] = sum.gauge }
    sums.removeAll(keepingCapacity: true)
    counters = HostCounters()
    flags = []
    notices = pending
    pending = []
    lastFrameAt = taken
    return frame
  }

  /// Processor time that was spent and is not paid back yet.
  public var debtNanoseconds: UInt64 { UInt64(max(0, -budget.balanceNanoseconds)) }

  /// How long the budget wants nothing to be done after a step that cost `nanoseconds` besides counts: no
  /// more than half of what is paid back goes into looking and publishing, so that counts come too.
  public func restNanoseconds(after nanoseconds: UInt64) -> UInt64 {
    UInt64(min(2 * budget.spacingNanoseconds(of: nanoseconds), 60_000_000_000))
  }

  /// The most ports that any pool can have gained since the last dump; nil when counters are missing.
  var rise: Int? { lastDump.flatMap { reading.rise(since: $0.reading) } }

  private var isUrgent: Bool {
    guard let dumped = lastDump?.reading else { return false }
    return CountPlan.isUrgent(
      reading, dumped: dumped, focused: counted.readings, pools: counted.pools,
      thresholds: options.thresholds, connectCapacity: counted.connectCapacity)
  }

  private mutating func readGuard() {
    reading = readCounters()
    note(.tcpInUse, reading.tcpInUse)
    note(.timeWaitSockets, reading.timeWait)
    note(.orphans, reading.orphans)
    note(.tcpAllocated, reading.tcpAllocated)
    note(.udpInUse, reading.udpInUse)
    trends.noteWaiting(reading.timeWait, at: Clock.monotonicNanoseconds())
    if let ports = counted.gauges[.tcpPortsInUse]?.last {
      note(.tcpPortsInUseBound, rise.map { min(Int(ports) + $0, sampler.facts.range.count) })
    }
    guard let opens = reading.activeOpens else { return flags.formUnion(.guardUnavailable) }
    if let lastOpens, opens >= lastOpens { counters.add(.activeOpens, opens - lastOpens) }
    lastOpens = opens
  }

  private mutating func note(_ name: HostGauge, _ value: Int?) {
    guard let value else { return }
    sums[name, default: GaugeSum()].fold(Gauge(value))
  }

  /// The counters that rise rarely.
  private mutating func countProtocol() {
    let now = readProtocolCounters()
    func rise(_ value: UInt64?, _ before: UInt64?) -> UInt64? {
      guard let value, let before else { return nil }
      return value >= before ? value - before : 0
    }
    if let more = rise(now.timeWaitOverflows, lastProtocol.timeWaitOverflows) {
      counters.add(.timeWaitOverflows, more)
    }
    if let more = rise(now.timeWaitReused, lastProtocol.timeWaitReused) {
      counters.add(.timeWaitReused, more)
    }
    lastProtocol = now
  }

  /// Charges the processor time since the last call to the budget, whatever it was spent on.
  mutating func payForTime() {
    let cpu = Clock.threadCPUNanoseconds()
    counters.add(.cpuNanoseconds, cpu - cpuAt)
    budget.spend(cpu - cpuAt, at: Clock.monotonicNanoseconds())
    cpuAt = cpu
  }

  mutating func noteDeferral() {
    counters.add(.deferredDumps)
    flags.formUnion(.budgetSpent)
  }
}
