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

extension MadeUpScreen {
  /// Rings of five namespaces, the first of them shown: tight, well, not counted yet, and one that nobody writes.
  @Sendable static func addRings(_ data: inout LiveData) {
    guard let frame = data.newest else { return }
    data.rings = RingSummary.ordered(
      ["host", "shop-frontend-7d4b9c5f68-x2x9q", "docker 3f9a1c0de4b5", "netns:4026532200", "old"]
        .enumerated().map { index, name in
          var newest: Frame? = frame
          if index > 0 { newest?.verdict = index == 1 ? .warning : .ok }
          if index == 2 { newest?.flags.insert(.notCounted) }
          if index == 3 { newest = nil }
          var writer = MemoryFrames([frame]).writer
          writer.namespace = name
          writer.isClosed = index == 4
          return RingSummary(
            path: "/run/ullage/\(index == 0 ? "host" : "ns-\(index)").ring", writer,
            newest: newest, atNanoseconds: data.nowNanoseconds)
        })
    data.ring = "/run/ullage/host.ring"
  }
}
