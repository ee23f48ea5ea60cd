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
  /// How many more will succeed, at least; nil where no such bound is known: which sockets were bound before
  /// they connected is in no dump.
  public var headroomLower: Int?
  /// Whether `headroom` is exact or an upper bound.
  public var headroomBound: HeadroomBound
  /// Connect pools: the number of ports at which connect() starts to search.
  public var cliffAt: Int?
  /// Connect pools: whether no port of the low end's parity is free, unblocked or reclaimable.
  public var isSearching: Bool
  /// Connect pools: ports of A with the parity of the range's low end that connect() cannot take.
  public var takenLow: Int?
  /// Connect pools: ports of A with the other parity that connect() cannot take.
  public var takenOther: Int?
  /// Connect pools: ports by state. Pools of one address: its sockets by state. Nil for the others.
  public var states: StateCounts?
  /// What the numbers mean.
  public var verdict: VerdictLevel = .ok
  /// Who holds its ports, by cgroup and by user: of pools without destinations distinct ones, which several may
  /// hold at once. Nil when that was not counted.
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
  /// take over. B from a dump is a lower bound, so headroom is an upper one; where B is exact headroom is, but
  /// for a port of an odd range, and for TIME_WAIT whose connections may have been without timestamps.
  public static func connect(
    _ key: PoolKey, states: StateCounts, takenLow: Int, takenOther: Int, reclaimable: Int,
    in space: PortSpace
  ) -> Pool {
    // A repeated row may count a port twice; there are never more than |A|.
    let headroom = max(0, space.connectCapacity - takenLow - takenOther)
    var lower: Int?
    if space.blockedBound == .exact {
      // The ports at both ends have low's parity: with that used up, they are.
      let isOneMissed = space.mayMissOne(of: space.available) && takenLow < space.cliff
      let doubtful = key.isWithinHost ? 0 : reclaimable
      lower = max(0, headroom - doubtful - (isOneMissed ? 1 : 0))
    }
    var pool = Pool(
      key: key, inUse: states.total, capacity: space.connectCapacity, reclaimable: reclaimable,
      headroom: headroom, headroomLower: lower,
      headroomBound: lower == headroom ? .exact : .upper,
      cliffAt: space.splitsByParity ? space.cliff : nil,
      isSearching: space.splitsByParity && takenLow >= space.cliff, states: states)
    pool.takenLow = takenLow
    pool.takenOther = takenOther
    return pool
  }

  /// A pool that hands each port of E \ R out once: bind(…, 0), and UDP of a family.
  ///
  /// `held` surely are out of the question; `perhapsHeld` may be or not, which the dump does not tell.
  public static func exclusive(
    _ key: PoolKey, held: PortSet, perhapsHeld: PortSet = PortSet(), states: StateCounts? = nil,
    in space: PortSpace
  ) -> Pool {
    let inRange = PortSet(space.range)
    let free = space.bindable.subtracting(held)
    let surelyFree = free.subtracting(perhapsHeld)
    let upper = free.count
    var lower = surelyFree.count
    // TCP tries one parity after the other; UDP tries all ports.
    if key.transport == .tcp, space.mayMissOne(of: surelyFree) { lower = max(0, lower - 1) }
    return Pool(
      key: key, inUse: held.intersection(inRange).count, capacity: space.bindCapacity,
      reclaimable: 0, headroom: upper, headroomLower: lower,
      headroomBound: lower == upper ? .exact : .upper, cliffAt: nil, isSearching: false,
      states: states)
  }
}
