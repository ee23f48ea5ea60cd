internal import Census
internal import Inet
internal import Kernel
internal import Owners
internal import Pools

/// Names of owners, as the last pass needed them.
struct OwnerNames {
  var cgroups = CgroupNames()
  let users = UserNames()
}

/// Who holds the ports of the chosen pools.
extension Sampler where Transport: ~Copyable {
  /// Puts owners by cgroup and by user into the connect pools among `pools`, and their numbers into `addresses`;
  /// nothing where they were not counted.
  func addOwners(to pools: inout [Pool], _ addresses: inout [AddressSnapshot]) {
    guard let owners else { return }
    var names = OwnerNames()
    let connects = pools.indices.filter { pools[$0].key.kind == .connect }
    let counts = connects.compactMap { pools[$0].key.connectCount }
    guard counts.count == connects.count else { return }
    for (index, holdings) in zip(connects, owners.holdings(of: counts)) {
      pools[index].owners =
        divided(.cgroup, holdings, pools[index], &names)
        + divided(.user, holdings, pools[index], &names)
    }
    for index in addresses.indices where addresses[index].pool.key.transport == .tcp {
      let count = owners.ownerCount(of: addresses[index].address)
      addresses[index].cgroupCount = count.cgroups
      addresses[index].userCount = count.users
    }
  }

  private func divided(
    _ kind: PoolOwner.Kind, _ holdings: [OwnerHolding], _ pool: Pool, _ names: inout OwnerNames
  ) -> [PoolOwner] {
    var sums: [UInt64: (living: Int, remembered: Int)] = [:]
    for holding in holdings {
      let id = kind == .cgroup ? holding.cgroup : holding.user.map { UInt64($0) }
      guard let id else { continue }
      sums[id, default: (0, 0)].living += holding.living
      sums[id, default: (0, 0)].remembered += holding.remembered
    }
    let holders = sums.sorted { $0.key < $1.key }.map { id, sum in
      let name =
        kind == .cgroup
        ? names.cgroups.entry(id).map { CgroupMeaning($0.path).name }
        : names.users.name(UInt32(truncatingIfNeeded: id))
      return (id: id, name: name, living: sum.living, remembered: sum.remembered)
    }
    return PoolOwner.divided(
      kind, holders, inUse: pool.inUse, timeWait: pool.states?[.timeWait] ?? 0)
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
}
