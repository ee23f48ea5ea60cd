public import Frames

/// Frames of a stretch of time, with what is needed to show them: where they are from, where there are
/// none, and what happened meanwhile.
public struct History: Sendable {
  /// A stretch without frames: the collector was stopped, or the host slept.
  public struct Gap: Hashable, Sendable {
    /// The last moment known before it.
    public var from: UInt64
    /// The first moment known after it.
    public var through: UInt64
  }

  /// Who wrote the frames.
  public let writer: FrameWriterStatus
  /// When it was asked for: CLOCK_REALTIME nanoseconds, as all moments here.
  public let askedAtNanoseconds: UInt64
  /// The stretch that was asked for.
  public let fromNanoseconds: UInt64
  /// Its end.
  public let throughNanoseconds: UInt64
  /// The step that frames were folded to; nil when they are as they were read.
  public let stepNanoseconds: UInt64?
  /// The frames, oldest first.
  public let frames: [Frame]
  /// The events, oldest first.
  public let events: [Event]
  /// What could not be shown.
  public let losses: FrameLosses
  /// Where there are no frames, oldest first; at least three intervals long.
  public let gaps: [Gap]

  /// `frames` as they were read, folded to steps of `step` where that is coarser.
  public init(
    _ frames: [Frame], events: [Event], writer: FrameWriterStatus, losses: FrameLosses,
    from: UInt64, through: UInt64, step: UInt64? = nil, askedAt: UInt64
  ) {
    self.writer = writer
    self.losses = losses
    self.events = events
    fromNanoseconds = from
    throughNanoseconds = max(from, through)
    stepNanoseconds = step
    askedAtNanoseconds = askedAt
    self.frames = step.map { Self.folded(frames, step: $0) } ?? frames
    gaps = Self.gaps(self.frames, interval: writer.intervalNanoseconds)
  }

  /// The newest frame's time.
  public var newestNanoseconds: UInt64? { frames.last?.takenAtNanoseconds }

  /// Whether some frame stands for more than one sample, so that it has a minimum and a maximum.
  public var isAggregated: Bool { frames.contains { $0.sampleCount > 1 } }

  /// How old the newest frame was when it was asked for; nil without frames, or when it is younger.
  public var newestAgeNanoseconds: UInt64? {
    newestNanoseconds.flatMap { $0 <= askedAtNanoseconds ? askedAtNanoseconds - $0 : nil }
  }

  /// Whether `frames[index]` goes on from the one before, without a gap.
  func isContinued(at index: Int) -> Bool {
    guard index > 0 else { return false }
    let before = frames[index - 1].takenAtNanoseconds
    return frames[index].takenAtNanoseconds >= before && !gaps.contains { $0.from == before }
  }

  private static func folded(_ frames: [Frame], step: UInt64) -> [Frame] {
    var aggregate = FrameAggregate(stepNanoseconds: step)
    var folded = frames.compactMap { aggregate.fold($0) }
    if let open = aggregate.finish() { folded.append(open) }
    return folded
  }

  /// A frame stands for the time before it that its counters cover; what neither it nor the one before
  /// it covers is a gap. The interval is the usual one of the frames where the writer's is shorter.
  private static func gaps(_ frames: [Frame], interval: UInt64) -> [Gap] {
    let usual = frames.map { $0.spanNanoseconds / UInt64(max(1, $0.sampleCount)) }.sorted()
    let interval = max(interval, usual.isEmpty ? 0 : usual[usual.count / 2])
    return zip(frames, frames.dropFirst()).compactMap { before, frame in
      Gap(after: before.takenAtNanoseconds, before: frame, interval: interval)
    }
  }
}

extension History.Gap {
  /// The stretch between a moment and the time that `frame` covers; nil when it is shorter than three
  /// intervals or two seconds, as a writer is stale then.
  init?(after from: UInt64, before frame: Frame, interval: UInt64) {
    let through = frame.takenAtNanoseconds
    guard through > from else { return nil }
    let triple = interval.multipliedReportingOverflow(by: 3)
    let limit = max(triple.overflow ? .max : triple.partialValue, 2_000_000_000)
    // One sample speaks for three intervals at most, however long its counters ran.
    let most = limit.multipliedReportingOverflow(by: UInt64(max(1, frame.sampleCount)))
    let covered = min(frame.spanNanoseconds, most.overflow ? .max : most.partialValue)
    guard through - from > covered, through - from - covered > limit else { return nil }
    self.init(from: from, through: through)
  }
}
