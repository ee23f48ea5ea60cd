public import Frames
public import Ring

/// Frame by frame, in memory for one.
extension FrameRingReader {
  /// The time of the finest tier: see `FrameSource`.
  public func rawStretch() throws(RingError) -> ClosedRange<UInt64>? {
    guard let finest = frameTiers.first else { return nil }
    return try index(finest).stretch
  }

  /// Each frame of the stretch: see `FrameSource`. Reads what it hands over, and the stamps that came since.
  public func forEachFrame(
    from start: UInt64, through end: UInt64, _ body: (Frame) -> Bool
  ) throws(RingError) {
    guard let chosen = try chosen(from: start, through: end, limit: .max) else { return }
    for number in chosen.numbers {
      if let frame = try frame(chosen.tier, number), !body(frame) { return }
    }
    guard chosen.tier != frameTiers.first else { return }
    for frame in try openStep(of: chosen.tier, in: start...end) where !body(frame) { return }
  }
}
