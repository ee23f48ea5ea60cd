import Frames
import FramesTestKit
import Rendering
import Testing

/// Keys and time of a replay.
@Suite struct LiveReplayTests {
  private static let second: UInt64 = 1_000_000_000
  private static let story = Story.told(seconds: 300)
  private static let start = Scenario.start

  private var data: LiveData {
    var data = LiveData(nowNanoseconds: Self.start + 1000 * Self.second)
    data.writer = Self.writer
    data.frames = Self.story.frames
    data.events = Self.story.events
    data.newest = Self.story.frames.last
    data.current = Self.story.frames.first
    data.oldestNanoseconds = Self.start
    return data
  }

  private static let writer: FrameWriterStatus = {
    var writer = MemoryFrames(story.frames).writer
    writer.isArchive = true
    return writer
  }()

  private func state() -> LiveState {
    var source = MemoryFrames(Self.story.frames, events: Self.story.events)
    var builder = ReportBuilder(
      writer: Self.writer, from: Self.start, through: Self.start + 299 * Self.second)
    source.forEachFrame(from: 0, through: .max) { frame in
      builder.add(frame)
      return true
    }
    var state = LiveState(columns: 100, rows: 30)
    let report = builder.report(events: source.events, losses: source.losses)
    state.begin(LiveReplay(report), at: Self.start)
    return state
  }

  private func pressed(_ keys: [Key], _ state: LiveState) -> LiveState {
    var state = state
    var names = Names()
    for key in keys { _ = state.press(key, data, &names) }
    return state
  }

  @Test func `it plays at its speed, and stops at the end`() {
    var state = state()
    state.play(nanoseconds: 2 * Self.second, data)
    #expect(state.moment == Self.start + 2 * Self.second)
    state = pressed([.character(">")], state)
    state.play(nanoseconds: 2 * Self.second, data)
    #expect(state.moment == Self.start + 6 * Self.second)
    state.play(nanoseconds: 1000 * Self.second, data)
    #expect(state.moment == nil && state.replay?.isPlaying == false)
    state = pressed([.character(" ")], state)
    #expect(state.moment == Self.start && state.replay?.isPlaying == true)
    state = pressed([.character(" ")], state)
    state.play(nanoseconds: 5 * Self.second, data)
    #expect(state.moment == Self.start)
  }

  @Test func `keys jump to what happened, to the worst moment and to one that is typed`() {
    let worst = pressed([.character("w")], state())
    #expect(worst.moment == Self.start + 240 * Self.second)
    #expect(worst.replay?.isPlaying == false)
    // The cliff is the first thing that happened after the collector's start.
    let cliff = pressed([.character("m")], state())
    let searching = Self.story.frames.first { $0.pools.contains { $0.isSearching } }
    #expect(cliff.moment == searching?.takenAtNanoseconds)
    #expect(pressed([.character("M")], cliff).moment == Self.start)
    let typed = pressed([.character("g")] + "90s".map { .character($0) } + [.enter], state())
    #expect(typed.moment == Self.start + 90 * Self.second && typed.replay?.asked == nil)
    let wrong = pressed([.character("g"), .character("q"), .enter], state())
    #expect(wrong.moment == Self.start && wrong.replay?.asked == "q")
    #expect(pressed([.escape], wrong).replay?.asked == nil)
  }

  @Test(arguments: [
    ("41s", 41), ("2m", 120), ("begin", 0), ("end", 299), ("worst", 240), ("02:44:42", 149),
  ]) func `a moment is said in words`(_ text: String, _ seconds: UInt64) {
    #expect(state().replay?.moment(text) == Self.start + seconds * Self.second)
  }

  @Test func `what is no moment is none`() {
    for text in ["", "x", "25:00", "-1s"] { #expect(state().replay?.moment(text) == nil) }
  }

  @Test func `the screen says that it plays, where, and which keys there are`() {
    var names = Names()
    var state = pressed([.character(">")], state())
    let playing = LiveScreen.lines(state, data, style: Style(columns: 100), names: &names)
    #expect(playing[0].contains("ullage replay") && playing[0].contains("PLAYING 2×"))
    #expect(playing[0].contains("00:00 of 04:59"))
    #expect(playing.last?.contains("space hold") == true)
    state = pressed([.character(" "), .character("?")], state)
    let held = LiveScreen.lines(state, data, style: Style(columns: 100), names: &names)
    #expect(held[0].contains("HELD") && held.contains { $0.contains("tightest") })
  }
}
