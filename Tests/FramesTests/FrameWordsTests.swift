import Frames
import FramesTestKit
import Inet
import Pools
import Testing

@Suite("Frames as words")
struct FrameWordsTests {
  @Test("A frame comes back as it was written")
  func roundTrip() throws {
    let scenario = Scenario.filling(seconds: 20)
    var words: [UInt64] = []
    for frame in scenario.frames {
      frame.write(into: &words, capacity: FrameCapacity(wordCount: 1020))
      #expect(try Frame(words.span) == frame)
    }
  }

  @Test("A name shorter than its place is followed by zeros", arguments: [0, 1, 7, 8, 9, 31, 32])
  func shortNames(_ count: Int) throws {
    var words: [UInt64] = []
    let alarm = AlarmRecord(
      rule: String(repeating: "r", count: count), subject: .host, severity: .major,
      isRaised: true, hits: 5, value: 0.9, threshold: 0.8, sinceNanoseconds: 3)
    let state = AlarmState(atNanoseconds: 1, alarms: [alarm])
    state.write(into: &words, wordCount: 100)
    #expect(try AlarmState(words.span) == state)
  }
}
