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

  /// The events within the stretch, oldest first, at most the newest `limit`.
  mutating func events(from start: UInt64, through end: UInt64, limit: Int) throws(Failure)
    -> [Event]

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
  /// The interval between raw frames.
  public var intervalNanoseconds: UInt64
  /// Whether the writer ended in good order.
  public var isClosed: Bool
  /// Whether the frames are another host's or a recording, whose age says nothing.
  public var isArchive: Bool

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

  /// Whether what is read is older than it should be: closed, or no sign of life for three intervals
  /// and at least two seconds.
  public func isStale(atNanoseconds now: UInt64) -> Bool {
    if isArchive { return false }
    let (limit, overflows) = intervalNanoseconds.multipliedReportingOverflow(by: 3)
    let age = now > heartbeatNanoseconds ? now - heartbeatNanoseconds : 0
    return isClosed || age > max(overflows ? .max : limit, 2_000_000_000)
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
