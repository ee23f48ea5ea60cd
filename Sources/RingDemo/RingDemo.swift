import FrameRing
import Frames
import FramesTestKit
import Kernel
import Ring

/// Writes a ring about a host that was made up: `RingDemo FILE [SECONDS [MILLISECONDS]] [hostile]`.
///
/// It tells the first SECONDS (300) of the story, one frame every MILLISECONDS (1000), all of them raw.
/// `hostile` names everything as somebody would who means harm.
@main
enum RingDemo {
  static func main() {
    var words = Array(CommandLine.arguments.dropFirst())
    let isHostile = words.contains("hostile")
    words.removeAll { $0 == "hostile" }
    guard let path = words.first else { return say("which file?") }
    let numbers = words.dropFirst().map { Int($0) ?? 0 }
    let seconds = numbers.first ?? 300, milliseconds = numbers.dropFirst().first ?? 1000
    guard seconds > 0, milliseconds > 0 else { return say("seconds and milliseconds from 1 on") }
    do throws(RingError) {
      try write(path, seconds, UInt64(milliseconds) * 1_000_000, isHostile)
    } catch {
      say("\(error)")
    }
  }

  private static func write(
    _ path: String, _ seconds: Int, _ interval: UInt64, _ isHostile: Bool
  ) throws(RingError) {
    var story = Story(interval: interval)
    let count = Int(UInt64(seconds) * 1_000_000_000 / interval)
    var shape = FrameRingShape()
    shape.rawCount = max(2, count)
    let identity = RingIdentity(
      bootID: BootID(high: 0x3344, low: 0x1122), namespaceCookie: 1, namespaceInode: 2,
      namespaceName: isHostile ? hostile : "host", hostName: isHostile ? hostile : "web-17",
      writerPID: 812, writerStartRealtimeNanoseconds: Scenario.start,
      intervalNanoseconds: interval)
    var writer = try FrameRingWriter(
      RingWriter(path: path, geometry: shape.geometry, identity: identity))
    var told = 0
    for _ in 0..<count {
      story.goOn()
      guard var frame = story.frames.last else { continue }
      if isHostile {
        for index in frame.owners.indices { frame.owners[index].name = hostile }
      }
      try writer.publish(frame)
      for var event in story.events[told...] {
        if isHostile { event.text = hostile }
        try writer.publish(event)
      }
      told = story.events.count
    }
  }

  /// What would be markup, a script, a way out of an attribute, or a line turned around.
  private static let hostile =
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&]]>--><!--\u{202e}\u{1b}[31m\n"

  private static func say(_ text: String) {
    try? ByteStream.standardError.write(Array("RingDemo: \(text)\n".utf8))
  }
}
