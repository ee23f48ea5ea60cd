import FrameRing
import Frames
import FramesTestKit
import Kernel
import PropertyTestKit
import Ring
import Testing

@Suite struct FrameRingReaderTests {
  private let second = TestRing.second

  @Test func `the shape is what its page says`() {
    let geometry = FrameRingShape().geometry
    #expect(geometry.fault == nil)
    #expect(geometry.byteCount <= 24 << 20)
    #expect(geometry.tiers.map(\.slotCount) == [600, 360, 1440, 1024, 2])
    #expect(geometry.tiers[3].payloadWordCapacity >= FrameLayout.eventWordCount)
  }

  @Test func `an empty ring has nothing, and nothing is lost`() throws {
    let writer = try TestRing.inMemory()
    let reader = try FrameRingReader(path: writer.ring.path)
    #expect(try reader.newest() == nil)
    #expect(try reader.oldestNanoseconds() == nil)
    #expect(try reader.everything() == [])
    #expect(try reader.events(from: 0, through: .max, limit: 10) == [])
    #expect(reader.losses == FrameLosses())
  }

  @Test func `what was written is read, newest and all`() throws {
    var generator = SeededGenerator.fresh()
    var writer = try TestRing.inMemory(TestRing.shape(raw: 20))
    let reader = try FrameRingReader(path: writer.ring.path)
    let frames = generator.rawFrames(at: TestRing.seconds(70))
    for (index, frame) in frames.enumerated() {
      try writer.publish(frame)
      try #require(try reader.newest() == frame, "\(generator.replay)")
      let first = frames[max(0, index - 19)].takenAtNanoseconds
      let recent = try reader.frames(from: first, through: .max, limit: 20)
      try #require(recent == Array(frames[max(0, index - 19)...index]), "\(generator.replay)")
    }
    #expect(reader.losses == FrameLosses())
  }

  @Test func `the finest tier that reaches back and is short enough is chosen`() throws {
    var writer = try TestRing.inMemory()
    var scenario = Scenario.idle(seconds: 1)
    // 75 minutes: the raw frames reach back 10 of them, the 10 s frames an hour.
    for _ in 0..<4500 { scenario.append(inUse: 7) }
    for frame in scenario.frames { try writer.publish(frame) }
    let reader = try FrameRingReader(path: writer.ring.path)
    let end = scenario.frames[4500].takenAtNanoseconds
    func frames(back seconds: UInt64, _ limit: Int) throws -> [Frame] {
      try reader.frames(from: end - seconds * second, through: end, limit: limit)
    }
    #expect(try frames(back: 299, 300).map(\.sampleCount) == Array(repeating: 1, count: 300))
    // Too many raw frames: 10 s ones, the last of them open.
    let tens = try frames(back: 299, 299)
    #expect((29...31).contains(tens.count))
    #expect(tens[1].sampleCount == 10)
    #expect(tens.last?.takenAtNanoseconds == end)
    #expect(tens.map(\.takenAtNanoseconds) == tens.map(\.takenAtNanoseconds).sorted())
    // Raw frames do not reach back.
    #expect((170...181).contains(try frames(back: 1800, 1000).count))
    let all = try reader.everything()
    #expect((75...77).contains(all.count))
    #expect(all.last?.takenAtNanoseconds == end)
    #expect(all.map(\.sampleCount).reduce(0, +) == 4501)
    // Fewer than minutes: folded, and no sample is lost.
    for limit in [1, 2, 3, 10, 40] {
      let folded = try reader.frames(from: 0, through: .max, limit: limit)
      #expect(folded.count <= limit && !folded.isEmpty)
      #expect(folded.map(\.sampleCount).reduce(0, +) == 4501, "limit \(limit)")
    }
    #expect(try reader.frames(from: end, through: end - 1, limit: 5) == [])
    #expect(try reader.frames(from: 0, through: end, limit: 0) == [])
  }

