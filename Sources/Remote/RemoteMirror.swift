internal import Kernel
internal import Ring

/// Keeps a `RingMirror` up with a ring elsewhere: readers of this host open `path` as they do any ring.
public actor RemoteMirror {
  /// How much of the past is fetched.
  public enum Extent: Hashable, Sendable {
    /// The newest 300 samples, 5 minutes at 1 s, and 64 events: 2.5 MiB at most, before it is compressed.
    case recent
    /// All that there is: 24 MiB at most by default, before it is compressed.
    case everything
  }

  /// The file of the mirror.
  public nonisolated let path: String
  /// How far the clock there was ahead of ours when the mirror was made, in nanoseconds, half of the way
  /// there and back left out.
  public nonisolated let clockAheadNanoseconds: Int64
  private let ring: RemoteRing
  private let extent: Extent
  private var mirror: RingMirror
  /// How often its writer means to publish.
  private var intervalNanoseconds: UInt64

  /// A mirror with what there is now: some requests, one for each 512 KiB of a tier.
  public init(of ring: RemoteRing, _ extent: Extent) async throws(RemoteError) {
    self.ring = ring
    self.extent = extent
    let asked = Clock.realtimeNanoseconds()
    let first = try await ring.excerpt(tier: 0, from: nil)
    let middle = asked / 2 + Clock.realtimeNanoseconds() / 2
    clockAheadNanoseconds = Int64(clamping: first.realtimeNanoseconds) - Int64(clamping: middle)
    intervalNanoseconds = first.header.identity.intervalNanoseconds
    do throws(RingError) {
      mirror = try RingMirror(of: first, slotCounts: extent.slotCounts(first.header.geometry))
      path = mirror.path
    } catch {
      throw .ring(error)
    }
    try await follow()
  }

  /// How long to wait between two looks: half of the writer's interval, within 100 ms and 1 s.
  public var pauseNanoseconds: UInt64 {
    min(max(intervalNanoseconds / 2, 100_000_000), 1_000_000_000)
  }

  /// Fetches what has come since. One request where nothing has.
  public func follow() async throws(RemoteError) {
    // Before there is anything here, the header says from where on.
    let newest = mirror.next(ofTier: 0, head: 0)
    let first = try await ring.excerpt(tier: 0, from: newest > 0 ? newest : nil)
    guard try take(first) else { return }
    let head = first.header
    intervalNanoseconds = head.identity.intervalNanoseconds
    for tier in extent.tiers(head.geometry) {
      while case let next = mirror.next(ofTier: tier, head: head.heads[tier]),
        next < head.heads[tier]
      {
        let excerpt = try await ring.excerpt(tier: tier, from: next)
        // Of another ring than the header was: the next look begins with that.
        guard excerpt.tier == tier, try take(excerpt) else { return }
        // Whoever answers decides what comes, and not for how long we ask.
        if mirror.next(ofTier: tier, head: head.heads[tier]) <= next { break }
      }
    }
  }

  /// Takes over what is new; false where the ring there was made anew, and so is the mirror.
  private func take(_ excerpt: RingExcerpt) throws(RemoteError) -> Bool {
    let (realtime, monotonic) = (Clock.realtimeNanoseconds(), Clock.monotonicNanoseconds())
    do throws(RingError) {
      do throws(RingError) {
        try mirror.take(
          excerpt, realtimeNanoseconds: realtime, monotonicNanoseconds: monotonic)
        return true
      } catch {
        guard case .malformedExcerpt(.anotherRing) = error.reason else { throw error }
        // Made anew there: so it is here.
        try mirror.restart(
          with: excerpt, slotCounts: extent.slotCounts(excerpt.header.geometry))
        try mirror.take(
          excerpt, realtimeNanoseconds: realtime, monotonicNanoseconds: monotonic)
        return false
      }
    } catch {
      throw .ring(error)
    }
  }
}

extension RemoteMirror.Extent {
  /// The tiers that are fetched.
  func tiers(_ geometry: RingGeometry) -> [Int] {
    geometry.tiers.indices.filter { self == .everything || Self.isRecent(geometry.tiers[$0]) }
  }

  /// How many slots of each tier there is to be room for.
  ///
  /// A little less than the ring has: its oldest go while they are fetched. And no more than fit into 128 MiB in
  /// all, whatever somebody's header says.
  func slotCounts(_ geometry: RingGeometry) -> [Int] {
    let byteCountMax = 134_217_728 / geometry.tiers.count
    return geometry.tiers.map { tier in
      let most = min(tier.slotCount - tier.slotCount / 16, byteCountMax / tier.slotByteCount)
      guard self == .recent else { return most }
      return Self.isRecent(tier) ? min(most, tier.kind == .events ? 64 : 300) : 1
    }
  }

  private static func isRecent(_ tier: RingTier) -> Bool {
    tier.kind == .events || tier.kind == .frames && tier.stepNanoseconds == 0
  }
}
