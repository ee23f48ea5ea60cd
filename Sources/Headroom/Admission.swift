public import Kernel

/// Lets connects to one destination through as long as there is room: asked before each of them.
///
///     var admission = Admission(floor: 100)
///     switch admission.ask(reader.headroom(to: address, port: 443)) {
///     case .admitted: try connect()
///     case .refused(_, let isSettled): give up, or wait
///     case .unknown(let why): decide
///     }
///
/// A frame is some milliseconds to a second old. What was admitted since is remembered and taken off, until a
/// frame that covers it; a connect may be taken off twice for one interval, never not at all, so that a refusal
/// may be one of the moment: ask again in some milliseconds. What others connect meanwhile is theirs:
/// `floor` is for them, and for connects that were admitted and are not made yet. A port that was given back
/// counts when a frame says so.
///
/// A value of one thread, or behind a lock. At most one word per admission of two intervals.
public struct Admission: Sendable {
  /// What came of asking.
  public enum Decision: Hashable, Sendable {
    /// Connect now. So many are left then, above and below the floor.
    case admitted(left: Int)
    /// Do not: so few are left. `isSettled` says that all that was admitted is counted, so that there are no more
    /// before ports come back; else it may be a refusal of the moment.
    case refused(left: Int, isSettled: Bool)
    /// Nobody knows.
    case unknown(HeadroomUnknown)
  }

  /// How many ports are left alone.
  public let floor: Int
  /// When connects were admitted that no frame covers yet, oldest first.
  private var uncovered: [UInt64] = []
  /// When the last one was.
  private var lastAdmittedAt: UInt64 = 0

  /// Admits nothing that would leave fewer than `floor` ports.
  public init(floor: Int) { self.floor = max(0, floor) }

  /// Decides on one connect by what was just answered for its destination. `now` is CLOCK_MONOTONIC.
  public mutating func ask(
    _ answer: HeadroomAnswer, atMonotonicNanoseconds now: UInt64 = Clock.monotonicNanoseconds()
  ) -> Decision {
    let moment: CountMoment, counted: Int
    switch answer {
    case .counted(let pool): (moment, counted) = (pool.moment, pool.left)
    case .unlisted(let pool): (moment, counted) = (pool.moment, pool.left)
    case .unknown(let why): return .unknown(why)
    }
    if let first = uncovered.first, first < moment.coveredThroughNanoseconds {
      let covered = uncovered.prefix { $0 < moment.coveredThroughNanoseconds }.count
      uncovered.removeFirst(covered)
    }
    let left = max(0, counted - uncovered.count)
    guard left > floor else {
      return .refused(left: left, isSettled: lastAdmittedAt < moment.countedAtNanoseconds)
    }
    uncovered.append(now)
    lastAdmittedAt = now
    return .admitted(left: left - 1)
  }
}
