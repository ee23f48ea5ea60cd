/// Who held a pool when somebody looked who keeps looking: whose ports without owner those are.
public struct SeenOwners: Hashable, Sendable {
  /// Those that are known, all of one kind.
  public var owners: [PoolOwner]
  /// Ports in TIME_WAIT of others than these; nil where it is not known how many.
  public var restTimeWait: Int?
  /// Ports of others than these, in whatever state.
  public var restPorts: Int

  /// The holders given.
  public init(_ owners: [PoolOwner], restTimeWait: Int?, restPorts: Int = 0) {
    self.owners = owners
    self.restTimeWait = restTimeWait
    self.restPorts = restPorts
  }
}

extension PoolOwner {
  /// `owners` of a pool with `inUse` ports, of which `timeWait` in TIME_WAIT, whose ports without owner were divided
  /// because the kernel has forgotten whose they are: divided anew by what was `seen` of each, also of those that hold
  /// nothing else now.
  ///
  ///     then    living ─────────┐ waiting            W waited then, the rest lived
  ///     now     living │ closed ┴ waiting            L lives now: C = ports then - W - L closed since
  ///
  /// What waits is given first to those who had it waiting, then to those whose sockets closed since, then (it came and
  /// went since) to those who let sockets wait or opened new ones. Orphans go to those whose sockets closed since. What
  /// others than the seen ones had is divided among those who live, and is nobody's where none does; where that is not
  /// known nothing changes, nor do owners of another kind.
  public static func recalled(
    _ owners: [PoolOwner], _ seen: SeenOwners, inUse: Int, timeWait: Int?
  ) -> [PoolOwner] {
    guard let kind = seen.owners.first?.kind, let rest = seen.restTimeWait else { return owners }
    let divided = owners.filter { $0.kind == kind }
    if divided.isEmpty, timeWait == nil { return owners }
    // Where nobody holds a port alive none was divided, and all are without owner.
    let ownerless = divided.isEmpty ? inUse : divided.reduce(0) { $0 + $1.inferredPorts }
    let waiting =
      divided.isEmpty
      ? min(ownerless, timeWait ?? 0) : divided.reduce(0) { $0 + $1.inferredTimeWait }
    guard ownerless > 0 else { return owners }
    let parts = recollections(divided, seen, rest)
    guard let (waits, orphans) = division(parts, waiting: waiting, orphaned: ownerless - waiting)
    else { return owners }
    let anew = parts.indices.compactMap { index in
      parts[index].owner?.given(waits: waits[index], orphans: orphans[index])
    }
    return replacing(kind, of: owners, with: anew)
  }

  /// An owner, and what was seen of it.
  private struct Recollection {
    /// Nil for those who were not seen by themselves, and do not live.
    var owner: PoolOwner?
    /// Its ports in TIME_WAIT then.
    var waited: Int
    /// Its ports then that did not wait, and do not live now.
    var closed: Int
    /// Its ports that live now, and did not then.
    var opened: Int

    init(_ owner: PoolOwner?, ports: Int, waited: Int) {
      let living = owner?.livingPorts ?? 0, lived = max(0, ports - waited)
      self.owner = owner
      self.waited = waited
      closed = max(0, lived - living)
      opened = max(0, living - lived)
    }
  }

