import Frames
import FramesTestKit

/// A source that ends the program by a trap, after three looks: the terminal must survive it.
struct CrashingFrames: FrameSource {
  private var memory = MemoryFrames(Story.told(seconds: 30).frames)
  private var looks = 0

  var writer: FrameWriterStatus { memory.writer }
  var losses: FrameLosses { memory.losses }

  mutating func refresh() throws(Never) {
    looks += 1
    precondition(looks < 4, "a crash that was asked for")
  }

  mutating func newest() throws(Never) -> Frame? { memory.newest() }

  mutating func oldestNanoseconds() throws(Never) -> UInt64? { memory.oldestNanoseconds() }

  mutating func frames(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Never) -> [Frame] { memory.frames(from: start, through: end, limit: limit) }

  mutating func events(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Never) -> [Event] { memory.events(from: start, through: end, limit: limit) }
}
