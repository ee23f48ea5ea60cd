internal import Census
internal import Inet
internal import Owners
internal import Pools
internal import Synchronization

/// Who holds the ports of pools.
extension Sampler where Transport: ~Copyable {
  /// Puts owners by cgroup and by user into `pools`, and their numbers into `addresses`; nothing where they were not
  /// counted.
  func addOwners(to pools: inout [Pool], _ addresses: inout [AddressSnapshot]) {
    guard let owners, let ownerNames else { return }
    ownerNames.beginPass()
    addConnectOwners(to: &pools, owners, ownerNames)
    addSharedOwners(to: &pools, owners, ownerNames)
    for index in addresses.indices where addresses[index].pool.key.transport == .tcp {
      let count = owners.ownerCount(of: addresses[index].address)
      addresses[index].cgroupCount = count.cgroups
      addresses[index].userCount = count.users
    }
  }

  private static var kinds: [OwnerKind] { [.cgroup, .user] }

  private func addConnectOwners(
    to pools: inout [Pool], _ owners: OwnerCensus, _ names: OwnerNames
  ) {
    let connects = pools.indices.filter { pools[$0].key.kind == .connect }
    let counts = connects.compactMap { pools[$0].key.connectCount }
    guard counts.count == connects.count else { return }
    for (index, holdings) in zip(connects, owners.holdings(of: counts)) {
      let pool = pools[index]
      pools[index].owners = Self.kinds.flatMap { kind in
        let holders = OwnerInference.holders(kind, holdings) {
          names.owner(kind, $0)
        }.map {
          ($0.id, names.name(kind, $0.id), $0.ports, $0.timeWait)
        }
        return PoolOwner.divided(
          kind.poolOwnerKind, holders, inUse: pool.inUse, timeWait: pool.states?[.timeWait] ?? 0)
      }
    }
  }

  /// Owners of pools without destinations: distinct ports, whoever else has them too.
  private func addSharedOwners(
    to pools: inout [Pool], _ owners: OwnerCensus, _ names: OwnerNames
  ) {
    let wanted = pools.indices.filter { pools[$0].key.scope != nil }
    if wanted.isEmpty { return }
    let sides = side.state.withLock { $0 }
    var tcp = PortHolders(), udp = PortHolders()
    tcp.add(owners)
    if let idle = sides.idleBindOwners { tcp.add(idle) }
    if let bound = sides.udpOwners { udp.add(bound) }
    let waiting = poolsWithOwnerless
    let holdings = owners.holdings(of: waiting)
    for index in wanted { pools[index].owners = [] }
    for kind in Self.kinds {
      let inference = OwnerInference(kind, waiting, holdings, names)
      for index in wanted {
        guard let scope = pools[index].key.scope else { continue }
        let isTCP = pools[index].key.transport == .tcp
        let held = Self.merged((isTCP ? tcp : udp).holders(kind, of: scope)) { id in
          names.owner(kind, id)
        }
        let inferred = isTCP ? inference.shares(of: scope) : [:]
        let isCut = !isTCP || waiting.count == OwnerInference.poolLimit
        let found = Self.divided(kind, held, inferred, pools[index], names, isCut: isCut)
        pools[index].owners? += found
      }
    }
  }

  /// What owners hold, by the numbers that they are counted under: ports that several cgroups hold are one's.
  private static func merged(
    _ held: [UInt64: HeldPorts], _ owner: (UInt64) -> UInt64
  ) -> [UInt64: HeldPorts] {
    var merged: [UInt64: HeldPorts] = [:]
    for id in held.keys.sorted() {
      guard let ports = held[id] else { continue }
      let key = owner(id)
      if merged[key] == nil { merged[key] = ports } else { merged[key]?.formUnion(ports) }
    }
    return merged
  }

  /// The connect pools that may have ports of which the kernel does not tell the owner.
  private var poolsWithOwnerless: [ConnectCount] {
    var pools: [ConnectCount] = []
    for index in 0..<census.poolCount where pools.count < OwnerInference.poolLimit {
      let count = census.pool(at: index)
      // All but the living ones, which orphans may be among.
      if count.states.total > count.states[.established] { pools.append(count) }
    }
    return pools
  }

  /// Divides what is left as in the connect pools, whose sockets these are: of a pool where nobody is known, nobody
  /// gets any. Where these were not all looked at (`isCut`) the rest goes in proportion to what is known.
  private static func divided(
    _ kind: OwnerKind, _ held: [UInt64: HeldPorts], _ inferred: [UInt64: OwnerInference.Share],
    _ pool: Pool, _ names: OwnerNames, isCut: Bool
  ) -> [PoolOwner] {
    var known = PortSet()
    for ports in held.values { known.formUnion(ports.all) }
    let total = inferred.values.reduce(0) { $0 + $1.ports }
    let left = max(0, pool.inUse - known.count)
    let missing = isCut ? left : min(left, total)
    let waits = inferred.values.reduce(0) { $0 + $1.waiting }
    let holders = Set(held.keys).union(inferred.keys).sorted().map { id in
      let ports = held[id].map { $0.all.count } ?? 0
      return PoolOwner.Holder(
        id: id, name: names.name(kind, id), ports: ports,
        timeWait: held[id]?.waitingCount ?? 0,
        weight: total > 0 ? inferred[id]?.ports ?? 0 : ports)
    }
    // Where nothing tells, what waits by the sockets of the address.
    let waiting =
      total > 0 ? missing * waits / total : min(missing, pool.states?[.timeWait] ?? missing)
    return PoolOwner.divided(kind.poolOwnerKind, holders, missing: missing, waiting: waiting)
  }
}

extension PoolKey {
  /// The count of a connect pool with this key, of nothing; nil for other kinds.
  var connectCount: ConnectCount? {
    guard case .connect(let source, let destination, let port, let interface) = self else {
      return nil
    }
    return ConnectCount(
      source: source, destination: destination, destinationPort: port, interface: interface)
  }

  /// The local ends that share this pool; nil for connect pools.
  var scope: PortScope? {
    switch self {
    case .connect: nil
    case .bind(.address(let address)), .udpBind(.address(let address)): .address(address)
    case .bind(.any), .udpBind(.any), .udp(.ipv6): .everything
    case .bind(.anyIPv4), .udpBind(.anyIPv4), .udp(.ipv4): .ipv4
    }
  }
}
