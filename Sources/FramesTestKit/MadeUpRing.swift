internal import FrameRing
public import Frames
internal import Kernel
internal import Ring

/// A ring about a host that was made up, written as of now or long ago.
public final class MadeUpRing {
  private var writer: FrameRingWriter?
  private var story: Story
  private var toldCount = 0
  private let boot: BootID
  private let interval: UInt64
  private let flags: FrameFlags

  /// A ring at `path` with that many frames, the last of which is of now. It tells of an interval so long that
  /// it is not stale however slow the tests are.
  public init(
    _ path: String, frames: Int = 30, interval: UInt64 = 1_000_000_000, namespace: String = "host",
    rawCount: Int = 200, told: UInt64 = 30_000_000_000, flags: FrameFlags = [],
    processID: Int32 = 812
  ) throws {
    boot = try BootID.current()
    self.interval = interval
    self.flags = flags
    let start = Clock.realtimeNanoseconds() - UInt64(frames) * interval
    story = Story(startNanoseconds: start, interval: interval)
    var shape = FrameRingShape()
    shape.rawCount = rawCount
    shape.tenSecondCount = 60
    shape.minuteCount = 30
    shape.eventCount = 64
    let identity = RingIdentity(
      bootID: boot, namespaceCookie: UInt64(namespace.utf8.count), namespaceInode: 2,
      namespaceName: namespace, hostName: "web-17", writerPID: processID,
      writerStartRealtimeNanoseconds: start, intervalNanoseconds: told)
    writer = try FrameRingWriter(
      RingWriter(path: path, geometry: shape.geometry, identity: identity))
    let monotonic = Clock.monotonicNanoseconds()
    for number in 0..<frames {
      let age = UInt64(frames - 1 - number) * interval
      story.goOn()
      try publish(takenAt: start + UInt64(number + 1) * interval, monotonic: monotonic - age)
    }
  }

  /// Publishes a frame of now, and returns it.
  @discardableResult
  public func goOn() throws -> Frame {
    story.goOn()
    return try publish(
      takenAt: Clock.realtimeNanoseconds(), monotonic: Clock.monotonicNanoseconds())
  }

  /// Publishes the frame of before again, as of now: of that there may be any number.
  @discardableResult
  public func stay() throws -> Frame {
    try publish(
      takenAt: Clock.realtimeNanoseconds(), monotonic: Clock.monotonicNanoseconds())
  }

  /// Ends the writer in good order: the ring only has the past then.
  public func close() throws { try writer.take()?.close() }

  @discardableResult
  private func publish(takenAt: UInt64, monotonic: UInt64) throws -> Frame {
    var frame = story.frames[story.frames.count - 1]
    frame.boot = boot
    frame.flags.formUnion(flags)
    frame.takenAtNanoseconds = takenAt
    frame.monotonicNanoseconds = monotonic
    try writer?.publish(frame)
    try writer?.heartbeat(realtimeNanoseconds: takenAt, monotonicNanoseconds: monotonic)
    for var event in story.events[toldCount...] {
      event.boot = boot
      event.atNanoseconds = takenAt
      event.monotonicNanoseconds = monotonic
      try writer?.publish(event)
    }
    toldCount = story.events.count
    return frame
  }
}
