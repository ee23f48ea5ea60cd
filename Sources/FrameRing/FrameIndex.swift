internal import Frames

/// When the frames of one tier were taken: each slot is read once for it, as it comes.
///
/// Wall clocks are set, so that times need not rise with numbers, and nothing may be found by bisection:
/// after a clock was set back by an hour, the newest hour lies before the one that was written first.
struct FrameIndex {
  /// A frame and where it is.
  struct Entry {
    let number: UInt64
    let stamp: FrameStamp
  }

  /// The frames that can be read, in the order in which they were written.
  private(set) var entries: [Entry] = []
  /// The number that comes next.
  private(set) var next: UInt64 = 0

  /// Drops what is no longer among `kept` and returns the numbers to be looked at.
  mutating func numbersToRead(of kept: Range<UInt64>) -> Range<UInt64> {
    // Numbers never fall, unless the header was damaged.
    if kept.upperBound < next { self = FrameIndex() }
    let gone = entries.prefix { $0.number < kept.lowerBound }.count
    entries.removeFirst(gone)
    let first = max(next, kept.lowerBound)
    next = kept.upperBound
    return first..<kept.upperBound
  }

  /// Notes a frame that could be read.
  mutating func append(_ number: UInt64, _ stamp: FrameStamp) {
    entries.append(Entry(number: number, stamp: stamp))
  }

  /// The earliest time; nil without frames.
  var oldestNanoseconds: UInt64? { entries.lazy.map(\.stamp.takenAtNanoseconds).min() }

  /// From the earliest to the latest time; nil without frames.
  var stretch: ClosedRange<UInt64>? {
    let moments = entries.lazy.map(\.stamp.takenAtNanoseconds)
    guard let oldest = moments.min(), let newest = moments.max() else { return nil }
    return oldest...newest
  }

  /// The frames of the stretch, in the order in which they were written.
  func numbers(in stretch: ClosedRange<UInt64>) -> [UInt64] {
    entries.filter { stretch.contains($0.stamp.takenAtNanoseconds) }.map(\.number)
  }
}
