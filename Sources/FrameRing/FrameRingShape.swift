public import Ring

/// Which tiers a ring of frames has, and how much they hold.
///
///     tier 0   raw frames                  600 x  8 KiB   10 min at 1 s
///     tier 1   10 s                        360 x 12 KiB   1 h
///     tier 2   1 min                     1,440 x 10 KiB   24 h
///     tier 3   events                    1,024 x  1 KiB   the newest 1,024
///     tier 4   what the alarms remember      2 x 14 KiB   the newest
///
/// 24 MiB in all; each raw frame has room for 24 pools, a coarse one for 41 or 32, and every frame knows how
/// many it leaves out.
public struct FrameRingShape: Hashable, Sendable {
  /// Raw frames kept.
  public var rawCount = 600
  /// Frames of 10 s kept.
  public var tenSecondCount = 360
  /// Frames of a minute kept.
  public var minuteCount = 1440
  /// Events kept.
  public var eventCount = 1024

  /// The default: at most 24 MiB.
  public init() {}

  /// What the alarms remember, as a kind of slot.
  public static let alarmState = RingTier.Kind(rawValue: 3)

  /// The geometry of the file.
  public var geometry: RingGeometry {
    RingGeometry(tiers: [
      RingTier(kind: .frames, stepNanoseconds: 0, slotByteCount: 8192, slotCount: rawCount),
      RingTier(
        kind: .frames, stepNanoseconds: 10_000_000_000, slotByteCount: 12_288,
        slotCount: tenSecondCount),
      RingTier(
        kind: .frames, stepNanoseconds: 60_000_000_000, slotByteCount: 10_240,
        slotCount: minuteCount),
      RingTier(kind: .events, stepNanoseconds: 0, slotByteCount: 1024, slotCount: eventCount),
      RingTier(
        kind: Self.alarmState, stepNanoseconds: 0, slotByteCount: 14_336, slotCount: 2),
    ])
  }
}
