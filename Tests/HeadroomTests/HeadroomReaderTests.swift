import CAllocationCounter
import FrameRing
import Frames
import FramesTestKit
import Headroom
import Inet
import Kernel
import OutputTestKit
import PropertyTestKit
import Ring
import Testing

/// A reader of a ring, of which everything may become.
@Suite struct HeadroomReaderTests {
  private static func writer(
    _ path: String, boot: BootID? = nil, interval: UInt64 = 1_000_000_000
  ) throws -> FrameRingWriter {
    var shape = FrameRingShape()
    (shape.rawCount, shape.tenSecondCount, shape.minuteCount, shape.eventCount) = (8, 8, 8, 8)
    let identity = RingIdentity(
      bootID: try boot ?? BootID.current(), namespaceCookie: 1, namespaceInode: 2,
      namespaceName: "host", hostName: "h", writerPID: 1,
      writerStartRealtimeNanoseconds: Clock.realtimeNanoseconds(), intervalNanoseconds: interval)
    return try FrameRingWriter(
      RingWriter(path: path, geometry: shape.geometry, identity: identity))
  }

  private static func ask(_ reader: HeadroomReader) -> HeadroomAnswer {
    reader.headroom(to: MadeUpFrames.destination, port: 443)
  }

  /// The first answer that is wanted, of those of five seconds.
  private static func ask(
    _ reader: HeadroomReader, until isWanted: (HeadroomAnswer) -> Bool
  ) -> HeadroomAnswer {
    var answer = ask(reader)
    for _ in 0..<250 where !isWanted(answer) {
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 20_000_000)
      answer = ask(reader)
    }
    return answer
  }

  @Test func `each frame is seen as soon as it is there`() throws {
    try withFolder { folder in
      var writer = try Self.writer("\(folder)/a.ring")
      let reader = HeadroomReader(path: "\(folder)/a.ring")
      #expect(Self.ask(reader).why == .noFrame)
      for inUse in 1...20 {
        try writer.publish(try MadeUpFrames.proxy(inUse: inUse * 100))
        #expect(Self.ask(reader).pool?.inUse == inUse * 100)
      }
      try writer.close()
    }
  }

  @Test func `a ring that is not there yet is no error, and is found when it is`() throws {
    try withFolder { folder in
      let path = "\(folder)/a.ring"
      let reader = HeadroomReader(path: path)
      #expect(Self.ask(reader).why == .noRing(places: [path]))
      #expect("\(Self.ask(reader).why ?? .ended)".hasPrefix("no ring in \(path): start"))
      var writer = try Self.writer(path)
      // Soon enough for the test, whatever the machine does meanwhile.
      for _ in 0..<50 {
        try writer.publish(try MadeUpFrames.proxy(inUse: 300))
        if Self.ask(reader).pool != nil { break }
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 20_000_000)
      }
      #expect(Self.ask(reader).pool?.inUse == 300)
      try writer.close()
    }
  }

  @Test func `a file in the place of another is opened, and whoever goes on with one is read on`()
    throws
  {
    try withFolder { folder in
      let path = "\(folder)/a.ring"
      var first = try Self.writer(path)
      try first.publish(try MadeUpFrames.proxy(inUse: 300, nanosecondsAgo: 1_200_000_000))
      let reader = HeadroomReader(path: path)
      #expect(Self.ask(reader).pool?.inUse == 300)
      try first.close()
      #expect(Self.ask(reader, until: { $0.why != nil }).why == .ended)
      // The collector is started again.
      var again = try Self.writer(path)
      try again.publish(try MadeUpFrames.proxy(inUse: 400, nanosecondsAgo: 1_200_000_000))
      #expect(Self.ask(reader, until: { $0.pool != nil }).pool?.inUse == 400)
      // Another file, with as many frames.
      for name in [path, "\(path).lock"] { File.remove(name) }
      var other = try Self.writer(path)
      for inUse in [1, 500] {
        try other.publish(try MadeUpFrames.proxy(inUse: inUse))
      }
      #expect(Self.ask(reader, until: { $0.pool?.inUse != 400 }).pool?.inUse == 500)
      try other.close()
    }
  }

  @Test func `frames that are old, or of another boot, are of no use`() throws {
    try withFolder { folder in
      var old = try Self.writer("\(folder)/old.ring")
      try old.publish(try MadeUpFrames.proxy(inUse: 300, nanosecondsAgo: 10_000_000_000))
      let why = Self.ask(HeadroomReader(path: "\(folder)/old.ring")).why
      guard case .stale(let age) = why else {
        return #expect(Bool(false), "\(String(describing: why))")
      }
      #expect(age >= 10_000_000_000)
      let boot = BootID(high: 1, low: 2)
      var past = try Self.writer("\(folder)/past.ring", boot: boot)
      var frame = try MadeUpFrames.proxy(inUse: 300)
      frame.boot = boot
      try past.publish(frame)
      #expect(Self.ask(HeadroomReader(path: "\(folder)/past.ring")).why == .otherBoot)
      try old.close()
      try past.close()
    }
  }

  @Test func `what is no ring is said, and nothing in a damaged one traps`() throws {
    try withFolder { folder in
      let path = "\(folder)/a.ring"
      try TestFile.write(Array("no ring at all".utf8), to: path)
      guard case .unreadable(let error) = Self.ask(HeadroomReader(path: path)).why else {
        return #expect(Bool(false), "text is no ring")
      }
      #expect(error.path == path)
      #expect(Self.ask(HeadroomReader(path: folder)).why?.description.contains(folder) == true)

      File.remove(path)
      var writer = try Self.writer(path)
      for inUse in 1...5 { try writer.publish(try MadeUpFrames.proxy(inUse: inUse)) }
      try writer.close()
      let bytes = try KernelFile.read(path, limit: 1 << 20)
      var generator = SeededGenerator.fresh()
      var answered = 0
      for _ in 0..<rounds(60) {
        var damaged = bytes
        for _ in 0..<1 + generator.small(20) {
          // Half of it where everything is decided.
          let limit = generator.oneIn(2) ? 4096 : damaged.count
          damaged[generator.small(limit)] = UInt8(truncatingIfNeeded: generator.next())
        }
        if generator.oneIn(4) { damaged.removeLast(generator.small(damaged.count)) }
        try TestFile.write(damaged, to: "\(folder)/damaged")
        let reader = HeadroomReader(path: "\(folder)/damaged")
        for _ in 0..<3 {
          let answer = Self.ask(reader)
          answered += 1
          #expect(answer.left.map { $0 >= 0 } ?? (answer.why != nil), "\(generator.replay)")
        }
      }
      #expect(answered == rounds(60) * 3)
    }
  }

  @Test func `a question between two frames allocates nothing`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    try withFolder { folder in
      var writer = try Self.writer("\(folder)/a.ring")
      try writer.publish(try MadeUpFrames.proxy(inUse: 300))
      let reader = HeadroomReader(path: "\(folder)/a.ring")
      #expect(Self.ask(reader).pool?.inUse == 300)
      var left = 0
      let before = CAllocationCounter_calls()
      for _ in 0..<1000 { left += Self.ask(reader).left ?? 0 }
      let calls = CAllocationCounter_calls() - before
      #expect(left > 0)
      // Unoptimised code makes objects of its own.
      #if DEBUG
        _ = calls
      #else
        #expect(calls == 0)
      #endif
      try writer.close()
    }
  }

  @Test func `threads that ask at once each get a frame that is whole`() throws {
    try withFolder { folder in
      let path = "\(folder)/a.ring"
      var writer = try Self.writer(path)
      try writer.publish(try MadeUpFrames.proxy(inUse: 1, tick: 1))
      let reader = HeadroomReader(path: path)
      try Self.together(4) {
        var last: UInt64 = 0
        for _ in 0..<2000 {
          let answer = Self.ask(reader)
          // Ports in use are as many as the tick says, and ticks do not fall.
          guard let pool = answer.pool, pool.inUse == Int(pool.moment.tick),
            pool.moment.tick >= last
          else { return "\(answer)" }
          last = pool.moment.tick
        }
        return nil
      } while: {
        for tick in 2...400 {
          try writer.publish(try MadeUpFrames.proxy(inUse: tick, tick: UInt64(tick)))
        }
      }
      try writer.close()
    }
  }

  /// Runs `body` on so many threads, and `rest` beside them; what a thread complains of is an issue.
  private static func together(
    _ count: Int, _ body: @escaping @Sendable () -> String?, while rest: () throws -> Void
  ) throws {
    guard count > 0 else { return try rest() }
    let thread = try DedicatedThread { body() }
    try together(count - 1, body, while: rest)
    let complaint = try thread.join()
    #expect(complaint == nil)
  }
}
