internal import Frames
internal import Inet
internal import Pools

/// What the connect pools without a series of their own can be: as many ports in use, and as little
/// headroom, as one of them can have.
struct OtherPools: Hashable, Sendable {
  /// The most ports that one has in use.
  let inUse: UInt64
  /// The capacity of each.
  let capacity: UInt64
  /// How many more will succeed in each, at least.
  let headroom: UInt64

  /// The pools of `frame` that have no place; nil when there are none, or nothing is known.
  init?(_ frame: Frame, _ hasPlace: (PoolKey) -> Bool) {
    if frame.flags.contains(.notCounted) { return nil }
    let capacity = UInt64(clamping: frame.connectCapacity)
    var isEmpty = true
    var inUse: UInt64 = 0
    var headroom = capacity
    if frame.other.pools > 0 || frame.other.inUseMaximum > 0 {
      isEmpty = false
      inUse = UInt64(clamping: frame.other.inUseMaximum)
      headroom = capacity - min(capacity, inUse)
    }
    for record in frame.pools where record.key.kind == .connect && !hasPlace(record.key) {
      isEmpty = false
      inUse = max(inUse, UInt64(record.inUse.last))
      headroom = min(headroom, UInt64(record.headroom.last))
    }
    if isEmpty { return nil }
    self.inUse = inUse
    self.capacity = capacity
    self.headroom = headroom
  }
}

extension Frame {
  /// Whether a connect pool that is not listed has no port in use.
  var listsAllConnectPools: Bool {
    other.pools == 0 && other.inUseMaximum == 0 && other.isExact
      && flags.isDisjoint(with: [.notCounted, .brief])
  }

  /// Whether a local address that is not listed has no port in use.
  var listsAllAddresses: Bool {
    other.addressInUseMaximum == 0 && flags.isDisjoint(with: [.notCounted, .brief])
  }
}
