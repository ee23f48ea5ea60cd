public import FrameRing
public import Frames
public import Kernel
public import Netlink
public import Ring

/// Collects a namespace and publishes what it finds, one step after the other: the one place where
/// collecting and publishing meet.
///
///     while it goes on { wait(until: loop.nextNanoseconds); try loop.step() }
///
/// Who waits decides how: a daemon for signals, a thread inside a command for its owner. One thread, one
/// budget.
public struct CollectionLoop<Transport: DatagramTransport & ~Copyable>: ~Copyable {
  /// What a judge of frames says: what happened, and what is raised.
  public struct Judgement: Sendable {
    /// Alarms that were raised or cleared.
    public var events: [Event]
    /// Alarms that are raised, the gravest first.
    public var raised: [AlarmRecord]
    /// What to remember over a restart; nil when it has not changed.
    public var state: AlarmState?

    /// The judgement given.
    public init(events: [Event] = [], raised: [AlarmRecord] = [], state: AlarmState? = nil) {
      self.events = events
      self.raised = raised
      self.state = state
    }
  }

  private var collector: NamespaceCollector<Transport>
  private var writer: FrameRingWriter
  private let judge: (Frame) -> Judgement
  private let log: (Event) -> Void
  private var frames: TickSchedule
  private var guards: TickSchedule
  /// The number of the next frame.
  public private(set) var tick: UInt64
  private let boot: BootID
  private var restsUntil: UInt64 = 0
  /// CLOCK_REALTIME - CLOCK_BOOTTIME, by which a clock that was set is seen.
  private var clockOffset: Int64
  /// CLOCK_BOOTTIME - CLOCK_MONOTONIC: how long the host has slept.
  private var sleptNanoseconds: UInt64

  /// A loop that begins at once. `judge` sees every frame before it is published; `log` every event. `tick` numbers the first frame.
  public init(
    _ collector: consuming NamespaceCollector<Transport>, into writer: consuming FrameRingWriter,
    boot: BootID, tick: UInt64 = 0, judge: @escaping (Frame) -> Judgement = { _ in Judgement() },
    log: @escaping (Event) -> Void = { _ in }
  ) {
    let now = Clock.monotonicNanoseconds()
    let options = collector.options
    frames = TickSchedule(intervalNanoseconds: options.intervalNanoseconds, start: now)
    guards = TickSchedule(
      intervalNanoseconds: min(options.guardIntervalNanoseconds, options.intervalNanoseconds),
      start: now)
    self.collector = collector
    self.writer = writer
    self.boot = boot
    self.tick = tick
    self.judge = judge
    self.log = log
    clockOffset = Self.clockOffset()
    sleptNanoseconds = Self.sleptNanoseconds()
  }

  /// When the next step is due: CLOCK_MONOTONIC. Later than the interval says where looking and publishing
  /// alone would cost more than the budget; what is left out is counted.
  public var nextNanoseconds: UInt64 {
    max(min(frames.deadlineNanoseconds, guards.deadlineNanoseconds), restsUntil)
  }

  /// Does what is due: publishes a frame, or looks at the guard's counters, or nothing.
  public mutating func step() throws(RingError) {
    let now = Clock.monotonicNanoseconds()
    guard now >= restsUntil else { return }
    let cpu = Clock.threadCPUNanoseconds(), counting = collector.countingNanoseconds
    defer {
      let spent = Clock.threadCPUNanoseconds() - cpu
      let counted = collector.countingNanoseconds - counting
      restsUntil = now + collector.restNanoseconds(after: spent - min(spent, counted))
    }
    if frames.isDue(at: now) {
      _ = guards.take(at: now)
      try publishFrame(at: now, judge)
    } else if guards.isDue(at: now) {
      _ = guards.take(at: now)
      collector.look()
    }
  }

  /// Publishes a frame now, whatever the schedule and the budget say: the last one of a run.
  public mutating func publishLast() throws(RingError) {
    let now = Clock.monotonicNanoseconds()
    _ = guards.take(at: now)
    try publishFrame(at: now, judge)
  }

