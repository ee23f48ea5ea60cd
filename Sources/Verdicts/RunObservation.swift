public import Frames
internal import Pools

/// Gathers the frames of a run, in the order of time, until there is a verdict. Bounded memory.
///
///     var observation = RunObservation()
///     for event in events { observation.add(event) }   // first: they say when the command began and ended
///     for frame in frames { observation.add(frame) }
///     observation.verdict
public struct RunObservation: Sendable {
  /// When the command began: realtime, and CLOCK_MONOTONIC.
  private(set) var start: (realtime: UInt64, monotonic: UInt64)?
  private(set) var command: String?
  private(set) var end: RunEnd?
  private(set) var endedAt: UInt64?
  private(set) var notices: [String] = []

  private(set) var firstAt: (realtime: UInt64, monotonic: UInt64)?
  private(set) var lastAt: UInt64 = 0
  private(set) var sampleCount: UInt64 = 0
  private(set) var cpuNanoseconds: UInt64 = 0
  private(set) var failures: RunFailures?
  /// The first time at which connects had failed, and for how long they did.
  private(set) var failedAt: UInt64?
  private(set) var failingNanoseconds: UInt64 = 0
  private(set) var flags: FrameFlags = []
  private(set) var lackedFailures = false
  private(set) var opens = ConnectRate()
  private(set) var pools = RunPools()
  private(set) var longestSpan: UInt64 = 0
  private(set) var longestUncounted: UInt64 = 0
  private(set) var wasCounted = false

  /// Nothing seen.
  public init() {}

  /// The most notices that are kept.
  static var noticesMax: Int { 4 }

  /// Notes what happened. Events come before frames, so that it is known when the run began.
  public mutating func add(_ event: Event) {
    switch event.kind {
    case .runStarted:
      start = (event.atNanoseconds, event.monotonicNanoseconds)
      command = event.text
    case .runEnded:
      end = RunEnd(event.text)
      endedAt = event.monotonicNanoseconds
    case .connectsFailed:
      if notices.count < Self.noticesMax { notices.append(event.text) }
    default: break
    }
  }

  /// Adds the next frame. What it tells of the time before the command is left out.
  public mutating func add(_ frame: Frame) {
    let now = frame.monotonicNanoseconds
    sampleCount += UInt64(frame.sampleCount)
    cpuNanoseconds &+= frame.counters[.cpuNanoseconds] ?? 0
    // The pools as they were when it began are its beginning.
    pools.add(frame)
    if !frame.flags.contains(.notCounted) { wasCounted = true }
    guard now > start?.monotonic ?? 0 else { return }
    if firstAt == nil {
      firstAt =
        start ?? (
          frame.takenAtNanoseconds - min(frame.spanNanoseconds, frame.takenAtNanoseconds),
          now - min(frame.spanNanoseconds, now)
        )
    }
    // What a file says may be out of order, whoever wrote it.
    guard let first = firstAt?.monotonic, now >= first else { return }
    lastAt = max(lastAt, now)
    flags.formUnion(frame.flags)
    longestSpan = max(longestSpan, frame.spanNanoseconds)
    let span = min(frame.spanNanoseconds, now - first)
    noteAge(frame, at: now)
    opens.add(
      frame.counters[.activeOpens], at: now, spanNanoseconds: span, isLimited: failedAt != nil)
    addFailures(of: frame, at: now, span)
  }

  private mutating func addFailures(of frame: Frame, at now: UInt64, _ span: UInt64) {
    guard let here = frame.failuresHere else {
      lackedFailures = true
      return
    }
    var sum = failures ?? RunFailures()
    sum.total &+= here
    sum.knownHere &+= frame.failuresKnownHere
    sum.elsewhere &+= frame.counters[.connectFailuresElsewhere] ?? 0
    failures = sum
    guard here > 0 else { return }
    failingNanoseconds &+= span
    // Some time within the span: the middle is the least wrong.
    if failedAt == nil { failedAt = now - span / 2 }
  }

  /// How long sockets were not counted while that mattered: the counters had moved on.
  private mutating func noteAge(_ frame: Frame, at now: UInt64) {
    let isCurrent = frame.gauges[.countAge].map { $0.last == 0 } ?? true
    guard !isCurrent else { return }
    let age = UInt64(frame.gauges[.countAge]?.last ?? 0) * 1_000_000
    longestUncounted = max(longestUncounted, min(age, now - (firstAt?.monotonic ?? now)))
  }
}
