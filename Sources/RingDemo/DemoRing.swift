import FrameRing
import Frames
import FramesTestKit
import Kernel
import Ring

/// The ring of a host that was made up, and how it is written.
struct DemoRing {
  var seconds: UInt64 = 300
  var intervalNanoseconds: UInt64 = 1_000_000_000
  var isHostile = false
  /// Whether it ends now, and goes on.
  var isLive = false
  /// Connect pools; nil: those of the story.
  var poolCount: Int?

  /// Writes it; a live one until a signal comes.
  func write(_ path: String) throws {
    let signals = SignalQueue(isLive ? [.terminate, .interrupt] : [])
    let boot = isLive ? try BootID.current() : BootID(high: 0x3344, low: 0x1122)
    let count = max(1, seconds * 1_000_000_000 / intervalNanoseconds)
    let start =
      isLive ? Clock.realtimeNanoseconds() - count * intervalNanoseconds : Scenario.start
    // What is on the wall is that much later than what the kernel counts from its boot.
    let offset = Clock.realtimeNanoseconds() - Clock.monotonicNanoseconds()
    var story = Story(startNanoseconds: start, interval: intervalNanoseconds)
    let identity = RingIdentity(
      bootID: boot, namespaceCookie: 1, namespaceInode: 2,
      namespaceName: isHostile ? Self.hostile : "host",
      hostName: isHostile ? Self.hostile : "web-17",
      writerPID: 812, writerStartRealtimeNanoseconds: start,
      intervalNanoseconds: intervalNanoseconds)
    var writer = try FrameRingWriter(
      RingWriter(path: path, geometry: geometry(Int(count)), identity: identity))
    var told = (frames: 0, events: 0)
    while true {
      story.goOn()
      guard let last = story.frames.last else { return }
      var frame = isHostile ? Self.hostile(last) : last
      if let poolCount { frame.spread(overPools: poolCount) }
      if isLive {
        frame.boot = boot
        frame.monotonicNanoseconds =
          frame.takenAtNanoseconds - min(offset, frame.takenAtNanoseconds)
      }
      if isLive, told.frames >= count {
        let moment = frame.monotonicNanoseconds
        if signals.next(untilMonotonicNanoseconds: moment) != nil { return try writer.close() }
      }
      try writer.publish(frame)
      for var event in story.events[told.events...] {
        if isHostile { event.text = Self.hostile }
        try writer.publish(event)
      }
      told = (told.frames + 1, story.events.count)
      guard isLive || told.frames < count else { return }
      if isLive {
        try writer.heartbeat(
          realtimeNanoseconds: Clock.realtimeNanoseconds(),
          monotonicNanoseconds: Clock.monotonicNanoseconds())
      }
    }
  }

  /// Room for all that is told, and in each frame for its pools: half a KiB each is more than they take.
  private func geometry(_ count: Int) -> RingGeometry {
    var shape = FrameRingShape()
    shape.rawCount = max(2, count)
    var geometry = shape.geometry
    for tier in geometry.tiers.indices where geometry.tiers[tier].kind == .frames {
      geometry.tiers[tier].slotByteCount += (poolCount ?? 0) * 512
    }
    return geometry
  }

  private static func hostile(_ frame: Frame) -> Frame {
    var frame = frame
    for index in frame.owners.indices { frame.owners[index].name = hostile }
    return frame
  }

  /// What would be markup, a script, a way out of an attribute, or a line turned around.
  private static let hostile =
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&]]>--><!--\u{202e}\u{1b}[31m\n"
}
