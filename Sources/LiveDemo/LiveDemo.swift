import Frames
import FramesTestKit
import Kernel
import Live
import Rendering

/// The live screen over a story that was made up: `LiveDemo [still SECONDS] [ascii] [plain]`.
///
/// By itself the story has been going on for four minutes and goes on, five times a second. `still`
/// shows its first SECONDS as a recording, in which nothing moves but what keys move.
@main
enum LiveDemo {
  static func main() {
    var words = Array(CommandLine.arguments.dropFirst())
    var style = Style(isColored: !words.contains("plain"), isUnicode: !words.contains("ascii"))
    style.columns = 80
    words.removeAll { $0 == "plain" || $0 == "ascii" }
    do throws(SystemCallError) {
      if words.first == "still" {
        let story = Story.told(seconds: words.dropFirst().first.flatMap { Int($0) } ?? 235)
        var source = MemoryFrames(story.frames, events: story.events)
        source.writer.isArchive = true
        try run(source, style)
      } else if words.first == "crash" {
        try run(CrashingFrames(), style)
      } else {
        try run(GrowingStory(), style)
      }
    } catch {
      try? ByteStream.standardError.write(Array("LiveDemo: \(error)\n".utf8))
    }
  }

  private static func run(_ source: some FrameSource, _ style: Style) throws(SystemCallError) {
    var loop = LiveLoop(source, style: style, names: Names())
    _ = try loop.run()
  }
}
