internal import Frames
internal import Inet
internal import Owners
internal import Pools

/// Divides sockets without owner as a collector saw them: the same division as that of the snapshot's pools.
struct RecalledOwners {
  /// Gives each owner that a collector saw its place among the owners, from 0 on.
  typealias Place = (_ id: UInt64, _ name: String?) -> Int

  private let memory: OwnerMemory
  private let kind: PoolOwner.Kind
  /// Whether something was divided as it was seen.
  private(set) var isUsed = false

  /// What `memory` knows of owners of `kind`; nil where it can know nothing of ports of `range`.
  init?(_ memory: OwnerMemory?, _ kind: OwnerKind, of range: PortRange) {
    guard let memory, memory.range == range, let kind = PoolOwner.Kind(rawValue: kind.rawValue)
    else { return nil }
    self.memory = memory
    self.kind = kind
  }

  /// Who held a pool; nil where nothing is remembered of it.
  private func remembered(_ pool: TupleKey) -> SeenOwners? {
    let key = PoolKey.connect(
      source: pool.source, destination: pool.destination, port: pool.port,
      interface: pool.interface)
    return memory.pools[key].flatMap { seen in
      seen.owners.contains { $0.kind == kind } ? seen : nil
    }
  }

  /// Whether somebody else than the root cgroup is remembered of one of these pools.
  func knows(anyOf pools: [TupleKey]) -> Bool {
    pools.contains { pool in
      remembered(pool)?.owners.contains { $0.kind != .cgroup || $0.name != "/" } ?? false
    }
  }

  /// Who gets the sockets of a pool that have no owner; nil where nothing is remembered of it.
  mutating func shares(
    of pool: TupleKey, _ sockets: () -> OwnerlessSockets, _ place: Place
  ) -> [OwnerlessShare]? {
    guard let remembered = remembered(pool) else { return nil }
    let sockets = sockets()
    var seen = SeenOwners(
      [], restTimeWait: remembered.restTimeWait, restPorts: remembered.restPorts)
    for owner in remembered.owners where owner.kind == kind {
      let number = UInt64(OwnerCounts.firstKnown + place(owner.id, owner.name))
      if let known = seen.owners.firstIndex(where: { $0.id == number }) {
        seen.owners[known].ports += owner.ports
        seen.owners[known].timeWait += owner.timeWait
      } else {
        seen.owners.append(
          PoolOwner(
            kind: kind, id: number, name: nil, ports: owner.ports, timeWait: owner.timeWait,
            isInferred: false))
      }
    }
    let ownerless = sockets.waiting + sockets.orphaned
    let divided = PoolOwner.divided(
      kind,
      sockets.living.map {
        PoolOwner.Holder(
          id: UInt64($0.key), name: nil, ports: $0.value, timeWait: 0, weight: $0.value)
      }.sorted { $0.id < $1.id }, missing: ownerless, waiting: sockets.waiting)
    let inUse = ownerless + sockets.living.values.reduce(0, +)
    let recalled = PoolOwner.recalled(divided, seen, inUse: inUse, timeWait: sockets.waiting)
    isUsed = isUsed || seen.restTimeWait != nil
    return recalled.filter { $0.inferredPorts > 0 }.map { owner in
      OwnerlessShare(
        owner: Int(owner.id), waiting: owner.inferredTimeWait,
        orphaned: owner.inferredPorts - owner.inferredTimeWait)
    }
  }
}
