internal import FrameRing
internal import Frames
internal import Ring

/// A ring that is read as it is written: which of its frames have been seen.
struct FollowedRing {
  /// The frames that came since the look before.
  struct Look {
    var frames: [Frame] = []
    /// How many of them, the first, are older than `newSince`.
    var pastCount = 0
  }

  private let reader: FrameRingReader
  private let newSince: LookMoment?
  private var last: FrameStamp?
  private(set) var newest: Frame?

  /// How far back the first look goes, so that peaks over the last full minute are known at once.
  private static let lookBackNanoseconds: UInt64 = 125_000_000_000
  /// Frames of one look at most: what is more is folded by the reader.
  private static let limit = 2048

  /// Follows the ring at `path`: what was written until `newSince` is the past; nil: whatever it has.
  init(path: String, newSince: LookMoment?) throws(RingError) {
    reader = try FrameRingReader(path: path)
    self.newSince = newSince
  }

  var path: String { reader.path }
  var writer: FrameWriterStatus { reader.writer }
  var losses: FrameLosses { reader.losses }

  /// Reads again who writes it; returns whether that could be read.
  func isRefreshed() -> Bool { (try? reader.refresh()) != nil }

  /// The frames that were published since the last look, in their order.
  mutating func look() throws(RingError) -> Look {
    try reader.refresh()
    var look = Look()
    if let last {
      look.frames = try reader.frames(after: last, limit: Self.limit)
    } else if let first = try reader.newest() {
      let start = first.takenAtNanoseconds - min(Self.lookBackNanoseconds, first.takenAtNanoseconds)
      let found = try reader.frames(
        from: start, through: first.takenAtNanoseconds, limit: Self.limit)
      look.frames = found.isEmpty ? [first] : found
      look.pastCount = look.frames.prefix { isPast($0) }.count
    }
    if let newest = look.frames.last {
      self.newest = newest
      last = FrameStamp(newest)
    }
    return look
  }

  private func isPast(_ frame: Frame) -> Bool {
    newSince.map {
      frame.boot != $0.boot || frame.monotonicNanoseconds <= $0.monotonicNanoseconds
    } ?? true
  }
}
