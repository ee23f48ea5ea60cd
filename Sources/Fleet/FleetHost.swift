public import Pools

/// One host of many, as the monitoring server knows it.
public struct FleetHost: Hashable, Sendable {
  /// Its name: the value of the label that tells hosts apart.
  public var name: String
  /// The usage of its tightest pool; nil where the server has none.
  public var usage: Double?
  /// The least headroom of its pools and addresses that have a series, in ports; 0 where a pool is used up.
  public var headroom: Int?
  /// Seconds until its first pool is exhausted, where that is forecast.
  public var secondsToExhaustion: Double?
  /// Connects that failed within the window, as the server extrapolates them; nil where nobody counts them.
  public var failures: Double?
  /// What is known of it.
  public var presence: Presence
  /// Its tightest pool; known of the hosts that are shown alone.
  public var pool: FleetPool?
  /// How bad it is; nil where its ports are not known to be counted.
  public var level: VerdictLevel?

  /// Whether a host is heard of.
  public enum Presence: String, Hashable, Sendable {
    /// Its collector writes.
    case fresh
    /// Its exporter answers, and no collector writes.
    case stale
    /// It was there within the hour, and is not now.
    case silent
  }
}

/// A pool as the labels name it.
public struct FleetPool: Hashable, Sendable {
  /// As in documents: "connect", "bind", "udp", "udp-bind".
  public var kind: String
  /// The name of its network namespace.
  public var namespace: String
  /// The local address; of the ports for UDP connect(), the family.
  public var source: String
  /// Where it leads; empty where a pool has no destination.
  public var destination: String
  /// The port there.
  public var port: String
  /// 1 - headroom / capacity.
  public var usage: Double
}

/// A destination towards which several hosts are tight.
public struct FleetCause: Hashable, Sendable {
  /// The address.
  public var destination: String
  /// The port there.
  public var port: String
  /// How many hosts are tight towards it.
  public var hosts: Int
  /// Of these hosts, the median usage of a pool to it; nil where the server did not say.
  public var medianUsage: Double?
  /// The highest of them.
  public var worstUsage: Double?
}
