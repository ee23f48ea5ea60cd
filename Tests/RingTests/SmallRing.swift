import Glibc
import Kernel
import OutputTestKit
import Ring

/// A ring of seven small slots, and the hands to change its bytes.
enum SmallRing {
  /// Four slots of twelve words, and three events of four.
  static let geometry = RingGeometry(tiers: [
    RingTier(kind: .frames, stepNanoseconds: 0, slotByteCount: 128, slotCount: 4),
    RingTier(kind: .events, stepNanoseconds: 0, slotByteCount: 64, slotCount: 3),
  ])

  /// One of a usual size: 25,137,152 bytes.
  static let large = RingGeometry(tiers: [
    RingTier(kind: .frames, stepNanoseconds: 0, slotByteCount: 8192, slotCount: 600),
    RingTier(kind: .frames, stepNanoseconds: 10_000_000_000, slotByteCount: 12_288, slotCount: 360),
    RingTier(
      kind: .frames, stepNanoseconds: 60_000_000_000, slotByteCount: 10_240, slotCount: 1440),
    RingTier(kind: .events, stepNanoseconds: 0, slotByteCount: 512, slotCount: 2048),
  ])

  static let identity = RingIdentity(
    bootID: BootID(high: 0x8be4_df61_93ca_11d2, low: 0xaa0d_00e0_9803_2b8c), namespaceCookie: 4097,
    namespaceInode: 4_026_531_840, namespaceName: "web", hostName: "proxy-1", writerPID: 812,
    writerStartRealtimeNanoseconds: 1_700_000_000_000_000_000, intervalNanoseconds: 1_000_000_000)

  /// The payload of slot `number`: as many words as fit, less some.
  static func words(_ number: UInt64, count: Int = 3) -> [UInt64] {
    (0..<UInt64(count)).map { number * 100 + $0 }
  }

  /// The bytes of a ring in which so many slots were published.
  static func bytes(_ frameCount: UInt64, events: UInt64 = 0) throws -> [UInt8] {
    var writer = try RingWriter(inMemory: geometry, identity: identity)
    try publish(&writer, frameCount)
    try publish(&writer, events, tier: 1)
    try writer.heartbeat(realtimeNanoseconds: 11, monotonicNanoseconds: 12)
    return try KernelFile.read(writer.path, limit: 1 << 20)
  }

  /// Publishes `count` slots with the payloads that `words` gives them.
  static func publish(
    _ writer: inout RingWriter, _ count: UInt64, tier: Int = 0
  ) throws(RingError) {
    for _ in 0..<count { try writer.publish(tier: tier, words(writer.heads[tier]).span) }
  }
}

extension [UInt8] {
  /// The word at a byte offset, little-endian.
  subscript(word offset: Int) -> UInt64 {
    get { (0..<8).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) } }
    set {
      for index in 0..<8 {
        self[offset + index] = UInt8(truncatingIfNeeded: newValue >> UInt64(8 * index))
      }
    }
  }
}

/// A directory of a test's own; it goes with its owner.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/ullage-ring-XXXXXX".utf8CString)
    // SAFETY: mkdtemp writes into the array, which ends with zero and lives for the call.
    guard unsafe mkdtemp(&template) != nil else { fatalError("no directory in /tmp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = try? Program("/bin/rm", ["-rf", path]).run() }

  /// A path in it.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Whether something is there under a name, be it a link to nowhere.
  func has(_ name: String) -> Bool {
    var status = stat()
    // SAFETY: the string lives for the call and the kernel fills the struct.
    return unsafe lstat(file(name), &status) == 0
  }

  /// Mode and length of what is there under a name.
  func status(_ name: String) -> (mode: UInt32, byteCount: Int) {
    var status = stat()
    // SAFETY: as above.
    unsafe lstat(file(name), &status)
    return (status.st_mode & 0o7777, Int(status.st_size))
  }
}

/// Cuts a file, or makes it longer.
func setLength(_ path: String, _ byteCount: Int) {
  // SAFETY: the string lives for the call.
  precondition(unsafe truncate(path, byteCount) == 0)
}
