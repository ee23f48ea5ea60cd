import Frames
import FramesTestKit
import Inet
import Pools

@testable import Rendering

/// A live screen over a story that was made up, with keys pressed on it.
struct MadeUpScreen: Sendable {
  var story: Story
  var state: LiveState
  var names = Names()
  var style = Style(isColored: false)
  /// How old the newest frame is.
  var age: UInt64 = 200_000_000
  var change: @Sendable (inout LiveData) -> Void = { _ in }

  init(seconds: Int, _ columns: Int, _ rows: Int, keys: [Key] = []) {
    self.init(Story.told(seconds: seconds), columns, rows, keys: keys)
  }

  init(_ story: Story, _ columns: Int, _ rows: Int, keys: [Key] = []) {
    self.story = story
    state = LiveState(columns: columns, rows: rows)
    for key in keys { press(key) }
  }

  /// What a reader finds in the source for the state, without any memory.
  var data: LiveData {
    var data = LiveData(
      nowNanoseconds: (story.frames.last?.takenAtNanoseconds ?? Scenario.start) + age)
    data.writer = MemoryFrames(story.frames).writer
    data.newest = story.frames.last
    data.oldestNanoseconds = story.frames.first?.takenAtNanoseconds
    let (start, end) = state.window(data)
    data.frames = story.frames.filter { (start...end).contains($0.takenAtNanoseconds) }
    data.events = story.events.filter { (start...end).contains($0.atNanoseconds) }
    data.current = data.newest
    if let moment = state.moment {
      data.current =
        story.frames.last { $0.takenAtNanoseconds <= moment } ?? story.frames.first
    }
    change(&data)
    return data
  }

  @discardableResult
  mutating func press(_ key: Key) -> LiveReaction { state.press(key, data, &names) }

  var lines: [String] {
    var names = names
    return LiveScreen.lines(state, data, style: style, names: &names)
  }
}

extension Story {
  /// Nothing outbound, and nobody who could tell of owners, failures or the future.
  static var idle: [Frame] { Scenario.idle(seconds: 60).frames }
}

extension [Key] {
  /// The keys that type a text.
  static func typed(_ text: String) -> [Key] { text.map { .character($0) } }
}
