internal import FrameRing
internal import Frames
internal import Ring

/// A ring that is read as it is written: which of its frames have been seen.
struct FollowedRing {
  private let reader: FrameRingReader
  private var last: FrameStamp?
  private(set) var newest: Frame?

  /// How far back the first look goes, so that peaks over the last full minute are known at once.
  private static let lookBackNanoseconds: UInt64 = 125_000_000_000
  /// Frames of one look at most: what is more is folded by the reader.
  private static let limit = 2048

  init(path: String) throws(RingError) { reader = try FrameRingReader(path: path) }

  var path: String { reader.path }
  var writer: FrameWriterStatus { reader.writer }
  var losses: FrameLosses { reader.losses }

  /// The frames that were published since the last look, in their order.
  mutating func look() throws(RingError) -> [Frame] {
    try reader.refresh()
    let frames: [Frame]
    if let last {
      frames = try reader.frames(after: last, limit: Self.limit)
    } else if let first = try reader.newest() {
      let start = first.takenAtNanoseconds - min(Self.lookBackNanoseconds, first.takenAtNanoseconds)
      let found = try reader.frames(
        from: start, through: first.takenAtNanoseconds, limit: Self.limit)
      frames = found.isEmpty ? [first] : found
    } else {
      frames = []
    }
    if let newest = frames.last {
      self.newest = newest
      last = FrameStamp(newest)
    }
    return frames
  }
}
