internal import CKernel
internal import Glibc
import Kernel

/// A ring in memory that follows one elsewhere: excerpts in, a file that readers of this host can open out.
///
///     let first = try RingExcerpt(bytes, from: "web1:21121")
///     var mirror = try RingMirror(of: first, slotCounts: first.header.geometry.tiers.map(\.slotCount))
///     try mirror.take(first, realtimeNanoseconds: …, monotonicNanoseconds: …)
///
/// The heartbeat in it is when the ring elsewhere was last heard of with its writer alive, by the clocks of
/// this host. Nothing of it is on a disk, and nothing is left when its owner ends.
public struct RingMirror: ~Copyable {
  private var access: SlotAccess
  private var header: RingHeader
  /// What is followed has other counts of slots.
  private var followed: RingGeometry
  private var heartbeatElsewhere: UInt64 = 0
  private var slot: [UInt64]

  /// The file, for this process and for those that may look into it, as long as the mirror lives.
  public let path: String

  /// An empty mirror of the ring that `excerpt` is of, with at most so many slots of each tier.
  ///
  /// Throws `impossibleGeometry`, or the call that failed (memfd_create, ftruncate).
  public init(of excerpt: RingExcerpt, slotCounts: [Int]) throws(RingError) {
    followed = excerpt.header.geometry
    header = Self.header(excerpt.header, slotCounts)
    let descriptor = try Self.file(header)
    path = "/proc/\(getpid())/fd/\(descriptor.number)"
    access = SlotAccess(RingFile(path, .descriptor(descriptor)), header.geometry)
    slot = Self.scratch(header.geometry)
  }

  /// Forgets all, and follows the ring that `excerpt` is of. The path stays; readers find another file there
  /// when they look again, as they do where a collector makes its ring anew.
  public mutating func restart(
    with excerpt: RingExcerpt, slotCounts: [Int]
  ) throws(RingError) {
    let header = Self.header(excerpt.header, slotCounts)
    let descriptor = try Self.file(header)
    try access.file.become(descriptor)
    access.geometry = header.geometry
    self.header = header
    followed = excerpt.header.geometry
    heartbeatElsewhere = 0
    slot = Self.scratch(header.geometry)
  }

  /// The number of the slot of `tier` to ask for next: what follows the newest one here; where there is none
  /// yet, the oldest that will have room when `head` were published.
  public func next(ofTier tier: Int, head: UInt64) -> UInt64 {
    header.heads[tier] > 0
      ? header.heads[tier] : header.geometry.oldest(ofTier: tier, head: head)
  }

  /// How many slots of each tier there is room for.
  public var slotCounts: [Int] { header.geometry.tiers.map(\.slotCount) }

  /// Takes over the slots of an excerpt that are newer than those here, and what it says of its writer.
  ///
  /// Throws `malformedExcerpt(.anotherRing)` where it is of a ring that was made anew: that takes another
  /// mirror.
  public mutating func take(
    _ excerpt: RingExcerpt, realtimeNanoseconds: UInt64, monotonicNanoseconds: UInt64
  ) throws(RingError) {
    let told = excerpt.header
    guard told.geometry == followed,
      told.identity.namespaceCookie == header.identity.namespaceCookie,
      zip(told.heads, header.heads).allSatisfy(>=)
    else { throw RingError(path, .malformedExcerpt(.anotherRing)) }
    for taken in excerpt.slots where taken.number >= header.heads[excerpt.tier] {
      guard let offset = header.geometry.slotOffset(tier: excerpt.tier, number: taken.number) else {
        continue
      }
      slot.replaceSubrange(0..<taken.words.count, with: excerpt.words[taken.words])
      try access.publish(
        &slot, taken.words.count, tier: excerpt.tier, number: taken.number, at: offset)
      header.heads[excerpt.tier] = taken.number + 1
    }
    if told.heartbeatRealtimeNanoseconds != heartbeatElsewhere {
      // At the first sight it may have been dead for long: its own clock says for how long.
      let age =
        heartbeatElsewhere == 0
        ? excerpt.realtimeNanoseconds
          - min(excerpt.realtimeNanoseconds, told.heartbeatRealtimeNanoseconds) : 0
      heartbeatElsewhere = told.heartbeatRealtimeNanoseconds
      header.heartbeatRealtimeNanoseconds = realtimeNanoseconds - min(age, realtimeNanoseconds)
      header.heartbeatMonotonicNanoseconds = monotonicNanoseconds - min(age, monotonicNanoseconds)
    }
    header.identity = told.identity
    header.isClosedCleanly = told.isClosedCleanly
    header.lostSlotCount = told.lostSlotCount
    let page = HeaderPage(header).words
    try access.file.write(page, 0..<page.count, at: 0)
  }

  /// A file with this header and nothing in its slots. Pages that nobody writes take no memory.
  private static func file(_ header: RingHeader) throws(RingError) -> Descriptor {
    if let fault = header.geometry.fault { throw RingError("(mirror)", .impossibleGeometry(fault)) }
    // SAFETY: the string lives for the call.
    let number = unsafe CKernel_memory_file("ullage-mirror")
    guard number >= 0 else {
      let error = SystemCallError("make", "a file in memory", Errno.last)
      throw RingError("(mirror)", .failed(error))
    }
    let file = RingFile("(mirror)", .descriptor(Descriptor(owning: number)))
    try file.truncate(header.geometry.byteCount)
    let page = HeaderPage(header).words
    try file.write(page, 0..<page.count, at: 0)
    return file.intoDescriptor()
  }

  private static func scratch(_ geometry: RingGeometry) -> [UInt64] {
    Array(repeating: 0, count: (geometry.tiers.map(\.slotByteCount).max() ?? 0) / 8)
  }

  private static func header(_ told: RingHeader, _ slotCounts: [Int]) -> RingHeader {
    var geometry = told.geometry
    for (tier, count) in slotCounts.enumerated() where geometry.tiers.indices.contains(tier) {
      geometry.tiers[tier].slotCount = min(max(count, 1), geometry.tiers[tier].slotCount)
    }
    var header = RingHeader(geometry: geometry, identity: told.identity)
    header.isMirror = true
    return header
  }
}