  /// Publishes an event of the caller's: a start, a mark, another configuration. It happened now, or
  /// `nanosecondsAgo`.
  public mutating func note(
    _ kind: Event.Kind, _ text: String, nanosecondsAgo ago: UInt64 = 0
  ) throws(RingError) {
    let (realtime, monotonic) = (Clock.realtimeNanoseconds(), Clock.monotonicNanoseconds())
    let event = Event(
      kind, boot: boot, atNanoseconds: realtime - min(ago, realtime),
      monotonicNanoseconds: monotonic - min(ago, monotonic), tick: tick, text: text)
    log(event)
    try writer.publish(event)
  }

  /// Publishes a last frame with what a judge says that has not seen it: readers believe the newest frame.
  public mutating func conclude(_ judgement: Judgement) throws(RingError) {
    try publishFrame(at: Clock.monotonicNanoseconds()) { _ in judgement }
  }

  /// Goes on with another share of one core: where several namespaces share a budget.
  public mutating func setBudgetShare(_ share: Double) { collector.setBudgetShare(share) }

  /// Processor time that was spent and is not paid back yet.
  public var debtNanoseconds: UInt64 { collector.debtNanoseconds }

  /// Ends, and hands the writer to a loop that goes on with its ring.
  public consuming func intoWriter() -> FrameRingWriter { writer }

  /// Ends in good order.
  public consuming func close() throws(RingError) { try writer.close() }

  private mutating func publishFrame(
    at now: UInt64, _ judge: (Frame) -> Judgement
  ) throws(RingError) {
    let passed = frames.take(at: now)
    try noteGaps(passed)
    var frame = collector.frame(tick: tick, passed: passed)
    for notice in collector.notices {
      switch notice {
      case .portSpaceChanged(let text): try note(.rangeChanged, "the range is \(text) now")
      case .failing(let text): try note(.sampleFailed, text)
      case .recovered: try note(.samplesRecovered, "sockets are counted again")
      case .connectsFailed(let text): try note(.connectsFailed, text)
      }
    }
    let judgement = judge(frame)
    frame.alarms = judgement.raised
    for event in judgement.events {
      log(event)
      try writer.publish(event)
    }
    try writer.publish(frame)
    if let state = judgement.state { try writer.publish(state) }
    try writer.heartbeat(
      realtimeNanoseconds: frame.takenAtNanoseconds,
      monotonicNanoseconds: frame.monotonicNanoseconds)
    tick += 1
  }

  /// Moments that nobody looked at, and a clock that was set.
  private mutating func noteGaps(_ passed: TickSchedule.Passed) throws(RingError) {
    let missed = passed.skipped.multipliedReportingOverflow(by: frames.intervalNanoseconds)
    if missed.overflow || missed.partialValue >= Self.gapNanoseconds {
      try note(
        .samplesMissed,
        "no sample for \(missed.partialValue / 1_000_000_000) s: the collector did not run")
    }
    let slept = Self.sleptNanoseconds()
    if slept >= sleptNanoseconds + 1_000_000_000 {
      let seconds = (slept - sleptNanoseconds) / 1_000_000_000
      try note(.samplesMissed, "no sample for \(seconds) s: the host slept")
    }
    sleptNanoseconds = slept
    let offset = Self.clockOffset()
    let change = offset &- clockOffset
    if change.magnitude >= 1_000_000_000 {
      let seconds = change / 1_000_000_000
      try note(.clockChanged, "the wall clock was set \(seconds > 0 ? "+" : "")\(seconds) s")
    }
    clockOffset = offset
  }

  /// The shortest gap that is worth an event.
  private static var gapNanoseconds: UInt64 { 5_000_000_000 }

  private static func clockOffset() -> Int64 {
    Int64(clamping: Clock.realtimeNanoseconds())
      &- Int64(clamping: Clock.bootNanoseconds())
  }

  private static func sleptNanoseconds() -> UInt64 {
    let boot = Clock.bootNanoseconds(), monotonic = Clock.monotonicNanoseconds()
    return boot > monotonic ? boot - monotonic : 0
  }
}

extension CollectionLoop where Transport: ~Copyable {
  /// Runs until `wake` is woken: for a thread inside a command.
  public mutating func run(until wake: WakeUp) throws(RingError) {
    while !wake.wait(untilMonotonicNanoseconds: nextNanoseconds) { try step() }
  }
}
