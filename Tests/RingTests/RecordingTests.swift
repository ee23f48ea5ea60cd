import Kernel
import KernelTestKit
import OutputTestKit
import PropertyTestKit
import Testing

@testable import Ring

@Suite struct RecordingTests {
  @Test func `a recording goes on where a ring goes round, and loses nothing`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    var writer = try SmallRing.recording(path)
    var reader = try RingReader(path: path)
    var cursors = [RingCursor(tier: 0, from: 0), RingCursor(tier: 1, from: 0)]
    var words: [UInt64] = []
    #expect(reader.geometry.isRecording)
    #expect(directory.status("recording").byteCount == 4096)
    var generator = SeededGenerator.fresh()
    for _ in 0..<300 {
      // One tier may run far ahead of the other.
      let tier = generator.oneIn(5) ? 0 : 1
      #expect(try cursors[tier].next(from: &reader, into: &words) == .end)
      let number = writer.heads[tier]
      let payload = SmallRing.words(number, count: Int(number % 5))
      #expect(try writer.publish(tier: tier, payload.span) == number)
      let step = try cursors[tier].next(from: &reader, into: &words)
      #expect(step == .slot(number: number, wordCount: payload.count), "\(generator.replay)")
      #expect(Array(words[..<payload.count]) == payload)
    }
    #expect(try reader.header().heads == writer.heads)
    for (tier, head) in writer.heads.enumerated() {
      #expect(try reader.oldest(tier) == 0)
      var cursor = RingCursor(tier: tier, from: 0)
      var count: UInt64 = 0
      while case .slot(let number, _) = try cursor.next(from: &reader, into: &words) {
        #expect(number == count)
        count += 1
      }
      #expect(count == head)
    }
    try writer.heartbeat(realtimeNanoseconds: 5, monotonicNanoseconds: 6)
    #expect(try reader.header().heartbeatRealtimeNanoseconds == 5)
    try writer.close()
    #expect(try reader.header().isClosedCleanly)
    let verification = try RingVerification(of: &reader)
    #expect(verification.isSound)
    #expect(verification.tiers.map(\.publishedCount).reduce(0, +) == 300)
    #expect(try Directory.names(in: directory.path) == ["recording"])
  }

  @Test func `a slot stands in the segment of its round`() {
    let geometry = SmallRing.recordingGeometry
    // Segments of 4 × 128 + 3 × 64 bytes.
    #expect(geometry.segmentByteCount == 704)
    #expect(geometry.byteCount == 4096)
    for (tier, number, offset) in [
      (0, 0, 4096), (0, 3, 4480), (0, 4, 4800), (0, 9, 5632), (1, 0, 4608), (1, 2, 4736),
      (1, 3, 5312),
    ] as [(Int, UInt64, Int)] {
      #expect(geometry.slotOffset(tier: tier, number: number) == offset)
    }
    let most = RingGeometry.recordedCountMax
    #expect(geometry.slotOffset(tier: 0, number: most - 1) != nil)
    #expect(geometry.slotOffset(tier: 0, number: most) == nil)
    #expect(geometry.slotOffset(tier: 0, number: .max) == nil)
  }

  @Test func `cut anywhere, a recording holds what was whole before`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    var writer = try SmallRing.recording(path)
    try SmallRing.publish(&writer, 11)
    try SmallRing.publish(&writer, 5, tier: 1)
    let whole = try KernelFile.read(path, limit: 1 << 20)
    for length in stride(from: 4096, through: whole.count, by: 8) {
      var reader = try RingReader(bytes: Array(whole[..<length]))
      var words: [UInt64] = []
      for (tier, count) in [(0, 11), (1, 5)] {
        for number in 0..<UInt64(count) {
          // A slot of three words ends seven words behind its start.
          let offset = try #require(
            SmallRing.recordingGeometry.slotOffset(tier: tier, number: number))
          let reading = try reader.read(tier: tier, number: number, into: &words)
          if length >= offset + 56 {
            #expect(reading == .published(wordCount: 3), "\(length), \(tier), \(number)")
            #expect(Array(words[..<3]) == SmallRing.words(number))
          } else {
            #expect(reading != .published(wordCount: 3), "\(length), \(tier), \(number)")
          }
        }
      }
      _ = try RingVerification(of: &reader)
    }
  }

  @Test func `stopped after any of its writes, a recording has every slot that was whole`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    var writer = try SmallRing.recording(path)
    try SmallRing.publish(&writer, 4)
    let before = try KernelFile.read(path, limit: 1 << 20)
    try SmallRing.publish(&writer, 1)
    let after = try KernelFile.read(path, limit: 1 << 20)
    // The four writes of a slot: odd sequence, payload, even sequence, head. Slot 4 begins segment 1.
    var states: [(bytes: [UInt8], count: UInt64)] = []
    var bytes = before + [UInt8](repeating: 0, count: 4800 - before.count + 8)
    bytes[word: 4800] = RingLayout.writing(4)
    states.append((bytes, 4))
    bytes += after[4808...]
    states.append((bytes, 4))
    bytes[word: 4800] = RingLayout.published(4)
    states.append((bytes, 5))
    bytes[word: RingLayout.headsOffset] = 5
    states.append((bytes, 5))
    #expect(bytes == after)
    for (bytes, count) in states {
      var reader = try RingReader(bytes: bytes)
      #expect(try reader.head(0) == count)
      #expect(try reader.header().heads[0] == count)
      var words: [UInt64] = []
      for number in 0..<count {
        #expect(
          try reader.read(tier: 0, number: number, into: &words) == .published(wordCount: 3))
      }
      #expect(try RingVerification(of: &reader).tiers[0].publishedCount == Int(count))
    }
  }

  @Test func `no file makes a reader believe in more slots than it has room for`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    var writer = try SmallRing.recording(path)
    try SmallRing.publish(&writer, 6)
    var bytes = try KernelFile.read(path, limit: 1 << 20)
    for head: UInt64 in [9, 1 << 20, 1 << 61, .max >> 2] {
      bytes[word: RingLayout.headsOffset] = head
      var reader = try RingReader(bytes: bytes)
      #expect(try reader.head(0) == 8)
    }
    // However long a file is, and its header may say anything.
    try TestFile.write(bytes, to: path)
    setLength(path, 1 << 42)
    var reader = try RingReader(path: path)
    #expect(try reader.head(0) == RingGeometry.recordedCountMax)
  }

  @Test func `a recording is not written over a file`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    try TestFile.write([1, 2], to: path)
    #expect(throws: RingError(path, .exists)) { _ = try SmallRing.recording(path) }
    #expect(try KernelFile.read(path) == [1, 2])
    #expect(try Directory.names(in: directory.path) == ["recording"])
  }

  @Test(.needsRoot) func `a full disk ends a recording between two slots`() throws {
    let directory = TemporaryDirectory()
    try RefusedPathTests.mount(directory.path, kilobytes: 20)
    defer { RefusedPathTests.unmount(directory.path) }
    let path = directory.file("recording")
    var writer = try SmallRing.recording(path)
    let failed = SystemCallError("write", path, .noSpace)
    #expect(throws: RingError(path, .failed(failed))) {
      while true { try writer.publish(tier: 0, SmallRing.words(writer.heads[0]).span) }
    }
    // Its header is there, and goes on being written.
    try writer.heartbeat(realtimeNanoseconds: 7, monotonicNanoseconds: 8)
    var reader = try RingReader(path: path)
    let count = try reader.head(0)
    #expect(count == writer.heads[0] && count > 80)
    #expect(try RingVerification(of: &reader).tiers[0].publishedCount == Int(count))
  }
}

extension SmallRing {
  /// The tiers of `geometry`, four and three slots a segment.
  static let recordingGeometry = RingGeometry(tiers: geometry.tiers, isRecording: true)

  /// A recording of small slots.
  static func recording(_ path: String) throws(RingError) -> RingWriter {
    try RingWriter(recording: path, geometry: recordingGeometry, identity: identity)
  }
}
