import Console
import FrameRing
import Frames
import Ring

/// A source of frames that is open, and the collector that fills it if it is one of this process.
final class OpenFrames: FrameSource {
  private let reader: FrameRingReader
  private let collector: LocalCollector?

  init(_ reader: FrameRingReader, _ collector: LocalCollector? = nil) {
    self.reader = reader
    self.collector = collector
  }

  /// The file that is read.
  var path: String { reader.path }

  /// Whether the frames come from this process, which has no past.
  var isLocal: Bool { collector != nil }

  var writer: FrameWriterStatus { reader.writer }

  var losses: FrameLosses { reader.losses }

  func refresh() throws(Failure) {
    try Failure.rewording { () throws(RingError) in try reader.refresh() }
  }

  func newest() throws(Failure) -> Frame? {
    try Failure.rewording { () throws(RingError) in try reader.newest() }
  }

  func oldestNanoseconds() throws(Failure) -> UInt64? {
    try Failure.rewording { () throws(RingError) in try reader.oldestNanoseconds() }
  }

  func frames(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Failure) -> [Frame] {
    try Failure.rewording { () throws(RingError) in
      try reader.frames(from: start, through: end, limit: limit)
    }
  }

  func frames(after last: FrameStamp, limit: Int) throws(Failure) -> [Frame] {
    try Failure.rewording { () throws(RingError) in
      try reader.frames(after: last, limit: limit)
    }
  }

  func events(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Failure) -> [Event] {
    try Failure.rewording { () throws(RingError) in
      try reader.events(from: start, through: end, limit: limit)
    }
  }

  func rawStretch() throws(Failure) -> ClosedRange<UInt64>? {
    try Failure.rewording { () throws(RingError) in try reader.rawStretch() }
  }

  func forEachFrame(
    from start: UInt64, through end: UInt64, _ body: (Frame) -> Bool
  ) throws(Failure) {
    try Failure.rewording { () throws(RingError) in
      try reader.forEachFrame(from: start, through: end, body)
    }
  }
}
