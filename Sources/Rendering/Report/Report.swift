public import Frames
internal import Inet
public import Pools
public import Verdicts

/// What became of the frames of a stretch of time: how tight it got, when, for whom, and what looking cost.
///
/// Made by a `ReportBuilder`, frame by frame; its size does not depend on their number.
public struct Report: Sendable {
  /// Somebody who held ports.
  struct Owner: Sendable {
    /// Who.
    let kind: OwnerRecord.Kind
    /// The cgroup's, process's or user's number.
    let id: UInt64
    /// Its name, the newest.
    var name: String
    /// The most ports held.
    var portsMaximum: Int
    /// Of those of one frame, the most in TIME_WAIT.
    var timeWaitMaximum: Int
    /// Whether some of it was inferred and not seen.
    var isInferred: Bool
  }

  /// Who wrote the frames.
  public let writer: FrameWriterStatus
  /// Whether source ports limited the run that was recorded, as far as it is shown; nil where frames are of none.
  public var run: RunVerdict?
  /// Where the time lines begin: CLOCK_REALTIME nanoseconds, as all moments here.
  public let fromNanoseconds: UInt64
  /// Where they end.
  public let throughNanoseconds: UInt64
  /// Frames.
  public internal(set) var frameCount = 0
  /// Samples that they stand for.
  public internal(set) var sampleCount = 0
  /// The worst verdict of all frames in which something was counted.
  public internal(set) var level: VerdictLevel?
  /// What could not be shown.
  public internal(set) var losses = FrameLosses()

  /// When the worst verdict was first given.
  var levelAtNanoseconds: UInt64?
  /// What was not available in some frame.
  var flags: FrameFlags = []
  /// What happened, summed up.
  var counters = HostCounters()
  /// The time that the counters cover.
  var spanNanoseconds: UInt64 = 0
  /// Failed connects that were, or may have been, of this namespace; nil when nobody counted.
  var failures: UInt64?
  /// When the first of them was counted.
  var firstFailureAtNanoseconds: UInt64?
  /// The most connects a second, over at least a second.
  var connectsPerSecondMaximum: Double?
  /// The most sockets in TIME_WAIT.
  var timeWaitMaximum: UInt32?
  /// The columns that have frames, from left to right.
  var columns: [ReportColumn] = []
  /// Columns in all.
  let columnCount: Int
  /// The pools, the worst first.
  var pools: [ReportPool] = []
  /// Pools that were seen; at least, where not all were remembered.
  var poolTotal = 0
  /// Who held ports, most first.
  var owners: [Owner] = []
  /// What happened, oldest first.
  var events: [Event] = []
  /// Where there are no frames.
  var gaps: [History.Gap] = []

  init(writer: FrameWriterStatus, from: UInt64, through: UInt64, columnCount: Int) {
    self.writer = writer
    self.columnCount = columnCount
    fromNanoseconds = from
    throughNanoseconds = max(from, through)
  }

  /// Connects a second over all that is known; nil when nothing is.
  var connectsPerSecond: Double? {
    guard let connects = counters[.activeOpens], spanNanoseconds > 0 else { return nil }
    return Double(connects) * 1e9 / Double(spanNanoseconds)
  }

  /// The processor time that sampling took, as a share of one core; nil when not known.
  var costShare: Double? {
    guard let cost = counters[.cpuNanoseconds], spanNanoseconds > 0 else { return nil }
    return Double(cost) / Double(spanNanoseconds)
  }

  /// The pools that are drawn: those in use, without the ones that look the same as one before.
  var drawnPools: [ReportPool] {
    let busy = pools.filter { $0.key.kind == .connect || $0.usageMaximum >= 0.01 }
    var drawn: [ReportPool] = []
    for pool in busy.isEmpty ? Array(pools.prefix(1)) : busy {
      if drawn.count == ReportStyle.dashes.count { break }
      if pool.key.kind != .connect, drawn.contains(where: { $0.looksLike(pool) }) { continue }
      drawn.append(pool)
    }
    return drawn
  }
}

extension ReportPool {
  /// Whether a line of the one would cover that of the other.
  fileprivate func looksLike(_ other: ReportPool) -> Bool {
    zip(columns, other.columns).allSatisfy { mine, its in
      abs((mine?.mean ?? -1) - (its?.mean ?? -1)) < 0.002
        && abs((mine?.maximum ?? -1) - (its?.maximum ?? -1)) < 0.002
    }
  }
}
