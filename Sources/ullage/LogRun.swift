import Frames
import Kernel
import Pools
import Rendering

/// What is asked of a log.
struct LogOptions: Sendable {
  var intervalNanoseconds: UInt64
  var count: Int?
  var failAt: VerdictLevel?
  var names: Names
}

/// The classic log over any source of frames.
struct LogRun<Source: FrameSource>: ~Copyable {
  /// Why a wait was over.
  enum Wake: Hashable {
    /// The time had come.
    case timeout
    /// The file is to be opened anew.
    case reopen
    /// It is time to end.
    case end
  }

  private var source: Source
  private var log: ClassicLog
  private var destination: LogDestination
  private let options: LogOptions
  /// The wall clock.
  private let now: () -> UInt64
  /// Says something on standard error.
  private let warn: (String) -> Void
  private var told: [String] = []
  private var worst = VerdictLevel.ok
  private var isSilent = false

  init(
    _ source: Source, _ format: ClassicLog.Format, _ destination: consuming LogDestination,
    _ options: LogOptions, now: @escaping () -> UInt64 = Clock.realtimeNanoseconds,
    warn: @escaping (String) -> Void = Failure.warn
  ) {
    self.source = source
    self.destination = destination
    self.options = options
    self.now = now
    self.warn = warn
    log = ClassicLog(format, host: source.writer.host, names: options.names)
  }

  /// The frames of a stretch, in steps of the interval.
  mutating func past(from start: UInt64, through end: UInt64) throws(Failure) -> Outcome {
    let frames: [Frame]
    do throws(Source.Failure) {
      try source.refresh()
      frames = try source.frames(from: start, through: end, limit: 20_000)
    } catch {
      throw Failure(reading: error)
    }
    var aggregate = FrameAggregate(stepNanoseconds: options.intervalNanoseconds)
    var steps = frames.compactMap { aggregate.fold($0) }
    if let open = aggregate.finish() { steps.append(open) }
    for frame in steps.prefix(options.count ?? .max) { try write(frame) }
    if steps.isEmpty { warn("there are no frames of this time") }
    return outcome
  }

  /// The newest frame at once, then those of each interval; `wait` sleeps until a monotonic moment.
  mutating func follow(_ wait: (UInt64) -> Wake) throws(Failure) -> Outcome {
    var deadline = Clock.monotonicNanoseconds()
    var through = now()
    // What was published before it began is shown only if it is as good as new.
    var from = through - min(through, max(2_000_000_000, source.writer.intervalNanoseconds * 3))
    var left = options.count ?? .max
    var isFirst = true
    while true {
      from = try writeFrames(from: from, through: through, isFirst: isFirst)
      isFirst = false
      left -= 1
      guard left > 0 else { return outcome }
      deadline += options.intervalNanoseconds
      waiting: while true {
        switch wait(deadline) {
        case .end: return outcome
        case .reopen: try destination.reopen()
        case .timeout: break waiting
        }
      }
      // An interval that has gone by is left out, not made up for.
      let late = Clock.monotonicNanoseconds()
      if late > deadline + options.intervalNanoseconds { deadline = late }
      through = now()
    }
  }

  /// Writes what was published since; returns from where to go on.
  private mutating func writeFrames(
    from: UInt64, through: UInt64, isFirst: Bool
  ) throws(Failure) -> UInt64 {
    var frames: [Frame]
    do throws(Source.Failure) {
      try source.refresh()
      frames = try source.frames(from: min(from, through), through: through, limit: 4000)
    } catch {
      throw Failure(reading: error)
    }
    if isFirst { frames = Array(frames.suffix(1)) }
    guard let last = frames.last else {
      if !isSilent { warn("no frames in this interval: the collector is silent") }
      isSilent = true
      // A clock that was set back must not keep us waiting for it.
      return min(from, through)
    }
    isSilent = false
    var aggregate = FrameAggregate(stepNanoseconds: .max)
    for frame in frames {
      if let finished = aggregate.fold(frame) { try write(finished) }
    }
    if let open = aggregate.finish() { try write(open) }
    return last.takenAtNanoseconds + 1
  }

  private mutating func write(_ frame: Frame) throws(Failure) {
    worst = max(worst, frame.verdict)
    let lines = log.lines(of: frame, writer: source.writer, askedAtNanoseconds: now())
    try destination.write(lines, header: log.header)
    for column in log.unknown where !told.contains(column) {
      told.append(column)
      warn("\(column) is not known and left empty")
    }
  }

  private var outcome: Outcome { options.failAt.map { worst >= $0 } ?? false ? .no : .done }
}
