public import Inet

/// A set of ports that some operation draws from and that can run out on its own, counted.
///
/// All numbers are counts of ports, never of sockets. `inUse` + `headroom` need not equal `capacity`:
/// a tuple may hold a port that was blocked later, or one that may be taken over.
public struct Pool: Hashable, Sendable {
  /// What it is the pool of.
  public var key: PoolKey
  /// |T|: ports of E that somebody holds in this pool.
  public var inUse: Int
  /// |A|, or |E \ R|.
  public var capacity: Int
  /// |Tr|: TIME_WAIT ports that the next connect() may take over.
  public var reclaimable: Int
  /// How many more will succeed, at most.
  public var headroom: Int
  /// How many more will succeed, at least; nil where no such bound is known: ports of sockets that were
  /// bound before they connected are in no dump.
  public var headroomLower: Int?
  /// Whether `headroom` is exact or an upper bound.
  public var headroomBound: HeadroomBound
  /// Connect pools: the number of ports at which connect() starts to search.
  public var cliffAt: Int?
  /// Connect pools: whether no port of the low end's parity is free, unblocked or reclaimable.
  public var isSearching: Bool
  /// Connect pools: ports by state. Pools of one address: its sockets by state. Nil for the others.
  public var states: StateCounts?
  /// What the numbers mean.
  public var verdict: VerdictLevel = .ok
  /// Connect pools: who holds their ports, by cgroup and by user; nil when that was not counted.
  public var owners: [PoolOwner]?
  /// Connect pools: what comes back by itself; nil when it was not counted.
  public var release: ReleaseSchedule?
  /// What samples over time know; nil without any.
  public var trend: PoolTrend?

  /// The pool given.
  public init(
    key: PoolKey, inUse: Int, capacity: Int, reclaimable: Int, headroom: Int, headroomLower: Int?,
    headroomBound: HeadroomBound, cliffAt: Int?, isSearching: Bool, states: StateCounts?,
    verdict: VerdictLevel = .ok
  ) {
    self.key = key
    self.inUse = inUse
    self.capacity = capacity
    self.reclaimable = reclaimable
    self.headroom = headroom
    self.headroomLower = headroomLower
    self.headroomBound = headroomBound
    self.cliffAt = cliffAt
    self.isSearching = isSearching
    self.states = states
    self.verdict = verdict
  }

  /// 1 - headroom / capacity; 1 if the capacity is 0.
  public var usage: Double {
    capacity == 0 ? 1 : 1 - Double(headroom) / Double(capacity)
  }
}

/// How well a headroom is known.
public enum HeadroomBound: String, Hashable, Sendable {
  /// No more than this will succeed; perhaps fewer.
  case upper
  /// This many will succeed.
  case exact
}

extension Pool {
  /// The pool of connects from one address to one destination.
  ///
  /// `takenLow` and `takenOther` are the ports of A (by parity) with a tuple that connect() may not
  /// take over. B from a dump is a lower bound, so headroom is an upper one.
  public static func connect(
    _ key: PoolKey, states: StateCounts, takenLow: Int, takenOther: Int, reclaimable: Int,
    in space: PortSpace
  ) -> Pool {
    // A repeated row may count a port twice; there are never more than |A|.
    let headroom = max(0, space.connectCapacity - takenLow - takenOther)
    return Pool(
      key: key, inUse: states.total, capacity: space.connectCapacity, reclaimable: reclaimable,
      headroom: headroom, headroomLower: nil, headroomBound: .upper, cliffAt: space.cliff,
      isSearching: takenLow >= space.cliff, states: states)
  }

  /// A pool that hands each port of E \ R out once: bind(…, 0), and UDP of a family.
  ///
  /// `held` surely are out of the question; `perhapsHeld` may be or not, which the dump does not tell.
  public static func exclusive(
    _ key: PoolKey, held: PortSet, perhapsHeld: PortSet = PortSet(), states: StateCounts? = nil,
    in space: PortSpace
  ) -> Pool {
    let inRange = PortSet(space.range)
    let upper = space.bindable.subtracting(held).count
    var lower = space.bindable.subtracting(held).subtracting(perhapsHeld).count
    // TCP tries one parity after the other and may miss a port of an odd range; UDP tries them all.
    if key.transport == .tcp, space.isOdd { lower = max(0, lower - 1) }
    return Pool(
      key: key, inUse: held.intersection(inRange).count, capacity: space.bindCapacity,
      reclaimable: 0, headroom: upper, headroomLower: lower,
      headroomBound: lower == upper ? .exact : .upper, cliffAt: nil, isSearching: false,
      states: states)
  }
}
