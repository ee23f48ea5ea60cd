/// What the header of a ring file says, at the moment it was read.
public struct RingHeader: Hashable, Sendable {
  /// How the file is cut.
  public var geometry: RingGeometry
  /// Who writes it, about what.
  public var identity: RingIdentity
  /// The writer's last sign of life, CLOCK_REALTIME in nanoseconds; 0 before the first.
  public var heartbeatRealtimeNanoseconds: UInt64
  /// The same by CLOCK_MONOTONIC; comparable to ours only within the boot of `identity`.
  public var heartbeatMonotonicNanoseconds: UInt64
  /// Whether the writer ended in good order. A writer that is gone without this has died.
  public var isClosedCleanly: Bool
  /// Slots that writers had begun and not finished when they died, since the file was made.
  public var lostSlotCount: UInt64
  /// Whether this is the copy of a ring elsewhere: then the heartbeat is when we last heard that its writer
  /// lives, by our clocks.
  public var isMirror = false
  /// How many slots were ever published in each tier: the number that the next one will have.
  public var heads: [UInt64]

  /// The header of a new file.
  public init(geometry: RingGeometry, identity: RingIdentity) {
    self.geometry = geometry
    self.identity = identity
    heartbeatRealtimeNanoseconds = 0
    heartbeatMonotonicNanoseconds = 0
    isClosedCleanly = false
    lostSlotCount = 0
    heads = Array(repeating: 0, count: geometry.tiers.count)
  }

  /// The numbers that a tier can still hold, oldest to newest; empty before the first.
  ///
  /// The oldest may be overwritten at any moment.
  public func numbers(ofTier tier: Int) -> Range<UInt64> {
    geometry.oldest(ofTier: tier, head: heads[tier])..<heads[tier]
  }
}