  @Test func `a young ring has its frames, whatever the limit and however early the start`() throws
  {
    var writer = try TestRing.inMemory()
    let frames = Scenario.filling(seconds: 45).frames
    let reader = try FrameRingReader(path: writer.ring.path)
    for (index, frame) in frames.enumerated() {
      try writer.publish(frame)
      for (start, limit) in [(0, 5), (0, 1), (frames[0].takenAtNanoseconds, 20)] {
        let shown = try reader.frames(from: start, through: .max, limit: limit)
        try #require(shown.count <= limit)
        try #require(shown.map(\.sampleCount).reduce(0, +) == index + 1, "\(index) \(limit)")
      }
    }
    #expect(try reader.oldestNanoseconds() == frames[0].takenAtNanoseconds)
  }

  @Test func `after a clock was set back the newest moments are still found`() throws {
    var generator = SeededGenerator.fresh()
    var writer = try TestRing.inMemory()
    var clocks = TestRing.seconds(400)
    // An hour back, and on from there.
    for index in 200..<400 { clocks[index].takenAtNanoseconds -= 3600 * second }
    let frames = generator.rawFrames(at: clocks)
    for frame in frames { try writer.publish(frame) }
    let reader = try FrameRingReader(path: writer.ring.path)
    let end = clocks[399].takenAtNanoseconds
    let recent = try reader.frames(from: end - 59 * second, through: end, limit: 100)
    #expect(recent == Array(frames[340...]))
    let before = clocks[199].takenAtNanoseconds
    #expect(
      try reader.frames(from: before - 9 * second, through: before, limit: 100)
        == Array(frames[190..<200]))
    let tens = try reader.frames(from: end - 99 * second, through: end, limit: 20)
    #expect(tens.map(\.sampleCount).reduce(0, +) == 100, "\(generator.replay)")
  }

  @Test func `gaps and reboots leave gaps and nothing else`() throws {
    var generator = SeededGenerator.fresh()
    var writer = try TestRing.inMemory()
    var clocks = TestRing.seconds(100)
    for index in 50..<100 {
      clocks[index].takenAtNanoseconds += 500 * second
      clocks[index].boot = BootID(high: 9, low: 9)
      clocks[index].monotonicNanoseconds = UInt64(index) * second
    }
    let frames = generator.rawFrames(at: clocks)
    for frame in frames { try writer.publish(frame) }
    let reader = try FrameRingReader(path: writer.ring.path)
    #expect(try reader.everything() == frames)
    let middle = clocks[49].takenAtNanoseconds
    #expect(try reader.frames(from: middle + 1, through: middle + 500 * second, limit: 9) == [])
  }

  @Test func `times that no clock has trip nobody`() throws {
    var generator = SeededGenerator.fresh()
    var writer = try TestRing.inMemory()
    for _ in 0..<200 {
      var frame = generator.frame(poolCount: 2)
      frame.takenAtNanoseconds = generator.pick([0, 1, .max, .max - 1, generator.next()])
      try writer.publish(frame)
    }
    let reader = try FrameRingReader(path: writer.ring.path)
    for limit in [1, 2, 7, 100, 1000] {
      #expect(try reader.frames(from: 0, through: .max, limit: limit).count <= limit)
      _ = try reader.frames(from: .max, through: .max, limit: limit)
    }
  }

  @Test func `the newest events come in order, at most as many as asked for`() throws {
    var generator = SeededGenerator.fresh()
    var writer = try TestRing.inMemory(TestRing.shape(events: 16))
    let events = (0..<40).map { generator.event(atNanoseconds: 100 + $0) }
    for event in events { try writer.publish(event) }
    let reader = try FrameRingReader(path: writer.ring.path)
    #expect(try reader.events(from: 0, through: .max, limit: 100) == Array(events[24...]))
    #expect(try reader.events(from: 0, through: .max, limit: 3) == Array(events[37...]))
    #expect(try reader.events(from: 126, through: 129, limit: 3) == Array(events[27...29]))
    #expect(try reader.events(from: 130, through: 129, limit: 3) == [])
  }

  @Test func `each event is read from the file once, and a replaced ring begins anew`() throws {
    var generator = SeededGenerator.fresh()
    try TestRing.withDirectory { directory in
      let path = "\(directory)/a.ring"
      var writer = try TestRing.at(path)
      let events = (0..<20).map { generator.event(atNanoseconds: 100 + $0) }
      for event in events[..<8] { try writer.publish(event) }
      let reader = try FrameRingReader(path: path)
      #expect(try reader.events(from: 0, through: .max, limit: 100) == Array(events[..<8]))
      // What was read needs its slot no more.
      let offset = writer.ring.geometry.fileOffset(ofTier: 3)
      for slot in 0..<8 { try TestRing.damage(path, at: offset + slot * 1024 + 100) }
      #expect(try reader.events(from: 0, through: .max, limit: 100) == Array(events[..<8]))
      for event in events[8...] { try writer.publish(event) }
      #expect(try reader.events(from: 0, through: .max, limit: 100) == Array(events[4...]))
      #expect(reader.losses.corrupt == 0)
      try writer.close()
      var other = try TestRing.at(path, TestRing.shape(raw: 50))
      try other.publish(events[0])
      try reader.refresh()
      #expect(try reader.events(from: 0, through: .max, limit: 100) == [events[0]])
    }
  }

  @Test func `frames after one come once each, whatever the wall clock does`() throws {
    var generator = SeededGenerator.fresh()
    var writer = try TestRing.inMemory()
    var clocks = TestRing.seconds(60)
    for index in 20..<40 { clocks[index].takenAtNanoseconds -= 3600 * second }
    for index in 40..<60 {
      clocks[index].boot = BootID(high: 7, low: 7)
      clocks[index].monotonicNanoseconds = UInt64(index) * second
    }
    let frames = generator.rawFrames(at: clocks)
    let reader = try FrameRingReader(path: writer.ring.path)
    var shown: [Frame] = []
    for (index, frame) in frames.enumerated() {
      try writer.publish(frame)
      guard let last = shown.last else {
        shown.append(frame)
        continue
      }
      if index % 7 == 6 { shown += try reader.frames(after: FrameStamp(last), limit: 100) }
    }
    if let last = shown.last { shown += try reader.frames(after: FrameStamp(last), limit: 100) }
    #expect(shown == frames, "\(generator.replay)")
    #expect(try reader.frames(after: FrameStamp(frames[59]), limit: 100) == [])
  }

  @Test func `where raw frames are overwritten, coarse ones stand for them`() throws {
    var generator = SeededGenerator.fresh()
    var writer = try TestRing.inMemory(TestRing.shape(raw: 20, tens: 10))
    let frames = generator.rawFrames(at: TestRing.seconds(600))
    for frame in frames { try writer.publish(frame) }
    let reader = try FrameRingReader(path: writer.ring.path)
    for (seen, slack) in [(590, 0), (560, 10), (300, 60)] {
      let after = try reader.frames(after: FrameStamp(frames[seen - 1]), limit: 1000)
      let samples = after.map(\.sampleCount).reduce(0, +)
      #expect((600 - seen...600 - seen + slack).contains(samples), "\(seen)")
      #expect(after.last.map { FrameStamp($0) } == FrameStamp(frames[599]))
    }
    #expect(try reader.frames(after: FrameStamp(frames[0]), limit: 5).count <= 5)
  }

  @Test func `tiers are known by kind and step, not by place`() throws {
    var tiers = TestRing.shape().tiers
    tiers.swapAt(0, 3)
    var ring = try RingWriter(
      inMemory: RingGeometry(tiers: tiers), identity: TestRing.identity())
    let frame = Scenario.idle(seconds: 1).frames[0]
    var generator = SeededGenerator.fresh()
    let event = generator.event(atNanoseconds: 100)
    var words: [UInt64] = []
    frame.write(into: &words, capacity: FrameCapacity(wordCount: tiers[3].payloadWordCapacity))
    try ring.publish(tier: 3, words.span)
    event.write(into: &words)
    try ring.publish(tier: 0, words.span)
    let reader = try FrameRingReader(path: ring.path)
    #expect(try reader.newest() == frame)
    #expect(try reader.everything() == [frame])
    #expect(try reader.events(from: 0, through: .max, limit: 9) == [event])
    #expect(reader.losses == FrameLosses())
  }
}
