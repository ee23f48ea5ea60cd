public import Inet

/// The port space of a namespace: E, R and B, and the sets that follow from them.
///
///     E  the range, both ends included          R  reserved ports within E
///     B  ports of E \ R that no connect() may take, because an explicit bind owns them
///     A  = E \ R \ B: what connect() draws from;  E \ R: what bind(…, 0) draws from
public struct PortSpace: Hashable, Sendable {
  /// E.
  public let range: PortRange
  /// R, within E.
  public let reserved: PortSet
  /// B, within E \ R, as far as it is known.
  public let blocked: PortSet
  /// Whether `blocked` is all of B.
  public let blockedBound: BlockedBound
  /// A.
  public let available: PortSet
  /// E \ R.
  public let bindable: PortSet
  /// |A|, the capacity of every connect pool.
  public let connectCapacity: Int
  /// |E \ R|, the capacity of the other pools.
  public let bindCapacity: Int
  /// The ports of A with the parity of the range's low end, which connect() tries first.
  ///
  /// Once none of them is free for a tuple, every connect() to it scans the other half of the range:
  /// 4 µs become 0.3 ms (measured). By default that is 50 % of the pool.
  public let cliff: Int
  /// Whether connect() tries one parity first; kernels before 4.6 do not, and have no cliff.
  public let splitsByParity: Bool

  /// The space of `range` with `reserved` and `blocked` ports, of which only those within count.
  public init(
    range: PortRange, reserved: PortSet, blocked: PortSet, blockedBound: BlockedBound = .lower,
    splitsByParity: Bool = true
  ) {
    let all = PortSet(range)
    self.range = range
    self.reserved = reserved.intersection(all)
    bindable = all.subtracting(reserved)
    self.blocked = blocked.intersection(bindable)
    self.blockedBound = blockedBound
    self.splitsByParity = splitsByParity
    available = bindable.subtracting(blocked)
    connectCapacity = available.count
    bindCapacity = bindable.count
    cliff = available.count(parityOf: range.low)
  }

  /// Whether the range has an odd number of ports.
  public var isOdd: Bool { range.count % 2 == 1 }

  /// Whether TCP may leave one of `free` ports unused.
  ///
  /// In a range of an odd number of ports one call looks at all but one: at all but the lowest, or, seldom,
  /// all but the highest. Source: net/ipv4/inet_hashtables.c, __inet_hash_connect(), `remaining &= ~1U`.
  public func mayMissOne(of free: PortSet) -> Bool {
    isOdd && range.count > 1 && (free.contains(range.low) || free.contains(range.high))
  }
}

/// How well the blocked ports are known.
public enum BlockedBound: String, Hashable, Sendable {
  /// There may be more: a dump does not tell sockets that were bound before they connected.
  case lower
  /// Each port was tried.
  case exact
}
