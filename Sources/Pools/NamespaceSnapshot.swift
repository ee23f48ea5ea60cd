public import Inet

/// One network namespace at one instant.
public struct NamespaceSnapshot: Sendable {
  /// "host", the name that `ip netns` gave it, or "netns:INODE".
  public var name: String
  /// The namespace's inode in nsfs.
  public var inode: UInt64
  /// SO_NETNS_COOKIE; nil before Linux 5.14.
  public var cookie: UInt64?
  /// E, R, B and what follows.
  public var space: PortSpace
  /// Whether the reserved ports could be read; if not, `space` takes them for none.
  public var reservedIsKnown: Bool
  /// The sysctls, in the document's order; nil where the kernel has none.
  public var settings: [Setting]
  /// TCP sockets.
  public var tcp: TransportSnapshot
  /// UDP sockets; nil when the kernel does not tell.
  public var udp: TransportSnapshot?
  /// Local addresses, tightest first.
  public var addresses: [AddressSnapshot]
  /// Pools, tightest first: the chosen connect pools and all others.
  public var pools: [Pool]
  /// The worst connect pool that matches what was asked for, whether it is among `pools` or not.
  public var tightestConnect: Pool?
  /// How many pools of each kind there are, shown or not; kinds that the kernel does not tell are not
  /// in it.
  public var poolTotals: [PoolKind: Int]
  /// The connect pools that match what was asked for and are not among `pools`.
  public var other: Remainder
  /// When it was counted: nanoseconds since 1970-01-01 UTC.
  public var countedAtNanoseconds: UInt64
  /// Failed connects of this namespace since the collector began; nil when nobody counts them.
  public var attributedFailures: Int?

  /// A snapshot of the values given.
  public init(
    name: String, inode: UInt64, cookie: UInt64?, space: PortSpace,
    reservedIsKnown: Bool = true, settings: [Setting],
    tcp: TransportSnapshot, udp: TransportSnapshot?, addresses: [AddressSnapshot], pools: [Pool],
    tightestConnect: Pool? = nil, poolTotals: [PoolKind: Int], other: Remainder,
    countedAtNanoseconds: UInt64
  ) {
    self.name = name
    self.inode = inode
    self.cookie = cookie
    self.space = space
    self.reservedIsKnown = reservedIsKnown
    self.settings = settings
    self.tcp = tcp
    self.udp = udp
    self.addresses = addresses
    self.pools = pools
    self.tightestConnect =
      tightestConnect
      ?? pools.filter { $0.key.kind == .connect }.max { $1.isWorse(than: $0) }
    self.poolTotals = poolTotals
    self.other = other
    self.countedAtNanoseconds = countedAtNanoseconds
  }
}

/// A sysctl: its key in the document, with the unit, and its value.
public struct Setting: Hashable, Sendable {
  /// "tcp_fin_timeout_s".
  public var key: String
  /// Nil when the kernel has no such setting, or it could not be read.
  public var value: Int?

  /// The setting `key`.
  public init(_ key: String, _ value: Int?) {
    self.key = key
    self.value = value
  }
}

/// The sockets of one protocol.
public struct TransportSnapshot: Hashable, Sendable {
  /// Sockets by state.
  public var states: StateCounts
  /// Distinct local ports inside the range; for TCP those of hashed, non-listening sockets.
  public var portsInUse: Int
  /// Whether bound-inactive sockets were counted into `states`.
  public var knowsBoundInactive: Bool

  /// Sockets, without the bound-inactive ones, which older tools cannot see.
  public var sockets: Int { states.total - states[.boundInactive] }

  /// The counts given.
  public init(states: StateCounts, portsInUse: Int, knowsBoundInactive: Bool) {
    self.states = states
    self.portsInUse = portsInUse
    self.knowsBoundInactive = knowsBoundInactive
  }
}

/// One local address: the line of the classic log.
public struct AddressSnapshot: Hashable, Sendable {
  /// The address's `bind` or `udp-bind` pool.
  public var pool: Pool
  /// The address.
  public var address: IPAddress
  /// TCP: ports on which a connection to this address finds a listener.
  public var listeningPorts: Int?
  /// TCP: distinct cgroups with a connection from it; nil when that was not counted.
  public var cgroupCount: Int?
  /// TCP: distinct users with a connection from it; nil when that was not counted.
  public var userCount: Int?
  /// TCP: distinct processes with a connection from it; nil when that was not counted.
  public var processCount: Int?
  /// Whether all descriptors were looked at; if not, there are at least so many processes.
  public var processCountIsExact = false

  /// The address with its pool.
  public init(address: IPAddress, pool: Pool, listeningPorts: Int?) {
    self.address = address
    self.pool = pool
    self.listeningPorts = listeningPorts
  }
}

/// What a list leaves out, bounded.
public struct Remainder: Hashable, Sendable {
  /// How many there are at least.
  public var pools: Int
  /// The most ports in use that one of them can have.
  public var inUseMaximum: Int
  /// Whether `pools` is exact; false when some were never remembered.
  public var isExact: Bool
  /// The most ports in use that a local address which is not listed can have; 0 when all are.
  public var addressInUseMaximum: Int

  /// The remainder given.
  public init(pools: Int, inUseMaximum: Int, isExact: Bool, addressInUseMaximum: Int = 0) {
    self.pools = pools
    self.inUseMaximum = inUseMaximum
    self.isExact = isExact
    self.addressInUseMaximum = addressInUseMaximum
  }
}
