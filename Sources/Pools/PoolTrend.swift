/// Where a pool is going, and whether it has failed already: what only samples over time can know.
///
/// What is nil is not known (yet); in particular a trend with arrivals and without `secondsToExhaustion`
/// says that the pool does not run out.
public struct PoolTrend: Hashable, Sendable {
  /// New connects a second, gross.
  public var arrivalsPerSecond: Double?
  /// Ports that come back a second.
  public var releasesPerSecond: Double?
  /// Until no port of the low end's parity is left, and connect() begins to search.
  public var secondsToCliff: Double?
  /// Until the first moment without a free port.
  public var secondsToExhaustion: Double?
  /// The usage at which it settles, where it does.
  public var steadyUsage: Double?
  /// The arrivals that the pool can carry for ever, as long as ports are held as they are now.
  public var sustainablePerSecond: Double?
  /// Failed connects since the collector began; nil when nobody counts them.
  public var failures: Int?
  /// Seconds since the last failed connect; nil when there was none, or nobody counts them.
  public var secondsSinceFailure: Double?

  /// Nothing known.
  public init() {}

  /// The trend as it stands `seconds` later, if nothing new is known: what counts down has gone on.
  public func aged(by seconds: Double) -> PoolTrend {
    var trend = self
    trend.secondsToCliff = secondsToCliff.map { max(0, $0 - seconds) }
    trend.secondsToExhaustion = secondsToExhaustion.map { max(0, $0 - seconds) }
    trend.secondsSinceFailure = secondsSinceFailure.map { $0 + max(0, seconds) }
    return trend
  }
}
