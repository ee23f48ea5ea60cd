import FrameRing
import Frames
import FramesTestKit
import Glibc
import Kernel
import PropertyTestKit
import Ring

/// Rings of tests: their shape, their writer, and moments.
enum TestRing {
  static let boot = BootID(high: 0x3344, low: 0x1122)
  static let second: UInt64 = 1_000_000_000

  static func identity(
    host: String = Machine.hostName(), started: UInt64 = 1
  ) -> RingIdentity {
    RingIdentity(
      bootID: boot, namespaceCookie: 1, namespaceInode: 2, namespaceName: "host", hostName: host,
      writerPID: 812, writerStartRealtimeNanoseconds: started, intervalNanoseconds: second)
  }

  static func shape(
    raw: Int = 600, tens: Int = 360, minutes: Int = 100, events: Int = 16
  ) -> RingGeometry {
    var shape = FrameRingShape()
    shape.rawCount = raw
    shape.tenSecondCount = tens
    shape.minuteCount = minutes
    shape.eventCount = events
    return shape.geometry
  }

  /// A writer into memory; its path can be read as long as it lives.
  static func inMemory(_ geometry: RingGeometry = shape()) throws -> FrameRingWriter {
    try FrameRingWriter(RingWriter(inMemory: geometry, identity: identity()))
  }

  /// A writer into a file.
  static func at(_ path: String, _ geometry: RingGeometry = shape()) throws -> FrameRingWriter {
    try FrameRingWriter(RingWriter(path: path, geometry: geometry, identity: identity()))
  }

  /// Runs `body` with a directory that is gone afterwards.
  static func withDirectory(_ body: (String) throws -> Void) throws {
    var name = Array("/tmp/ullage-ring-XXXXXX".utf8CString)
    // SAFETY: mkdtemp writes into the array, which ends with zero.
    guard unsafe mkdtemp(&name) != nil else { throw Errno.last }
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      // SAFETY: the strings live for the calls.
      for file in (try? Directory.names(in: path)) ?? [] { unsafe unlink("\(path)/\(file)") }
      unsafe rmdir(path)
    }
    try body(path)
  }

  /// Changes one byte of a file.
  static func damage(_ path: String, at offset: Int) throws {
    let file = try Descriptor(opening: path, flags: O_RDWR)
    var byte: UInt8 = 0
    // SAFETY: one byte of our own, for both calls.
    guard unsafe pread(file.number, &byte, 1, offset) == 1 else { throw Errno.last }
    try write(byte ^ 0x5a, path, at: offset)
  }

  /// Puts one byte into a file.
  static func write(_ byte: UInt8, _ path: String, at offset: Int) throws {
    let file = try Descriptor(opening: path, flags: O_RDWR)
    var byte = byte
    // SAFETY: one byte of our own.
    guard unsafe pwrite(file.number, &byte, 1, offset) == 1 else { throw Errno.last }
  }

  /// Every second a moment, from a whole minute on.
  static func seconds(_ count: Int, from second: UInt64 = 1_795_228_920) -> [FrameStamp] {
    (0..<UInt64(count)).map { index in
      var frame = Scenario.idle(seconds: 1).frames[0]
      frame.boot = boot
      frame.takenAtNanoseconds = (second + index) * Self.second
      frame.monotonicNanoseconds = (1000 + index) * Self.second
      return FrameStamp(frame)
    }
  }
}

extension FrameRingReader {
  /// All that there is, without folding.
  func everything() throws(RingError) -> [Frame] { try frames(from: 0, through: .max, limit: .max) }
}
