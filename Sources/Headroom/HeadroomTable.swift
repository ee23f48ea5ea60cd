public import Frames
public import Inet
internal import Kernel
internal import Pools

/// A frame, prepared for questions: made once a frame, asked any number of times. Pure.
///
/// A question allocates nothing and looks at each connect pool of the frame, of which there are 64 at most.
public struct HeadroomTable: Sendable {
  /// The boot that the moments belong to.
  let boot: BootID
  private let tick: UInt64
  private let frameAt: UInt64
  private let coveredThrough: UInt64
  private let staleAfter: UInt64
  private let isCounted: Bool
  private let ends: [Ends]
  private let pools: [PoolHeadroom]
  private let unlisted: UnlistedHeadroom?

  /// The pool's ends, apart from its numbers: a question reads all of these, and one of those.
  private struct Ends {
    let source: IPAddress
    let destination: IPAddress
    let port: UInt16
  }

  /// The table of a frame. `intervalNanoseconds` is the writer's: a frame is stale after three of them, but
  /// not before two seconds.
  public init(_ frame: Frame, intervalNanoseconds: UInt64) {
    boot = frame.boot
    tick = frame.tick
    frameAt = frame.monotonicNanoseconds
    let (triple, overflows) = intervalNanoseconds.multipliedReportingOverflow(by: 3)
    staleAfter = max(overflows ? .max : triple, 2_000_000_000)
    isCounted = !frame.flags.contains(.notCounted)
    // The guard's counters were read for this frame, so after the one before it.
    let frameBefore = frameAt - min(frame.spanNanoseconds, frameAt)
    coveredThrough = frameBefore
    var ends: [Ends] = [], pools: [PoolHeadroom] = []
    for record in frame.pools {
      guard case .connect(let source, let destination, let port, _) = record.key else { continue }
      ends.append(Ends(source: source, destination: destination, port: port))
      pools.append(PoolHeadroom(record, tick: tick, frameBefore: frameBefore))
    }
    self.ends = ends
    self.pools = pools
    unlisted = UnlistedHeadroom(frame, frameBefore: frameBefore)
  }

  /// The headroom of TCP connects to `destination`:`port`, as of `now` on CLOCK_MONOTONIC.
  ///
  /// Of several pools to it, one for each source address (and interface), the one with the least left; with
  /// `source`, of those from it alone.
  public func headroom(
    to destination: IPAddress, port: UInt16, from source: IPAddress? = nil,
    atMonotonicNanoseconds now: UInt64
  ) -> HeadroomAnswer {
    if isStale(at: now) { return .unknown(.stale(ageNanoseconds: now - frameAt)) }
    guard isCounted else { return .unknown(.notCounted) }
    var tightest: Int?
    for index in ends.indices
    where ends[index].port == port && ends[index].destination == destination
      && (source == nil || source == ends[index].source)
    {
      if let best = tightest, pools[best].left <= pools[index].left { continue }
      tightest = index
    }
    if let tightest {
      var pool = pools[tightest]
      let since =
        pool.method == .bound
        ? pool.moment.countedAtNanoseconds : pool.moment.coveredThroughNanoseconds
      pool.moment.ageNanoseconds = now - min(now, since)
      return .counted(pool)
    }
    guard var unlisted else { return .unknown(.notListed) }
    unlisted.moment.ageNanoseconds = now - min(now, unlisted.moment.countedAtNanoseconds)
    return .unlisted(unlisted)
  }

  /// Whether the frame is too old to say anything of now.
  func isStale(at now: UInt64) -> Bool { now > frameAt && now - frameAt > staleAfter }

  /// Whether the frame is old enough to ask what became of its writer.
  func isDue(at now: UInt64) -> Bool { now > frameAt && now - frameAt > 1_000_000_000 }
}

extension PoolHeadroom {
  /// The numbers of a record of a frame.
  fileprivate init(_ record: PoolRecord, tick: UInt64, frameBefore: UInt64) {
    key = record.key
    capacity = record.capacity
    inUse = Int(record.inUse.last)
    headroom = Int(record.headroom.last)
    headroomLower = record.headroomLower
    bound = record.headroomBound
    reclaimable = record.reclaimable
    risen = max(0, record.inUseBound - Int(record.inUse.last))
    verdict = record.verdict
    method = record.method
    moment = CountMoment(
      tick: tick, countedAtNanoseconds: record.countedAtMonotonic,
      coveredThroughNanoseconds: max(frameBefore, record.countedAtMonotonic), ageNanoseconds: 0)
  }
}

extension UnlistedHeadroom {
  /// What a frame says of the connect pools that it does not list; nil where it does not say enough.
  fileprivate init?(_ frame: Frame, frameBefore: UInt64) {
    guard frame.other.isExact, let risen = Self.risen(frame) else { return nil }
    capacity = frame.connectCapacity
    inUseMaximum = frame.other.inUseMaximum
    self.risen = risen
    let age = frame.gauges[.countAge].map { UInt64($0.last) * 1_000_000 } ?? 0
    let now = frame.monotonicNanoseconds
    moment = CountMoment(
      tick: frame.tick, countedAtNanoseconds: now - min(now, age),
      coveredThroughNanoseconds: frameBefore, ageNanoseconds: 0)
  }

  /// How many ports any pool can have gained since the count of all: as many as there are where nothing says
  /// less; nil when nothing says anything.
  private static func risen(_ frame: Frame) -> Int? {
    // Each bound is cut at the range, and says how many it is only below that.
    let range = frame.range.count
    if let counted = frame.gauges[.tcpPortsInUse]?.last,
      let bound = frame.gauges[.tcpPortsInUseBound]?.last, bound < range
    {
      return Int(bound - min(counted, bound))
    }
    let records = frame.pools.filter { $0.key.transport == .tcp }
    if records.isEmpty { return nil }
    return records.filter { $0.inUseBound < range }
      .map { max(0, $0.inUseBound - Int($0.inUse.last)) }.max() ?? range
  }
}
