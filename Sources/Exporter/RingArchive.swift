internal import FrameRing
internal import Frames
internal import Kernel
internal import Rendering
internal import Ring

/// Reads the past out of rings, for one question at a time.
struct RingArchive {
  /// Frames of one answer at most.
  static let frameLimit = 600
  private static let readerLimit = 16
  /// About what one excerpt has at most, before it is compressed.
  private static let excerptByteCountMax = 524_288
  private var readers: [String: FrameRingReader] = [:]

  /// The frames and events of a stretch, folded to steps where `step` says so or there are too many.
  mutating func history(
    of path: String, from: UInt64, through: UInt64, step: UInt64?, askedAt now: UInt64
  ) throws(RingError) -> History {
    let reader = try reader(of: path)
    let most = (through - min(from, through)) / UInt64(Self.frameLimit)
    // Finer frames than are shown keep extremes.
    let frames = try reader.frames(from: from, through: through, limit: 4 * Self.frameLimit)
    let events = try reader.events(from: from, through: through, limit: 1000)
    let isTooFine = frames.count > Self.frameLimit
    let folding = step.map { max($0, most) } ?? (isTooFine ? most : nil)
    return History(
      frames, events: events, writer: reader.writer, losses: reader.losses, from: from,
      through: through, step: folding, askedAt: now)
  }

  /// The frames after a moment, at most so many.
  mutating func frames(
    of path: String, afterNanoseconds moment: UInt64, limit: Int
  ) throws(RingError) -> [Frame] {
    let reader = try reader(of: path)
    guard let newest = try reader.newest(), moment < newest.takenAtNanoseconds else { return [] }
    return try reader.frames(
      from: moment + 1, through: newest.takenAtNanoseconds, limit: limit)
  }

  /// Slots of a ring as they are, for a mirror elsewhere; nil where nothing can be followed.
  mutating func excerpt(
    of path: String, tier: Int, from number: UInt64?
  ) throws(RingError) -> [UInt8]? {
    try reader(of: path).excerpt(
      tier: tier, from: number, realtimeNanoseconds: Clock.realtimeNanoseconds(),
      byteCountMax: Self.excerptByteCountMax)
  }

  /// Calls `body` with the frames of a stretch, as fine as the ring has them there.
  mutating func forEachFrame(
    of path: String, from: UInt64, through: UInt64, _ body: (Frame) -> Void
  ) throws(RingError) -> (losses: FrameLosses, events: [Event], oldest: UInt64?) {
    let reader = try reader(of: path)
    for frame in try reader.frames(from: from, through: through, limit: 4 * Self.frameLimit) {
      body(frame)
    }
    let events = try reader.events(from: from, through: through, limit: 1000)
    return (reader.losses, events, try reader.oldestNanoseconds())
  }

  /// Lets go of the rings that are not among `paths`: an open file holds its memory after it was removed.
  mutating func keep(only paths: Set<String>) {
    if readers.contains(where: { !paths.contains($0.key) }) {
      readers = readers.filter { paths.contains($0.key) }
    }
  }

  private mutating func reader(of path: String) throws(RingError) -> FrameRingReader {
    let reader: FrameRingReader
    if let known = readers[path] {
      reader = known
    } else {
      if readers.count >= Self.readerLimit { readers.removeAll() }
      reader = try FrameRingReader(path: path)
      readers[path] = reader
    }
    do throws(RingError) {
      try reader.refresh()
    } catch {
      readers[path] = nil
      throw error
    }
    return reader
  }
}
