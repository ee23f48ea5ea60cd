internal import Inet

/// Ports without owner that connect pools were given anew, and what follows for the pools that share these ports:
/// those of bind().
public struct RecalledShares: Sendable {
  private struct Key: Hashable {
    var kind: PoolOwner.Kind
    var id: UInt64
  }

  /// Ports without owner that somebody was given.
  private struct Given {
    var owner: PoolOwner
    var before = 0
    var after = 0
    var waitingAfter = 0
  }

  private var byAddress: [IPAddress: [Key: Given]] = [:]
  private var kinds: Set<PoolOwner.Kind> = []

  /// What became of the connect pools of `before`, which are those of `after` in the same order.
  public init(before: [Pool], after: [Pool]) {
    for (old, new) in zip(before, after) {
      guard case .connect(let source, _, _, _) = old.key else { continue }
      if old.owners != new.owners {
        kinds.formUnion(((old.owners ?? []) + (new.owners ?? [])).map(\.kind))
      }
      for owner in old.owners ?? [] where owner.inferredPorts > 0 {
        add(owner, at: source) { $0.before += owner.inferredPorts }
      }
      for owner in new.owners ?? [] where owner.inferredPorts > 0 {
        add(owner, at: source) {
          $0.after += owner.inferredPorts
          $0.waitingAfter += owner.inferredTimeWait
        }
      }
    }
  }

  private mutating func add(
    _ owner: PoolOwner, at address: IPAddress, _ change: (inout Given) -> Void
  ) {
    let key = Key(kind: owner.kind, id: owner.id)
    change(&byAddress[address, default: [:]][key, default: Given(owner: owner)])
  }

  /// The owners of a TCP pool without destinations, with its ports without owner divided as in the connect pools.
  ///
  /// What these do not account for stays with those that had it: it is of pools that are not listed.
  public func owners(of pool: Pool) -> [PoolOwner]? {
    guard var owners = pool.owners, case .bind(let scope) = pool.key else { return pool.owners }
    for kind in kinds.sorted(by: { $0.rawValue < $1.rawValue }) {
      owners = divided(kind, owners, pool, scope)
    }
    return owners
  }

  /// Whether the connect pools that are listed account for all ports of a pool that have no owner, by what changed.
  public func account(for pool: Pool) -> Bool {
    guard let owners = pool.owners, case .bind(let scope) = pool.key, !kinds.isEmpty else {
      return false
    }
    return kinds.allSatisfy { kind in
      let listed = given(kind, scope).values.reduce(0) { $0 + $1.after }
      return listed > 0 && listed >= Self.missing(owners.filter { $0.kind == kind }, pool, listed)
    }
  }

  /// The ports of a pool that were divided among `owners`, or might have been: those that `listed` are.
  private static func missing(_ owners: [PoolOwner], _ pool: Pool, _ listed: Int) -> Int {
    let free = pool.inUse - owners.reduce(0) { $0 + $1.livingPorts }
    return max(owners.reduce(0) { $0 + $1.inferredPorts }, min(listed, max(0, free)))
  }

  private func given(_ kind: PoolOwner.Kind, _ scope: BindLocal) -> [UInt64: Given] {
    var given: [UInt64: Given] = [:]
    for (address, shares) in byAddress where scope.covers(address) {
      for (key, share) in shares where key.kind == kind {
        given[key.id, default: Given(owner: share.owner)].before += share.before
        given[key.id]?.after += share.after
        given[key.id]?.waitingAfter += share.waitingAfter
      }
    }
    return given
  }

  private func divided(
    _ kind: PoolOwner.Kind, _ owners: [PoolOwner], _ pool: Pool, _ scope: BindLocal
  ) -> [PoolOwner] {
    let given = given(kind, scope)
    let mine = owners.filter { $0.kind == kind }
    let listed = given.values.reduce(0) { $0 + $1.after }
    if given.values.allSatisfy({ $0.before == 0 && $0.after == 0 }) { return owners }
    var all = mine
    for (id, share) in given.sorted(by: { $0.key < $1.key })
    where !mine.contains(where: { $0.id == id }) {
      var owner = share.owner
      (owner.ports, owner.timeWait, owner.inferredPorts) = (0, 0, 0)
      all.append(owner)
    }
    let missing = Self.missing(mine, pool, listed)
    // What pools that are not listed gave them, as far as there is room for it.
    let others = all.map { max(0, $0.inferredPorts - (given[$0.id]?.before ?? 0)) }
    let room = min(max(0, missing - listed), others.reduce(0, +))
    let kept = PoolOwner.shares(room, among: others)
    let weights = all.indices.map { (given[all[$0].id]?.after ?? 0) + kept[$0] }
    let shares = PoolOwner.shares(min(missing, listed + room), among: weights)
    let waits = all.indices.map { index in
      let (owner, known) = (all[index], given[all[index].id]?.waitingAfter ?? 0)
      let ofOthers = kept[index] * owner.inferredTimeWait / max(1, owner.inferredPorts)
      return shares[index] * (known + ofOthers) / max(1, weights[index])
    }
    let anew = all.indices.compactMap { index in
      all[index].given(waits: waits[index], orphans: shares[index] - waits[index])
    }
    return PoolOwner.replacing(kind, of: owners, with: anew)
  }
}

extension BindLocal {
  /// Whether a socket that connects from `address` holds a port of this scope.
  fileprivate func covers(_ address: IPAddress) -> Bool {
    switch self {
    case .address(let own): own == address
    case .any: true
    case .anyIPv4: address.isIPv4
    }
  }
}
