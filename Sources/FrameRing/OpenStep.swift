internal import Frames

/// Which frames the open step of a coarse tier is made of: those that its newest frame has not folded.
///
///     coarse   [ step ][ step ]  open
///     finer    | | | | | | | | | | |        where the raw frames do not reach back
///     raw                    ············
///
/// What is later is known by boot and monotonic clock, never by the wall clock.
struct OpenStep {
  /// Places in the finer coarse tier; empty where raw frames do it all.
  let finer: Range<Int>
  /// Places among the raw frames.
  let raw: Range<Int>

  /// The step after `last`, nil before the first. The lists are as they were written; `rawIsComplete`
  /// says that none of the raw frames was overwritten yet.
  init(after last: FrameStamp?, finer: [FrameStamp], raw: [FrameStamp], rawIsComplete: Bool) {
    let rawStart = Self.start(raw, after: last)
    if rawStart > 0 || rawIsComplete || finer.isEmpty {
      self.finer = 0..<0
      self.raw = rawStart..<raw.count
    } else {
      self.finer = Self.start(finer, after: last)..<finer.count
      self.raw = Self.start(raw, after: finer.last)..<raw.count
    }
  }

  /// The first place after all that `last` has folded.
  static func start(_ stamps: [FrameStamp], after last: FrameStamp?) -> Int {
    guard let last else { return 0 }
    var start = stamps.count, sawBoot = false
    while start > 0, !stamps[start - 1].isFolded(into: last) {
      // Beyond the frames of its boot lie those of earlier ones.
      if stamps[start - 1].boot == last.boot { sawBoot = true } else if sawBoot { break }
      start -= 1
    }
    return start
  }
}
