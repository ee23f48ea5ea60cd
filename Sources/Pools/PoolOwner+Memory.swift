/// Who held a pool when somebody looked who keeps looking: whose TIME_WAIT it is.
public struct SeenOwners: Hashable, Sendable {
  /// Those that are known, all of one kind.
  public var owners: [PoolOwner]
  /// Ports in TIME_WAIT of others than these; nil where it is not known how many.
  public var restTimeWait: Int?

  /// The holders given.
  public init(_ owners: [PoolOwner], restTimeWait: Int?) {
    self.owners = owners
    self.restTimeWait = restTimeWait
  }
}

extension PoolOwner {
  /// `owners` of a pool, whose ports in TIME_WAIT were divided because the kernel has forgotten whose they are: divided
  /// anew, in proportion to what was `seen` of each before it waited, also of those that hold nothing else now.
  ///
  /// What others than the seen ones have in TIME_WAIT is divided among them as it was; where that is not known
  /// nothing changes, nor do owners of another kind. Where nobody holds a port alive, so that none was divided,
  /// the pool's `timeWait` are those of the seen ones, but for the rest.
  public static func recalled(
    _ owners: [PoolOwner], _ seen: SeenOwners, timeWait: Int?
  ) -> [PoolOwner] {
    guard let kind = seen.owners.first?.kind, let rest = seen.restTimeWait else { return owners }
    let divided = owners.filter { $0.kind == kind }
    let waiting =
      divided.isEmpty
      ? max(0, (timeWait ?? 0) - rest) : divided.reduce(0) { $0 + $1.timeWait }
    guard waiting > 0, divided.isEmpty || divided.contains(where: \.isInferred) else {
      return owners
    }
    var weights: [UInt64: Int] = [:]
    for owner in seen.owners where owner.kind == kind { weights[owner.id] = owner.timeWait }
    let others = divided.filter { weights[$0.id] == nil }
    let othersLiving = others.reduce(0) { $0 + $1.ports - $1.timeWait }
    var holders = divided.map { owner in
      let living = owner.ports - owner.timeWait
      // Counts of sockets: the product stays far below 2^63.
      let weight = weights[owner.id] ?? rest * living / max(1, othersLiving)
      return Holder(id: owner.id, name: owner.name, ports: living, timeWait: 0, weight: weight)
    }
    for owner in seen.owners where !divided.contains(where: { $0.id == owner.id }) {
      holders.append(
        Holder(id: owner.id, name: owner.name, ports: 0, timeWait: 0, weight: owner.timeWait))
    }
    guard holders.contains(where: { $0.weight > 0 }) else { return owners }
    let anew = Self.divided(kind, holders, missing: waiting, waiting: waiting)
    // Cgroups come before users.
    let first =
      owners.firstIndex { $0.kind == kind } ?? (kind == .cgroup ? 0 : owners.count)
    var result = owners
    result.removeAll { $0.kind == kind }
    result.insert(contentsOf: anew, at: first)
    return result
  }
}
