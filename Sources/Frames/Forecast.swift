public import Pools

/// Where a pool is going.
public struct Forecast: Hashable, Sendable {
  /// New connects a second, gross.
  public var arrivalsPerSecond: Float?
  /// Ports that come back a second.
  public var releasesPerSecond: Float?
  /// Until no port of the low end's parity is left.
  public var secondsToCliff: Float?
  /// Until the first moment without a free port.
  public var secondsToExhaustion: Float?
  /// The arrivals that the pool can carry for ever.
  public var sustainablePerSecond: Float?
  /// The usage at which it settles, where it does.
  public var steadyUsage: Float?
  /// Ports that come back within 1, 2, 5, 10, 30 and 60 seconds; nil when not known.
  public var release: [UInt16]?

  /// The horizons of `release`, in seconds.
  public static var releaseHorizons: [Int] { [1, 2, 5, 10, 30, 60] }

  /// Nothing known.
  public init() {}

  /// What a pool's trend and schedule say, in the frame's precision.
  public init(_ trend: PoolTrend?, _ schedule: ReleaseSchedule?) {
    arrivalsPerSecond = trend?.arrivalsPerSecond.map { Float($0) }
    releasesPerSecond = trend?.releasesPerSecond.map { Float($0) }
    secondsToCliff = trend?.secondsToCliff.map { Float($0) }
    secondsToExhaustion = trend?.secondsToExhaustion.map { Float($0) }
    steadyUsage = trend?.steadyUsage.map { Float($0) }
    sustainablePerSecond = trend?.sustainablePerSecond.map { Float($0) }
    release = schedule.map { schedule in
      Self.releaseHorizons.map { UInt16(clamping: schedule.ports(within: Double($0))) }
    }
  }

  /// What was known over time; nil when nothing was. Failures are the record's.
  public var trend: PoolTrend? {
    var trend = PoolTrend()
    trend.arrivalsPerSecond = arrivalsPerSecond.map { Double($0) }
    trend.releasesPerSecond = releasesPerSecond.map { Double($0) }
    trend.secondsToCliff = secondsToCliff.map { Double($0) }
    trend.secondsToExhaustion = secondsToExhaustion.map { Double($0) }
    trend.steadyUsage = steadyUsage.map { Double($0) }
    trend.sustainablePerSecond = sustainablePerSecond.map { Double($0) }
    return trend == PoolTrend() ? nil : trend
  }

  /// What comes back, at the horizons: a coarser schedule than the one counted.
  public var schedule: ReleaseSchedule? {
    guard let release else { return nil }
    var teeth: [ReleaseSchedule.Tooth] = []
    var before = 0
    for (horizon, ports) in zip(Self.releaseHorizons, release) where Int(ports) > before {
      teeth.append(.init(seconds: Double(horizon), ports: Int(ports) - before))
      before = Int(ports)
    }
    return ReleaseSchedule(teeth)
  }
}
