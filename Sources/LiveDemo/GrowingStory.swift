import Frames
import FramesTestKit
import Kernel

/// A story that goes on as time goes by.
struct GrowingStory: FrameSource {
  private static let interval: UInt64 = 200_000_000
  private let start: UInt64
  private var story: Story
  private var memory: MemoryFrames

  init() {
    start = Clock.realtimeNanoseconds() - 215_000_000_000
    story = Story(startNanoseconds: start, interval: Self.interval)
    memory = MemoryFrames([], interval: Self.interval)
  }

  var writer: FrameWriterStatus { memory.writer }
  var losses: FrameLosses { memory.losses }

  mutating func refresh() throws(Never) {
    let now = Clock.realtimeNanoseconds()
    while start + UInt64(story.frames.count) * Self.interval <= now { story.goOn() }
    let steps = memory.steps
    memory = MemoryFrames(story.frames, events: story.events, interval: Self.interval)
    memory.steps = steps
    memory.writer.processID = 812
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
