public import Ring

/// Which tiers a recording of frames has, by its interval; how long it gets is not known before.
///
///     tier 0   raw frames     ten seconds of them a segment
///     tier 1   1 s, or ten raw frames where those are further apart
///     tier 2   events         32 a segment
///
/// A run that is looked at fifty times a second would fill a disk with whole frames. What raw frames may
/// take is 93,000 bytes a second, as far as a frame fits in: at 20 ms they are brief, with the four tightest
/// connect pools, and the frames of 1 s have everything. 10 minutes at 20 ms are 60 MiB.
public struct RecordingShape: Hashable, Sendable {
  /// The time between raw frames.
  public let intervalNanoseconds: UInt64

  /// The shape for an interval of 1 ms to 1 min; what is beyond counts as that.
  public init(intervalNanoseconds: UInt64) {
    self.intervalNanoseconds = min(max(intervalNanoseconds, 1_000_000), 60_000_000_000)
  }

  /// The geometry of the file.
  public var geometry: RingGeometry {
    let perSegment = max(Self.segmentNanoseconds / intervalNanoseconds, 10)
    let step = max(1_000_000_000, 10 * intervalNanoseconds)
    let steps = max(Self.segmentNanoseconds / step, 1)
    return RingGeometry(
      tiers: [
        RingTier(
          kind: .frames, stepNanoseconds: 0, slotByteCount: rawByteCount,
          slotCount: Int(perSegment)),
        RingTier(
          kind: .frames, stepNanoseconds: step, slotByteCount: 8192, slotCount: Int(steps)),
        RingTier(kind: .events, stepNanoseconds: 0, slotByteCount: 1024, slotCount: 32),
      ], isRecording: true)
  }

  private var rawByteCount: Int {
    let wanted = Int(Self.rawBytesPerSecond * intervalNanoseconds / 1_000_000_000) / 64 * 64
    return wanted >= Self.wholeByteCountMin
      ? min(wanted, 8192) : min(max(wanted, Self.briefByteCountMin), Self.briefByteCountMax)
  }

  private static var segmentNanoseconds: UInt64 { 10_000_000_000 }
  private static var rawBytesPerSecond: UInt64 { 93_000 }
  /// A brief frame with four pools.
  private static var briefByteCountMin: Int { 1856 }
  /// A brief frame with six; one word more for a whole frame, and there is no room for any pool in it.
  private static var briefByteCountMax: Int { 2304 }
  /// A whole frame with eleven pools; with fewer, the shared ones leave no room for others.
  private static var wholeByteCountMin: Int { 5120 }
}
