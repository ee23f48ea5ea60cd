public import Inet
public import Pools

/// One pool in a frame: what it is, where it stands, and its extremes over the frame's time.
public struct PoolRecord: Hashable, Sendable {
  /// What it is the pool of.
  public var key: PoolKey
  /// Frames of one sample in which the pool was listed.
  public var sampleCount = 1
  /// |T|: ports in use.
  public var inUse: Gauge
  /// How many more will succeed, at most.
  public var headroom: Gauge
  /// |A|, or |E \ R|. The newest; as all that follows.
  public var capacity: Int
  /// |Tr|: TIME_WAIT ports that the next connect() may take over.
  public var reclaimable: Int
  /// How many more will succeed, at least; nil where no such bound is known.
  public var headroomLower: Int?
  /// Connect pools: the number of ports at which connect() starts to search.
  public var cliffAt: Int?
  /// Whether no port of the low end's parity is left.
  public var isSearching: Bool
  /// Whether `headroom` is exact.
  public var headroomBound: HeadroomBound
  /// What the numbers mean: the worst over the frame's time.
  public var verdict: VerdictLevel
  /// Ports, or for pools of one address sockets, by state.
  public var states: StateCounts?
  /// How it was counted.
  public var method: CountMethod
  /// When: CLOCK_MONOTONIC nanoseconds.
  public var countedAtMonotonic: UInt64
  /// The most ports that can be in use at the time of the frame; at least `inUse.last`.
  public var inUseBound: Int
  /// TCP addresses: ports on which a connection to the address finds a listener.
  public var listeningPorts: Int?
  /// Failed connects to the pool in the frame's time; nil when nobody counts them.
  public var failures: Int?
  /// Where it is going; nil until there is enough of a past.
  public var forecast = Forecast()
  /// Who held most of it at the last count of all, first the one with most ports; empty when owners are not
  /// collected.
  public var owners: [OwnerShare] = []
  /// What others than these held then.
  public var otherOwners = OwnersRest(ports: 0, timeWait: 0)

  /// The most owners that a record keeps.
  public static var ownerLimit: Int { 2 }

  /// `pool` as it was counted at `countedAtMonotonic`.
  public init(_ pool: Pool, method: CountMethod, countedAtMonotonic: UInt64) {
    key = pool.key
    inUse = Gauge(pool.inUse)
    headroom = Gauge(pool.headroom)
    capacity = pool.capacity
    reclaimable = pool.reclaimable
    headroomLower = pool.headroomLower
    cliffAt = pool.cliffAt
    isSearching = pool.isSearching
    headroomBound = pool.headroomBound
    verdict = pool.verdict
    states = pool.states
    self.method = method
    self.countedAtMonotonic = countedAtMonotonic
    inUseBound = pool.inUse
    forecast = Forecast(pool.trend, pool.release)
  }

  /// The pool as it stood last.
  public var pool: Pool {
    var pool = Pool(
      key: key, inUse: Int(inUse.last), capacity: capacity, reclaimable: reclaimable,
      headroom: Int(headroom.last), headroomLower: headroomLower, headroomBound: headroomBound,
      cliffAt: cliffAt, isSearching: isSearching, states: states, verdict: verdict)
    pool.trend = forecast.trend
    pool.release = forecast.schedule
    return pool
  }

  /// 1 - headroom / capacity, by the newest headroom; 1 if the capacity is 0.
  public var usage: Double { usage(headroom: headroom.last) }

  /// The highest usage over the frame's time.
  public var usageMaximum: Double { usage(headroom: headroom.minimum) }

  /// Whether the pool belongs to no address: wildcards, and UDP by family.
  public var isShared: Bool {
    switch key {
    case .udp, .bind(.any), .bind(.anyIPv4), .udpBind(.any), .udpBind(.anyIPv4): true
    case .connect, .bind(.address), .udpBind(.address): false
    }
  }

  private func usage(headroom: UInt32) -> Double {
    // The capacity is the newest one, and may have been larger by the ports of a listener.
    capacity == 0 ? 1 : max(0, 1 - Double(headroom) / Double(capacity))
  }

  /// Whether this record is kept before `other` when there is no room for both.
  public func isTighter(than other: PoolRecord) -> Bool {
    if verdict != other.verdict { return verdict > other.verdict }
    let mine = usageMaximum, its = other.usageMaximum
    return mine != its ? mine > its : key < other.key
  }
}

/// How a pool's numbers came about.
public enum CountMethod: UInt8, Hashable, Sendable {
  /// A dump of the whole table.
  case dump = 0
  /// A count of this pool alone.
  case focus = 1
  /// Not counted anew: an older count, and what the guard's counters allow since.
  case bound = 2

  /// The contract's word.
  public var name: String {
    switch self {
    case .dump: "dump"
    case .focus: "focus"
    case .bound: "bound"
    }
  }
}

/// What one owner holds of a pool.
public struct OwnerShare: Hashable, Sendable {
  /// The owner's place in the frame's list.
  public var owner: Int
  /// Ports held.
  public var ports: Int
  /// Of those in TIME_WAIT.
  public var timeWait: Int
  /// Whether the owner was inferred and not seen.
  public var isInferred: Bool

  /// The share given.
  public init(owner: Int, ports: Int, timeWait: Int, isInferred: Bool) {
    self.owner = owner
    self.ports = ports
    self.timeWait = timeWait
    self.isInferred = isInferred
  }
}

/// What of a pool is held by those who are not named.
public struct OwnersRest: Hashable, Sendable {
  /// Ports held.
  public var ports: Int
  /// Of those in TIME_WAIT; nil where that is not known.
  public var timeWait: Int?

  /// The rest given.
  public init(ports: Int, timeWait: Int?) {
    self.ports = ports
    self.timeWait = timeWait
  }

  /// What `owners` leave of `inUse` ports, of which `timeWait` in TIME_WAIT.
  public init(of inUse: Int, timeWait: Int?, besides owners: [OwnerShare]) {
    ports = max(0, inUse - owners.reduce(0) { $0 + $1.ports })
    self.timeWait = timeWait.map { max(0, $0 - owners.reduce(0) { $0 + $1.timeWait }) }
  }

  /// Adds an owner who cannot be named.
  mutating func add(_ share: OwnerShare) {
    ports += share.ports
    timeWait = timeWait.map { $0 + share.timeWait }
  }
}
