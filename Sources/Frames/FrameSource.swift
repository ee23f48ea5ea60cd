public import Kernel

/// Where frames are read from: a collector's ring, a recording, or a ring inside this process.
///
/// Readers of time (`live`, `history`, `log`, `check`, the exporter) know frames by this alone. All
/// moments are CLOCK_REALTIME nanoseconds since 1970 UTC. Nothing that a source reads can make it
/// crash: frames that were overwritten or damaged are left out and counted in `losses`.
public protocol FrameSource {
  /// Why frames cannot be read.
  associatedtype Failure: Error

  /// Who writes, and how fresh it is, as of the last `refresh`.
  var writer: FrameWriterStatus { get }

  /// Frames and events that could not be shown since the source was opened.
  var losses: FrameLosses { get }

  /// Looks again who writes, and opens the file anew where it was replaced.
  mutating func refresh() throws(Failure)

  /// The newest raw frame; nil when none was published yet.
  mutating func newest() throws(Failure) -> Frame?

  /// The frames whose time lies within the stretch, oldest first.
  ///
  /// They come from the finest tier that reaches back to `start` and has at most `limit` of them there;
  /// the open step of a coarse tier is made from raw frames, so that the newest moment is always in it.
  mutating func frames(from start: UInt64, through end: UInt64, limit: Int) throws(Failure)
    -> [Frame]

  /// The frames that were published after the one with the stamp `last`, in the order in which they were:
  /// raw ones, and coarse ones where those are overwritten; folded to at most `limit`. What is later is
  /// known by boot and monotonic clock, so that each comes once, however the wall clock is set.
  mutating func frames(after last: FrameStamp, limit: Int) throws(Failure) -> [Frame]

  /// The events within the stretch, oldest first, at most the newest `limit`.
  mutating func events(from start: UInt64, through end: UInt64, limit: Int) throws(Failure)
    -> [Event]

  /// From the oldest raw frame that is left through the newest one; nil when there is none.
  mutating func rawStretch() throws(Failure) -> ClosedRange<UInt64>?

  /// Calls `body` with each frame of the stretch, in the order in which they were written, until it returns
  /// false. They come from the finest tier that reaches back to `start`, however many they are; memory
  /// is taken for one at a time.
  mutating func forEachFrame(
    from start: UInt64, through end: UInt64, _ body: (Frame) -> Bool
  ) throws(Failure)

  /// The oldest moment that some tier still has; nil when nothing was published.
  mutating func oldestNanoseconds() throws(Failure) -> UInt64?
}

/// Who writes frames, and how fresh they are.
public struct FrameWriterStatus: Hashable, Sendable {
  /// The host's name.
  public var host: String
  /// The namespace's name: "host", a name of `ip netns`, "netns:INODE".
  public var namespace: String
  /// The boot in which the newest frames were written.
  public var boot: BootID
  /// The writer's process.
  public var processID: Int32
  /// When the writer started: CLOCK_REALTIME nanoseconds.
  public var startedAtNanoseconds: UInt64
  /// The last sign of life: CLOCK_REALTIME nanoseconds.
  public var heartbeatNanoseconds: UInt64
  /// The same moment on CLOCK_MONOTONIC of `boot`.
  public var heartbeatMonotonicNanoseconds: UInt64 = 0
  /// The reader's clock when it looked; nil: not known, and then wall clocks are compared.
  public var lookedAt: LookMoment?
  /// The interval between raw frames.
  public var intervalNanoseconds: UInt64
  /// Whether the writer ended in good order.
  public var isClosed: Bool
  /// Whether the frames are a recording, or those of another boot in a file that was named: of the past,
  /// whose age says nothing.
  public var isArchive: Bool
  /// Whether the file is a recording, of a run from its beginning to its end.
  public var isRecording = false

  /// The status given.
  public init(
    host: String, namespace: String, boot: BootID, processID: Int32, startedAtNanoseconds: UInt64,
    heartbeatNanoseconds: UInt64, intervalNanoseconds: UInt64, isClosed: Bool = false,
    isArchive: Bool = false
  ) {
    self.host = host
    self.namespace = namespace
    self.boot = boot
    self.processID = processID
    self.startedAtNanoseconds = startedAtNanoseconds
    self.heartbeatNanoseconds = heartbeatNanoseconds
    self.intervalNanoseconds = intervalNanoseconds
    self.isClosed = isClosed
    self.isArchive = isArchive
  }

  /// Whether what is read is older than it should be: closed, of another boot, or no sign of life for
  /// three intervals and at least two seconds.
  ///
  /// Wall clocks are set, so that the monotonic one decides where the reader's is known: as of when it
  /// looked. `now` is used where it is not.
  public func isStale(atNanoseconds now: UInt64) -> Bool {
    if isArchive { return false }
    if isClosed { return true }
    let (triple, overflows) = intervalNanoseconds.multipliedReportingOverflow(by: 3)
    let limit = max(overflows ? .max : triple, 2_000_000_000)
    guard let lookedAt else {
      return now > heartbeatNanoseconds && now - heartbeatNanoseconds > limit
    }
    guard boot == lookedAt.boot else { return true }
    let (heartbeat, look) = (heartbeatMonotonicNanoseconds, lookedAt.monotonicNanoseconds)
    return look > heartbeat && look - heartbeat > limit
  }
}

/// When a reader looked who writes: its boot, and its clock that nobody sets.
public struct LookMoment: Hashable, Sendable {
  /// The running boot.
  public var boot: BootID
  /// CLOCK_MONOTONIC nanoseconds.
  public var monotonicNanoseconds: UInt64

  /// The moment given.
  public init(boot: BootID, monotonicNanoseconds: UInt64) {
    self.boot = boot
    self.monotonicNanoseconds = monotonicNanoseconds
  }
}

/// What a source could not show.
public struct FrameLosses: Hashable, Sendable {
  /// Overwritten before they were read.
  public var lapped = 0
  /// Caught while being written.
  public var torn = 0
  /// Damaged: a wrong checksum, or words that are no frame.
  public var corrupt = 0

  /// None.
  public init() {}
}
