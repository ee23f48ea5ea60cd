import FrameRing
import Frames
import FramesTestKit
import Kernel
import Ring

/// Writes a ring about a host that was made up:
/// `RingDemo FILE [SECONDS [MILLISECONDS]] [hostile] [pools=N] [live]`.
///
/// It tells the first SECONDS (300) of the story, one frame every MILLISECONDS (1000), all of them raw.
/// `hostile` names everything as somebody would who means harm; `pools=N` gives the host N connect pools, and
/// frames room for them; with `live` what was told ends now, and the story goes on until a signal ends it.
@main
enum RingDemo {
  static func main() {
    var words = Array(CommandLine.arguments.dropFirst())
    var demo = DemoRing()
    demo.isHostile = words.contains("hostile")
    demo.isLive = words.contains("live")
    for word in words where word.hasPrefix("pools=") {
      guard let count = Int(word.dropFirst("pools=".count)), (2...1000).contains(count) else {
        return say("pools from 2 to 1000")
      }
      demo.poolCount = count
    }
    words.removeAll { ["hostile", "live"].contains($0) || $0.hasPrefix("pools=") }
    guard let path = words.first else { return say("which file?") }
    let numbers = words.dropFirst().map { Int($0) ?? 0 }
    let seconds = numbers.first ?? 300, milliseconds = numbers.dropFirst().first ?? 1000
    guard seconds > 0, milliseconds > 0 else { return say("seconds and milliseconds from 1 on") }
    demo.seconds = UInt64(seconds)
    demo.intervalNanoseconds = UInt64(milliseconds) * 1_000_000
    do {
      try demo.write(path)
    } catch {
      say("\(error)")
    }
  }

  private static func say(_ text: String) {
    try? ByteStream.standardError.write(Array("RingDemo: \(text)\n".utf8))
  }
}
