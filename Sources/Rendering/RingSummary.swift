public import Frames
internal import Inet
public import Pools

/// One of the rings that there are, as a list of them has it.
public struct RingSummary: Hashable, Sendable {
  /// The file.
  public var path: String
  /// The namespace whose frames are in it.
  public var namespace: String
  /// The newest frame's verdict; nil when nothing was counted.
  public var verdict: VerdictLevel?
  /// The pool behind it.
  public var pool: PoolKey?
  /// How much of that pool is used; nil without one.
  public var usage: Double?
  /// The age of the newest frame, nanoseconds; nil without one.
  public var ageNanoseconds: UInt64?
  /// Whether nobody writes it, so that it only has the past.
  public var isStale: Bool

  /// The ring at `path`, written as `writer` says, with its newest frame.
  public init(path: String, _ writer: FrameWriterStatus, newest: Frame?, atNanoseconds now: UInt64)
  {
    self.path = path
    namespace = writer.namespace
    verdict = newest?.countedVerdict
    let tightest = verdict == nil ? nil : newest?.decisive
    pool = tightest?.key
    usage = tightest?.usage
    ageNanoseconds = newest.map { now > $0.takenAtNanoseconds ? now - $0.takenAtNanoseconds : 0 }
    isStale = writer.isStale(atNanoseconds: now)
  }

  /// The rings in the order in which people look for trouble: those that are written, the worst verdict and
  /// the tightest first.
  public static func ordered(_ rings: [RingSummary]) -> [RingSummary] {
    rings.sorted { left, right in
      if left.isStale != right.isStale { return right.isStale }
      let one = left.verdict ?? .ok, two = right.verdict ?? .ok
      if one != two { return one > two }
      let usage = left.usage ?? 0, other = right.usage ?? 0
      if usage != other { return usage > other }
      return left.namespace == right.namespace
        ? left.path < right.path : left.namespace < right.namespace
    }
  }

  /// "warning", "not counted yet"; of one that nobody writes, that.
  var words: String {
    isStale ? "past only" : verdict?.rawValue ?? Frame.notCountedWords
  }
}
