public import Frames
internal import Kernel

/// A source of frames that are simply there: for tests of readers.
public struct MemoryFrames: FrameSource, Sendable {
  /// Who writes.
  public var writer: FrameWriterStatus
  /// What could not be shown.
  public var losses = FrameLosses()
  /// The raw frames, oldest first.
  public var raw: [Frame]
  /// The events, oldest first.
  public var events: [Event]
  /// The steps of the coarser tiers, in nanoseconds.
  public var steps: [UInt64] = [10_000_000_000, 60_000_000_000]

  /// A source of these frames, written by a process that is well.
  public init(_ raw: [Frame], events: [Event] = [], interval: UInt64 = 1_000_000_000) {
    self.raw = raw
    self.events = events
    writer = FrameWriterStatus(
      host: "web-17", namespace: "host", boot: raw.last?.boot ?? BootID(high: 2, low: 1),
      processID: 812, startedAtNanoseconds: raw.first?.takenAtNanoseconds ?? 0,
      heartbeatNanoseconds: raw.last?.takenAtNanoseconds ?? 0, intervalNanoseconds: interval)
  }

  /// Nothing to look at again.
  public mutating func refresh() throws(Never) {}

  /// The last raw frame.
  public mutating func newest() throws(Never) -> Frame? { raw.last }

  /// The first raw frame's time.
  public mutating func oldestNanoseconds() throws(Never) -> UInt64? {
    raw.first?.takenAtNanoseconds
  }

  /// The raw frames of the stretch, folded until there are at most `limit`.
  public mutating func frames(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Never) -> [Frame] {
    let wanted = raw.filter { (start...end).contains($0.takenAtNanoseconds) }
    if wanted.count <= limit { return wanted }
    var coarse = wanted
    for step in steps {
      var aggregate = FrameAggregate(stepNanoseconds: step)
      coarse = wanted.compactMap { aggregate.fold($0) }
      if let open = aggregate.finish() { coarse.append(open) }
      if coarse.count <= limit { break }
    }
    return coarse
  }

  /// The newest events of the stretch.
  public mutating func events(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Never) -> [Event] {
    Array(events.filter { (start...end).contains($0.atNanoseconds) }.suffix(limit))
  }
}
