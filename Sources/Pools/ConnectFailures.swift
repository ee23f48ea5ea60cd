/// Connects that failed because no port was left, counted as they happened.
///
/// `total` is exact and of the whole host where `coverage` says so; `attributed` + `unattributed` + `lost`
/// is `total`.
public struct ConnectFailures: Hashable, Sendable {
  /// What the way of counting can see.
  public enum Coverage: String, Hashable, Sendable {
    /// Every failed selection of a port on the host: perf_event counters.
    case host
    /// Those of one network namespace, noticed when their sockets are closed: sock_diag's destroy group.
    case namespace
  }

  /// What was counted.
  public var coverage: Coverage
  /// Failed connects.
  public var total: Int
  /// Of those, with a known process and pool.
  public var attributed: Int
  /// Of those, seen by the counter and not by the sample.
  public var unattributed: Int
  /// Of those, lost by a full buffer.
  public var lost: Int
  /// bind() calls that failed with EADDRINUSE, for whatever reason; nil when not counted.
  public var possibleBind: Int?
  /// UDP connect() calls that failed with EAGAIN, for whatever reason; nil when not counted.
  public var possibleUDP: Int?
  /// Since when: nanoseconds since 1970-01-01 UTC.
  public var sinceNanoseconds: UInt64

  /// Counting begins at `sinceNanoseconds`.
  public init(_ coverage: Coverage, sinceNanoseconds: UInt64) {
    self.coverage = coverage
    self.sinceNanoseconds = sinceNanoseconds
    total = 0
    attributed = 0
    unattributed = 0
    lost = 0
  }
}
