/// How full the limits are at which connects fail although ports are free. What is not in it is not known.
public struct HostPressure: Hashable, Sendable {
  /// A limit that is not ports.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Entries of netfilter's table of connections.
    case conntrack
    /// Open files of the system.
    case descriptors
    /// Pages of TCP's memory.
    case tcpMemory = "tcp_mem"
    /// Orphaned TCP sockets.
    case orphans
    /// Entries of IPv4's neighbour table.
    case neighboursIPv4 = "neighbours_ipv4"
    /// Entries of IPv6's.
    case neighboursIPv6 = "neighbours_ipv6"
    /// TIME_WAIT sockets of the namespace.
    case timeWaitBuckets = "tw_buckets"
  }

  /// One limit and how full it is.
  public struct Limit: Hashable, Sendable {
    /// Which one.
    public var kind: Kind
    /// What is used, in the limit's unit.
    public var used: Int
    /// What the kernel allows.
    public var limit: Int
    /// From where on the kernel saves; nil when there is no such point.
    public var pressure: Int?
    /// How often it was refused for this reason, since boot or since the namespace was made; nil when
    /// nobody counts it.
    public var refused: Int?

    /// `used` of `limit`, which is positive.
    public init(_ kind: Kind, used: Int, of limit: Int, pressure: Int? = nil, refused: Int? = nil) {
      self.kind = kind
      self.used = max(0, used)
      self.limit = max(1, limit)
      self.pressure = pressure
      self.refused = refused
    }

    /// The used share; more than 1 where the kernel lets it be.
    public var usage: Double { Double(used) / Double(limit) }
  }

  /// The limits that are known.
  public var limits: [Limit]

  /// The limits given.
  public init(_ limits: [Limit] = []) { self.limits = limits }

  /// The limit of a kind; nil when it is not known.
  public subscript(kind: Kind) -> Limit? { limits.first { $0.kind == kind } }
}
