public import Frames

/// What was read from a source for one picture of the live screen.
public struct LiveData: Sendable {
  /// Who writes the frames; nil when nobody was found.
  public var writer: FrameWriterStatus?
  /// What the source could not show.
  public var losses = FrameLosses()
  /// The frames of the time window, oldest first.
  public var frames: [Frame] = []
  /// The events of the time window, oldest first.
  public var events: [Event] = []
  /// The newest raw frame.
  public var newest: Frame?
  /// The frame of the moment that is shown: the newest one, or one of the past.
  public var current: Frame?
  /// The oldest moment that can be shown: CLOCK_REALTIME nanoseconds.
  public var oldestNanoseconds: UInt64?
  /// Now: CLOCK_REALTIME nanoseconds.
  public var nowNanoseconds: UInt64
  /// The rings that there are, in the order of the list; empty where there is none to choose.
  public var rings: [RingSummary] = []
  /// Of those, the path of the one that is shown.
  public var ring: String?
  /// Whether its file is there no more.
  public var isRemoved = false
  /// Why frames cannot be read, in words.
  public var trouble: String?

  /// Nothing read yet.
  public init(nowNanoseconds: UInt64) { self.nowNanoseconds = nowNanoseconds }

  /// What "now" is on the time axis: a recording ends with its newest frame.
  var presentNanoseconds: UInt64 {
    guard let newest, writer?.isArchive ?? true else { return nowNanoseconds }
    return newest.takenAtNanoseconds
  }

  /// The time between frames of the finest kind.
  var stepNanoseconds: UInt64 { max(1_000_000, writer?.intervalNanoseconds ?? 1_000_000_000) }
}
