internal import Census
internal import Inet
internal import Owners
internal import Pools

/// Ports without owner of connect pools, given to those who hold others of the same pool, summed up by local
/// address: how the ports without owner of binds, whose sockets these are, are to be weighed.
struct OwnerInference {
  /// Ports given to somebody, and those of them in TIME_WAIT.
  struct Share {
    var ports = 0
    var waiting = 0
  }

  private var byAddress: [IPAddress: [UInt64: Share]] = [:]

  /// The most pools that are looked at; what is without owner in more is weighed like what is known.
  static var poolLimit: Int { 16_384 }

  /// Divides the pools of `holdings`, which are those of `pools`, by cgroup or by user.
  init(
    _ kind: OwnerKind, _ pools: [ConnectCount], _ holdings: [[OwnerHolding]], _ names: OwnerNames
  ) {
    for (pool, holdings) in zip(pools, holdings) {
      let holders = Self.holders(kind, holdings) { names.owner(kind, $0) }
      let known = holders.reduce(0) { $0 + $1.ports }
      let inUse = pool.states.total
      guard known > 0, inUse > known else { continue }
      for owner in PoolOwner.divided(
        kind.poolOwnerKind, holders, inUse: inUse, timeWait: pool.states[.timeWait])
      {
        guard let holder = holders.first(where: { $0.id == owner.id }) else { continue }
        byAddress[pool.source, default: [:]][owner.id, default: Share()].ports +=
          owner.ports - holder.ports
        byAddress[pool.source, default: [:]][owner.id, default: Share()].waiting +=
          max(0, owner.timeWait - holder.timeWait)
      }
    }
  }

  /// What owners hold of a pool, by cgroup or by user, in order of their numbers; without names. `owner` gives the
  /// number that a cgroup or a user is counted under.
  static func holders(
    _ kind: OwnerKind, _ holdings: [OwnerHolding], _ owner: (UInt64) -> UInt64
  ) -> [(id: UInt64, name: String?, ports: Int, timeWait: Int)] {
    var sums: [UInt64: (ports: Int, timeWait: Int)] = [:]
    for holding in holdings {
      let id = kind == .cgroup ? holding.cgroup : holding.user.map { UInt64($0) }
      guard let id = id.map(owner) else { continue }
      sums[id, default: (0, 0)].ports += holding.ports
      sums[id, default: (0, 0)].timeWait += holding.waiting
    }
    return sums.sorted { $0.key < $1.key }.map { ($0, nil, $1.ports, $1.timeWait) }
  }

  /// What was given to each owner of connects from the addresses of `scope`.
  func shares(of scope: PortScope) -> [UInt64: Share] {
    if case .address(let address) = scope { return byAddress[address] ?? [:] }
    var sums: [UInt64: Share] = [:]
    for (address, shares) in byAddress where scope == .everything || address.isIPv4 {
      for (id, share) in shares {
        sums[id, default: Share()].ports += share.ports
        sums[id, default: Share()].waiting += share.waiting
      }
    }
    return sums
  }
}
