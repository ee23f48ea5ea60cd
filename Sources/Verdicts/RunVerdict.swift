public import Pools

/// Whether source ports were what limited a run, and what there is to say about it.
///
/// All seconds are since the run's start. What is nil is not known.
public struct RunVerdict: Hashable, Sendable {
  /// The answer.
  public enum Limit: String, Hashable, Sendable, CaseIterable {
    /// Connects failed for want of a port, or nobody could count them and the last one was in use.
    case yes
    /// None did, and there were ports.
    case no
    /// What was seen does not tell.
    case unknown
  }

  /// How sure the answer is.
  public enum Confidence: String, Hashable, Sendable, CaseIterable {
    /// The kernel said so.
    case high
    /// Counts said so, which see a moment now and then.
    case medium
    /// Too little was seen.
    case low
  }

  /// Were source ports the limit?
  public var limit = Limit.unknown
  /// How sure that is.
  public var confidence = Confidence.low
  /// Why, the weightiest first.
  public var reasons: [RunReason] = []

  /// When the run began: CLOCK_REALTIME nanoseconds; nil where nothing tells.
  public var startedAtNanoseconds: UInt64?
  /// How long it was looked at.
  public var durationSeconds = 0.0
  /// Frames that were read.
  public var sampleCount: UInt64 = 0
  /// Processor time of the looking, as a share of one core; nil for less than a second.
  public var samplingShare: Double?

  /// The command that ran; nil where there was none.
  public var command: String?
  /// How it ended; nil while it runs, or where nobody saw its end.
  public var end: RunEnd?

  /// The connect pool that was the limit, or the tightest one; nil without any.
  public var pool: RunPool?
  /// Other connect pools: those with failures first, then by usage; at most 8.
  public var otherPools: [RunPool] = []
  /// When the first connect failed, or the last port was taken.
  public var limitSeconds: Double?
  /// For how long connects failed, in all.
  public var failingSeconds = 0.0

  /// Failed connects; nil where nobody counted them.
  public var failures: RunFailures?
  /// What was said of failures meanwhile: whose they were, the first ones.
  public var notices: [String] = []

  /// Connects that found a port; nil where the kernel's counter could not be read.
  public var connects: UInt64?
  /// Connects a second until ports were the limit; where they were not, over the time in which there were any.
  public var achievedPerSecond: Double?
  /// Connects a second from then on.
  public var achievedAfterPerSecond: Double?
  /// The most connects within one second.
  public var peakPerSecond: Double?
  /// What it takes to go on for ever at what was achieved; nil where the rate or the ports are not known.
  public var plan: CapacityPlan?
  /// Connects a second that the pool carries for ever.
  public var sustainablePerSecond: Double?

  /// Whether what was achieved can go on for ever; nil where the rate or the ports are not known.
  public var fits: Bool? { plan.map { $0.outcome.fits && limit != .yes } }

  /// Source addresses, evenly used, that carry what was achieved; at least so many where one was too few for what
  /// was tried.
  public var sourcesNeeded: Int? {
    plan?.outcome.sourcesNeeded.map { limit == .yes ? max($0, 2) : $0 }
  }

  /// Nothing known.
  public init() {}
}

/// Failed connects of a run.
public struct RunFailures: Hashable, Sendable {
  /// Those that were, or may have been, of the namespace.
  public var total: UInt64 = 0
  /// Of those, how many are known to be.
  public var knownHere: UInt64 = 0
  /// Those of other namespaces of the host.
  public var elsewhere: UInt64 = 0

  /// None.
  public init() {}
}

/// A connect pool over the time of a run.
public struct RunPool: Hashable, Sendable {
  /// Which one.
  public var key: PoolKey
  /// |A|, as it was last.
  public var capacity: Int
  /// The most ports in use, as counted.
  public var inUseMaximum = 0
  /// The highest usage, as counted.
  public var usageMaximum = 0.0
  /// Failed connects; nil where nobody knew whose they were.
  public var failures: Int?
  /// When connects began to search.
  public var cliffSeconds: Double?
  /// When no port was left.
  public var exhaustedSeconds: Double?

  /// A pool of which nothing is known yet.
  public init(_ key: PoolKey, capacity: Int) {
    self.key = key
    self.capacity = capacity
  }

  /// Whether it matters more: those with most failures first, then by usage.
  func isBefore(_ other: RunPool) -> Bool {
    let (mine, its) = (failures ?? 0, other.failures ?? 0)
    if mine != its { return mine > its }
    if usageMaximum != other.usageMaximum { return usageMaximum > other.usageMaximum }
    return key < other.key
  }
}
