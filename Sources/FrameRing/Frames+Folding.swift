internal import Frames

extension [Frame] {
  /// The frames folded into steps of `stepNanoseconds`.
  func folded(stepNanoseconds: UInt64) -> [Frame] {
    var aggregate = FrameAggregate(stepNanoseconds: stepNanoseconds)
    var folded = compactMap { aggregate.fold($0) }
    if let open = aggregate.finish() { folded.append(open) }
    return folded
  }

  /// The frames folded into steps until there are at most `limit`.
  func folded(atMost limit: Int) -> [Frame] {
    let times = map(\.takenAtNanoseconds)
    guard count > limit, let first = times.min(), let last = times.max() else { return self }
    var step = Swift.max(1, (last - first) / UInt64(limit))
    while true {
      let folded = folded(stepNanoseconds: step)
      if folded.count <= limit { return folded }
      // Steps begin at whole multiples, so that one more than expected may be touched; a clock that was
      // set back and a reboot make more of them. The last step holds all of time.
      if step == .max { return folded.suffix(limit) }
      step = step > (last - first) / 2 ? .max : step + step / 2 + 1
    }
  }
}
