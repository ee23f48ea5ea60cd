/// One who holds ports of a pool.
public struct PoolOwner: Hashable, Sendable {
  /// What kind of holder.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A control group: a unit, a container.
    case cgroup
    /// A process.
    case process
    /// A user.
    case user
  }

  /// What kind of holder.
  public var kind: Kind
  /// The cgroup's, process's or user's number.
  public var id: UInt64
  /// What people call it; nil when that is not known.
  public var name: String?
  /// Ports held.
  public var ports: Int
  /// Of those in TIME_WAIT.
  public var timeWait: Int
  /// Whether part of it was divided by share and not seen.
  public var isInferred: Bool
  /// The ports of that part.
  public var inferredPorts: Int
  /// Where `ports` is an estimate: bounds that hold 95 times of 100.
  public var bounds: ClosedRange<Int>?

  /// The holder given.
  public init(
    kind: Kind, id: UInt64, name: String?, ports: Int, timeWait: Int, isInferred: Bool,
    inferredPorts: Int = 0
  ) {
    self.kind = kind
    self.id = id
    self.name = name
    self.ports = ports
    self.timeWait = timeWait
    self.isInferred = isInferred
    self.inferredPorts = inferredPorts
  }

  /// Those of `owners` that people are told: by cgroup where there is one beside the root, else by user.
  public static func named(_ owners: [PoolOwner]) -> [PoolOwner] {
    let cgroups = owners.filter { $0.kind == .cgroup }
    return cgroups.contains { $0.name != "/" } ? cgroups : owners.filter { $0.kind == .user }
  }

  /// What is known of one holder, and how what has no owner is weighed.
  public struct Holder: Hashable, Sendable {
    /// The number of the cgroup, process or user.
    public var id: UInt64
    /// What people call it; nil when that is not known.
    public var name: String?
    /// Ports known to be held.
    public var ports: Int
    /// Of those in TIME_WAIT.
    public var timeWait: Int
    /// What its share of the ports without owner is proportional to.
    public var weight: Int

    /// The holder given.
    public init(id: UInt64, name: String?, ports: Int, timeWait: Int, weight: Int) {
      self.id = id
      self.name = name
      self.ports = ports
      self.timeWait = timeWait
      self.weight = weight
    }
  }

  /// Owners of one kind of a pool with `inUse` ports, of which `timeWait` in TIME_WAIT, most ports first.
  ///
  /// `holders` are what is known of each: its ports, seen alive or remembered of sockets without owner, and those of
  /// them that are remembered in TIME_WAIT, which never are more together than the pool has. What is left of the
  /// pool has no owner: it is divided among them in proportion to what is known of each, in whole numbers,
  /// the largest remainder first, TIME_WAIT before orphans. Nobody known: nobody gets any.
  public static func divided(
    _ kind: Kind, _ holders: [(id: UInt64, name: String?, ports: Int, timeWait: Int)],
    inUse: Int, timeWait: Int
  ) -> [PoolOwner] {
    let missing = max(0, inUse - holders.reduce(0) { $0 + $1.ports })
    // A table that moved may have shown some in TIME_WAIT twice.
    var left = timeWait
    let known = holders.map { holder in
      let waits = min(holder.timeWait, left)
      left -= waits
      return Holder(
        id: holder.id, name: holder.name, ports: holder.ports, timeWait: waits,
        weight: holder.ports)
    }
    return divided(kind, known, missing: missing, waiting: min(missing, left))
  }

  /// Owners of one kind, most ports first: what is known of `holders`, and by their weights what has no owner,
  /// `missing` ports of which `waiting` are in TIME_WAIT.
  public static func divided(
    _ kind: Kind, _ holders: [Holder], missing: Int, waiting: Int
  ) -> [PoolOwner] {
    let shares = shares(missing, among: holders.map(\.weight))
    let waits = Self.shares(min(waiting, missing), among: shares)
    var owners: [PoolOwner] = []
    for (index, holder) in holders.enumerated() where holder.ports + shares[index] > 0 {
      owners.append(
        PoolOwner(
          kind: kind, id: holder.id, name: holder.name, ports: holder.ports + shares[index],
          timeWait: holder.timeWait + min(shares[index], waits[index]),
          isInferred: shares[index] > 0, inferredPorts: shares[index]))
    }
    return owners.sorted {
      $0.ports == $1.ports ? $0.id < $1.id : $0.ports > $1.ports
    }
  }

  /// Whole shares of `count` in proportion to `weights`, the largest remainders first; none where all weights are 0.
  public static func shares(_ count: Int, among weights: [Int]) -> [Int] {
    let total = weights.reduce(0, +)
    guard total > 0, count > 0 else { return weights.map { _ in 0 } }
    // Neither is ever larger than the number of sockets: the product stays far below 2^63.
    var shares = weights.map { count * $0 / total }
    let order = weights.indices.sorted {
      let (left, right) = (count * weights[$0] % total, count * weights[$1] % total)
      return left == right ? $0 < $1 : left > right
    }
    for index in order.prefix(count - shares.reduce(0, +)) { shares[index] += 1 }
    return shares
  }
}
