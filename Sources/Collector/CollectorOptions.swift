public import Pools

/// How a collector works.
public struct CollectorOptions: Hashable, Sendable {
  /// The interval between frames.
  public var intervalNanoseconds: UInt64 = 1_000_000_000
  /// The longest interval between looks at the guard's counters.
  public var guardIntervalNanoseconds: UInt64 = 100_000_000
  /// The share of one core that it may use.
  public var budgetShare = 0.02
  /// What turns usage into a verdict.
  public var thresholds = VerdictThresholds()
  /// The limits of a count; owners are counted with it, and those of a million sockets remembered.
  public var sample = SampleOptions(
    walksBeside: false, countsOwners: true, rememberedSockets: 1_000_000)
  /// The connect pools that a frame is made from; what a slot has no room for goes to the remainder.
  public var topPools = 64
  /// The longest time between walks of bound-inactive and of UDP sockets.
  public var sideWalkNanoseconds: UInt64 = 60_000_000_000

  /// How failed connects are counted.
  public var failures = FailureWatch.Options()

  /// The daemon's defaults: a frame a second, a tenth of a second between guards, 2 % of a core.
  public init() {}
}
