import Console
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
  private var isRounded = false
  /// The newest frame that was written.
  private var last: FrameStamp?

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
    var left = options.count ?? .max
    while true {
      try writeFrames()
      left -= 1
      guard left > 0 else { return outcome }
      let interval = interval
      deadline += interval
      waiting: while true {
        switch wait(deadline) {
        case .end: return outcome
        case .reopen: try destination.reopen()
        case .timeout: break waiting
        }
      }
      // An interval that has gone by is left out, not made up for.
      let late = Clock.monotonicNanoseconds()
      if late > deadline + interval { deadline = late }
    }
  }

  /// The interval asked for, or that of the frames where they come more seldom; said once.
  private var interval: UInt64 {
    mutating get {
      let writer = source.writer
      guard !writer.isArchive, writer.intervalNanoseconds > options.intervalNanoseconds else {
        return options.intervalNanoseconds
      }
      if !isRounded {
        let span = TimeSpan(nanoseconds: writer.intervalNanoseconds)
        warn("the collector takes a sample every \(span): the interval is as long")
      }
      isRounded = true
      return writer.intervalNanoseconds
    }
  }

  /// Writes what was published since the last time; to begin with the newest frame.
  private mutating func writeFrames() throws(Failure) {
    let frames: [Frame]
    do throws(Source.Failure) {
      try source.refresh()
      if let last {
        frames = try source.frames(after: last, limit: 4000)
      } else if source.writer.isStale(atNanoseconds: now()) {
        // What was published before it began is shown only if it is as good as new; what comes is.
        last = try source.newest().map { FrameStamp($0) }
        frames = []
      } else {
        frames = try source.newest().map { [$0] } ?? []
      }
    } catch {
      throw Failure(reading: error)
    }
    guard let newest = frames.last else {
      // An interval can end between two frames; that is no silence.
      let isStale = source.writer.isStale(atNanoseconds: now())
      if isStale, !isSilent { warn("no frames in this interval: the collector is silent") }
      isSilent = isStale
      return
    }
    isSilent = false
    last = FrameStamp(newest)
    var aggregate = FrameAggregate(stepNanoseconds: .max)
    for frame in frames {
      if let finished = aggregate.fold(frame) { try write(finished) }
    }
    if let open = aggregate.finish() { try write(open) }
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
