public import Kernel

/// When a frame was taken: the first words of it, for whoever looks for frames by their time.
public struct FrameStamp: Hashable, Sendable {
  /// The boot that the monotonic clock belongs to.
  public var boot: BootID
  /// When: CLOCK_REALTIME nanoseconds since 1970 UTC.
  public var takenAtNanoseconds: UInt64
  /// The same moment on CLOCK_MONOTONIC.
  public var monotonicNanoseconds: UInt64

  /// The stamp of a frame.
  public init(_ frame: Frame) {
    boot = frame.boot
    takenAtNanoseconds = frame.takenAtNanoseconds
    monotonicNanoseconds = frame.monotonicNanoseconds
  }

  /// The stamp of the frame that these words are; the words after it are not looked at.
  public init(_ words: Span<UInt64>) throws(FrameError) {
    var reader = WordReader(words)
    _ = try reader.head(kind: FrameLayout.frameKind)
    boot = BootID(high: try reader.next(), low: try reader.next())
    _ = try reader.next()
    takenAtNanoseconds = try reader.moment("time")
    monotonicNanoseconds = try reader.moment("monotonic time")
  }

  /// Whether a frame with this stamp, written before or after, is part of what an aggregate that ends
  /// with `last` has folded: of its boot, and not later. Wall clocks are set; these are not.
  public func isFolded(into last: FrameStamp) -> Bool {
    boot == last.boot && monotonicNanoseconds <= last.monotonicNanoseconds
  }
}