  private static func recollections(
    _ divided: [PoolOwner], _ seen: SeenOwners, _ restTimeWait: Int
  ) -> [Recollection] {
    var left = seen.owners
    var parts: [Recollection] = []
    var others: [PoolOwner] = []
    func take(_ owner: PoolOwner, _ isMeant: (PoolOwner) -> Bool) -> Bool {
      guard let place = left.firstIndex(where: isMeant) else { return false }
      let known = left.remove(at: place)
      parts.append(Recollection(owner, ports: known.ports, waited: known.timeWait))
      return true
    }
    // Numbers first: of two with one name the other may be gone.
    for owner in divided.filter({ owner in !take(owner) { $0.id == owner.id } })
    where owner.name == nil || !take(owner, { $0.name == owner.name }) {
      others.append(owner)
    }
    let othersLiving = others.reduce(0) { $0 + $1.livingPorts }
    for owner in others {
      // Counts of sockets: the product stays far below 2^63.
      func share(_ ports: Int) -> Int { ports * owner.livingPorts / max(1, othersLiving) }
      parts.append(
        Recollection(owner, ports: share(seen.restPorts), waited: share(restTimeWait)))
    }
    for known in left {
      var owner = known
      (owner.ports, owner.timeWait, owner.inferredPorts) = (0, 0, 0)
      parts.append(Recollection(owner, ports: known.ports, waited: known.timeWait))
    }
    if others.isEmpty, seen.restPorts > 0 {
      parts.append(Recollection(nil, ports: seen.restPorts, waited: restTimeWait))
    }
    return parts
  }

  /// How many of the `waiting` and of the `orphaned` each gets; nil where nothing tells.
  private static func division(
    _ parts: [Recollection], waiting: Int, orphaned: Int
  ) -> (waits: [Int], orphans: [Int])? {
    let waited = parts.map(\.waited), closed = parts.map(\.closed)
    // Who came and went since is who does so: whoever let sockets wait, or has new ones.
    let busy = parts.map { $0.waited + $0.opened }
    let living = parts.map { $0.owner?.livingPorts ?? 0 }
    let still = shares(waiting, atMost: waited)
    let since = shares(waiting - still.reduce(0, +), atMost: closed)
    let open = zip(closed, since).map { $0 - $1 }
    let orphans = shares(orphaned, atMost: open)
    let known = still.reduce(0, +) + since.reduce(0, +)
    guard let more = shares(waiting - known, among: [busy, closed, living]),
      let lost = shares(orphaned - orphans.reduce(0, +), among: [closed, busy, living])
    else { return nil }
    return (
      parts.indices.map { still[$0] + since[$0] + more[$0] },
      parts.indices.map { orphans[$0] + lost[$0] }
    )
  }

  /// What each can have at most, or shares of `count` in proportion to it where that is less together.
  private static func shares(_ count: Int, atMost limits: [Int]) -> [Int] {
    limits.reduce(0, +) <= count ? limits : shares(count, among: limits)
  }

  /// Whole shares of `count` by the first of the weights that are not all zero; nil where all are.
  static func shares(_ count: Int, among weights: [[Int]]) -> [Int]? {
    if count == 0 { return weights.first.map { $0.map { _ in 0 } } }
    return weights.first { $0.contains { $0 > 0 } }.map { shares(count, among: $0) }
  }

  /// Its ports that were seen to be its own.
  var livingPorts: Int { ports - inferredPorts }
  /// Of those that were divided, the ones in TIME_WAIT.
  public var inferredTimeWait: Int { min(timeWait, inferredPorts) }

  /// The same owner with other ports of those without owner; nil where it has none at all then.
  func given(waits: Int, orphans: Int) -> PoolOwner? {
    var owner = self
    owner.ports = livingPorts + waits + orphans
    owner.timeWait = timeWait - inferredTimeWait + waits
    owner.inferredPorts = waits + orphans
    owner.isInferred = owner.inferredPorts > 0
    return owner.ports > 0 ? owner : nil
  }

  /// `owners` with those of one kind replaced, most ports first; cgroups come before users.
  static func replacing(
    _ kind: Kind, of owners: [PoolOwner], with anew: [PoolOwner]
  ) -> [PoolOwner] {
    let first =
      owners.firstIndex { $0.kind == kind } ?? (kind == .cgroup ? 0 : owners.count)
    var result = owners
    result.removeAll { $0.kind == kind }
    result.insert(
      contentsOf: anew.sorted { $0.ports == $1.ports ? $0.id < $1.id : $0.ports > $1.ports },
      at: first)
    return result
  }
}
