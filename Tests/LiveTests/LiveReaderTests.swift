import Frames
import FramesTestKit
import Live
import PropertyTestKit
import Rendering
import Testing

/// What the reader remembers is what the source would say.
@Suite struct LiveReaderTests {
  private static let second: UInt64 = 1_000_000_000

  @Test func `reading on and on gives what reading at once gives`() {
    var random = SeededGenerator.fresh()
    for _ in 0..<rounds(15) {
      var story = Story.told(seconds: 30)
      let source = Growing()
      source.memory = MemoryFrames(story.frames, events: story.events)
      var reader = LiveReader(Shared(source))
      var state = LiveState(columns: 80, rows: 24)
      var names = Names()
      var data = LiveData(nowNanoseconds: 0)
      for _ in 0..<40 {
        for _ in 0..<Int.random(in: 0..<30, using: &random) { story.goOn() }
        source.memory = MemoryFrames(story.frames, events: story.events)
        _ = state.press(
          random.pick([
            .left, .shiftLeft, .pageUp, .end, .home, .right, .character("+"), .character("-"),
          ]),
          data, &names)
        let now = Scenario.start + UInt64(story.frames.count) * Self.second
        data = reader.read(state, nowNanoseconds: now)
        #expect(data.newest == story.frames.last)
        let (start, end) = state.window(data)
        let expected = story.frames.filter {
          $0.takenAtNanoseconds > start && $0.takenAtNanoseconds <= end
        }
        guard expected.count < 1500 else { continue }
        let found = data.frames.filter {
          $0.takenAtNanoseconds > start && $0.takenAtNanoseconds <= end
        }
        #expect(found == expected, "\(random.replay)")
        if let moment = state.moment {
          #expect(data.current == story.frames.last { $0.takenAtNanoseconds <= moment })
        } else {
          #expect(data.current == story.frames.last)
        }
      }
    }
  }

  @Test func `a source that fails leaves the last picture and says why`() {
    let source = Growing()
    source.memory = MemoryFrames(Story.told(seconds: 10).frames)
    var reader = LiveReader(Shared(source))
    let state = LiveState(columns: 80, rows: 24)
    let before = reader.read(state, nowNanoseconds: Scenario.start)
    #expect(before.trouble == nil)
    source.trouble = Trouble()
    let after = reader.read(state, nowNanoseconds: Scenario.start + 1)
    #expect(after.trouble == "cannot read the ring: it is gone")
    #expect(after.newest == before.newest)
    source.trouble = nil
    #expect(reader.read(state, nowNanoseconds: Scenario.start + 2).trouble == nil)
  }

  @Test func `a source without frames is a screen without frames`() {
    var reader = LiveReader(MemoryFrames([]))
    var state = LiveState(columns: 80, rows: 24)
    state.moment = Scenario.start
    let data = reader.read(state, nowNanoseconds: Scenario.start)
    #expect(data.newest == nil && data.current == nil && data.frames.isEmpty)
  }
}

private struct Trouble: Error, CustomStringConvertible {
  var description: String { "cannot read the ring: it is gone" }
}

/// A source that the test changes while the reader has it.
private final class Growing {
  var memory = MemoryFrames([])
  var trouble: Trouble?
}

private struct Shared: FrameSource {
  let source: Growing

  init(_ source: Growing) { self.source = source }

  var writer: FrameWriterStatus { source.memory.writer }
  var losses: FrameLosses { source.memory.losses }

  mutating func refresh() throws(Trouble) { if let trouble = source.trouble { throw trouble } }

  mutating func newest() throws(Trouble) -> Frame? { source.memory.newest() }

  mutating func oldestNanoseconds() throws(Trouble) -> UInt64? {
    source.memory.oldestNanoseconds()
  }

  mutating func frames(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Trouble) -> [Frame] { source.memory.frames(from: start, through: end, limit: limit) }

  mutating func events(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Trouble) -> [Event] { source.memory.events(from: start, through: end, limit: limit) }
}
