extension FrameSource {
  /// For sources that hold all their frames: those that there are without folding.
  public mutating func rawStretch() throws(Failure) -> ClosedRange<UInt64>? {
    let moments = try frames(from: 0, through: .max, limit: .max).map(\.takenAtNanoseconds)
    guard let oldest = moments.min(), let newest = moments.max() else { return nil }
    return oldest...newest
  }

  /// For sources that hold all their frames.
  public mutating func forEachFrame(
    from start: UInt64, through end: UInt64, _ body: (Frame) -> Bool
  ) throws(Failure) {
    for frame in try frames(from: start, through: end, limit: .max) where !body(frame) { return }
  }
}
