public import Inet
public import Pools

/// Whom a running collector saw with ports: whose TIME_WAIT and orphans those are that the kernel has forgotten.
///
/// Names are as frames have them: cut after `OwnerRecord.nameByteCount` bytes.
public struct OwnerMemory: Hashable, Sendable {
  /// How old the frame was.
  public var ageNanoseconds: UInt64
  /// The range that its pools are of.
  public var range: PortRange
  /// Who held the tightest pools at the last count of all.
  public var pools: [PoolKey: SeenOwners]

  /// The memory given.
  public init(ageNanoseconds: UInt64, range: PortRange, pools: [PoolKey: SeenOwners]) {
    self.ageNanoseconds = ageNanoseconds
    self.range = range
    self.pools = pools
  }

  /// The memory of `frame`, the newest of the namespace with this cookie, as of `nowNanoseconds` on CLOCK_REALTIME.
  ///
  /// Nil where it is of another namespace, or names no owners.
  public init?(_ frame: Frame, ofCookie cookie: UInt64?, atNanoseconds now: UInt64) {
    guard frame.namespaceCookie == cookie else { return nil }
    ageNanoseconds = now - min(now, frame.takenAtNanoseconds)
    range = frame.range
    pools = [:]
    for record in frame.pools { pools[record.key] = frame.seenOwners(of: record) }
    if pools.isEmpty { return nil }
  }
}

extension Frame {
  /// The owners that a pool of this frame names, and what others have of it; nil where it names none.
  func seenOwners(of record: PoolRecord) -> SeenOwners? {
    let named = owners(of: record).map { owner in
      PoolOwner(
        kind: PoolOwner.Kind(owner.kind), id: owner.id, name: owner.name, ports: owner.ports,
        timeWait: owner.timeWait, isInferred: owner.isInferred)
    }
    if named.isEmpty { return nil }
    let rest = record.otherOwners
    return SeenOwners(
      named, restTimeWait: rest.ports == 0 ? 0 : rest.timeWait, restPorts: rest.ports)
  }
}

extension SeenOwners {
  /// Calls those whose names a frame has cut as they are called now, where just one of `owners` can be meant.
  mutating func nameInFull(_ known: [PoolOwner]) {
    for index in owners.indices {
      guard let name = owners[index].name, OwnerRecord.mayBeCut(name) else { continue }
      let full = known.filter { owner in
        owner.kind == owners[index].kind && owner.name.map { OwnerRecord.cut($0) == name } ?? false
      }
      if full.count == 1 { owners[index].name = full[0].name }
    }
  }
}
