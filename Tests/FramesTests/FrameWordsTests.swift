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
}
