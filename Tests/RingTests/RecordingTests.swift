import Kernel
import KernelTestKit
import OutputTestKit
import Testing

@testable import Ring

@Suite struct RecordingTests {
  @Test func `a recording grows, and its count is its length`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    var writer = try RecordingWriter(
      path: path, slotByteCount: 128, identity: SmallRing.identity)
    var reader = try RingReader(path: path)
    var cursor = RingCursor(tier: 0, from: 0)
    var words: [UInt64] = []
    #expect(reader.geometry.isRecording)
    for number: UInt64 in 0..<300 {
      #expect(try cursor.next(from: &reader, into: &words) == .end)
      let payload = SmallRing.words(number, count: Int(number % 13))
      #expect(try writer.publish(payload.span) == number)
      let step = try cursor.next(from: &reader, into: &words)
      #expect(step == .slot(number: number, wordCount: payload.count))
      #expect(Array(words[..<payload.count]) == payload)
    }
    #expect(try reader.header().heads == [300])
    #expect(directory.status("recording").byteCount == 4096 + 300 * 128)
    try writer.heartbeat(realtimeNanoseconds: 5, monotonicNanoseconds: 6)
    #expect(try reader.header().heartbeatRealtimeNanoseconds == 5)
    try writer.close()
    #expect(try reader.header().isClosedCleanly)
    let verification = try RingVerification(of: &reader)
    #expect(verification.isSound && verification.tiers[0].publishedCount == 300)
    #expect(try Directory.names(in: directory.path) == ["recording"])
  }

  @Test func `cut anywhere, a recording holds what was whole before`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    var writer = try RecordingWriter(
      path: path, slotByteCount: 64, identity: SmallRing.identity)
    for number: UInt64 in 0..<5 { try writer.publish(SmallRing.words(number).span) }
    let whole = try KernelFile.read(path, limit: 1 << 20)
    for length in 4096...whole.count {
      var reader = try RingReader(bytes: Array(whole[..<length]))
      var cursor = RingCursor(tier: 0, from: 0)
      var words: [UInt64] = []
      var count = 0
      while case .slot = try cursor.next(from: &reader, into: &words) { count += 1 }
      #expect(count == (length - 4096) / 64)
    }
  }

  @Test func `a recording is not written over a file`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    try TestFile.write([1, 2], to: path)
    #expect(throws: RingError(path, .exists)) {
      _ = try RecordingWriter(path: path, identity: SmallRing.identity)
    }
    #expect(try KernelFile.read(path) == [1, 2])
    #expect(try Directory.names(in: directory.path) == ["recording"])
  }

  @Test(.needsRoot) func `a full disk ends a recording between two slots`() throws {
    let directory = TemporaryDirectory()
    try RefusedPathTests.mount(directory.path, kilobytes: 20)
    defer { RefusedPathTests.unmount(directory.path) }
    let path = directory.file("recording")
    var writer = try RecordingWriter(
      path: path, slotByteCount: 3000, identity: SmallRing.identity)
    let failed = SystemCallError("write", path, .noSpace)
    #expect(throws: RingError(path, .failed(failed))) {
      while true { try writer.publish(SmallRing.words(writer.count).span) }
    }
    #expect(writer.count == 5)
    #expect(directory.status("recording").byteCount == 4096 + 5 * 3000)
    var reader = try RingReader(path: path)
    #expect(try RingVerification(of: &reader).tiers[0].publishedCount == 5)
  }
}
