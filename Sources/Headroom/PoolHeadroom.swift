public import Frames
public import Pools

/// How many more connects to a destination get a source port: its pool as it was counted last.
///
/// A count is of the past. What is known of the time since is in `left`: connects of anybody that the kernel
/// has counted until the newest frame. What comes after that frame nobody knows but who connects: see
/// `Admission` for one's own.
public struct PoolHeadroom: Hashable, Sendable {
  /// The pool: source, destination and port.
  public let key: PoolKey
  /// |A|: the ports that connect() draws from.
  public let capacity: Int
  /// |T|: ports in use, as counted.
  public let inUse: Int
  /// How many more would have succeeded when it was counted, at most.
  public let headroom: Int
  /// The same, at least; nil where no such bound is known.
  public let headroomLower: Int?
  /// Whether `headroom` is exact or an upper bound.
  public let bound: HeadroomBound
  /// TIME_WAIT ports that the next connect() may take over; they are part of `headroom`.
  public let reclaimable: Int
  /// The most ports that can have been taken between the count and the newest frame.
  public let risen: Int
  /// What the numbers mean.
  public let verdict: VerdictLevel
  /// How it was counted: by a dump, alone, or not since an earlier count.
  public let method: CountMethod
  /// How new it is.
  public var moment: CountMoment

  /// What is left of `headroom` as of the newest frame, however many of the connects since the count went to
  /// this pool.
  public var left: Int { max(0, headroom - risen) }
}

/// A bound on a pool that is not among those of the frame, which are the tightest: it has as many ports in use
/// as the fullest one that is left out, or fewer, or none.
public struct UnlistedHeadroom: Hashable, Sendable {
  /// |A|: the ports that connect() draws from, as far as blocked ones are known.
  public let capacity: Int
  /// The most ports that can be in use in the pool, as counted.
  public let inUseMaximum: Int
  /// The most ports that can have been taken between the count and the newest frame.
  public let risen: Int
  /// How new it is.
  public var moment: CountMoment

  /// At least so many connects succeed, as of the newest frame.
  public var left: Int { max(0, capacity - inUseMaximum - risen) }
}

/// How new an answer is, on CLOCK_MONOTONIC.
public struct CountMoment: Hashable, Sendable {
  /// The number of the frame.
  public let tick: UInt64
  /// When the pool was counted.
  public let countedAtNanoseconds: UInt64
  /// Connects that were made before this moment are in the numbers: counted, or in `risen`.
  public let coveredThroughNanoseconds: UInt64
  /// How old the count was when it was asked for; of a count that nothing has happened since, how old that
  /// finding.
  public var ageNanoseconds: UInt64
}
