internal import Frames
internal import Kernel
internal import Pools

/// The past that is played again on the live screen: how fast, and what one can jump to.
public struct LiveReplay: Hashable, Sendable {
  /// Where it begins: CLOCK_REALTIME nanoseconds, as all moments here.
  public let fromNanoseconds: UInt64
  /// Where it ends.
  public let throughNanoseconds: UInt64
  /// When the tightest pool was tightest; nil where no pool was in use.
  public let worstNanoseconds: UInt64?
  /// What happened, and marks; oldest first, each moment once.
  public let marks: [UInt64]
  /// How many seconds pass in one.
  public var speed = 1.0
  /// Whether it goes on by itself.
  public var isPlaying = true
  /// The moment that is being typed; nil when none is.
  public var asked: String?

  /// The speeds that keys choose from.
  static let speeds: [Double] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1000]

  /// What the words for a moment may be, for messages.
  public static let forms =
    "a span after the beginning (41s, 2m), begin, end, worst, a time of day in UTC (02:47, 02:47:13) "
    + "or a moment (2026-11-21T02:47:13Z)"

  /// The replay of what `report` is about.
  public init(_ report: Report) {
    var names = Names()
    fromNanoseconds = report.fromNanoseconds
    throughNanoseconds = report.throughNanoseconds
    worstNanoseconds = report.pools.first?.usageMaximumAtNanoseconds
    let all = ReportMoment.all(of: report, &names).map(\.atNanoseconds)
    marks = all.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// The moment that `text` says; nil when it says none.
  public func moment(_ text: String) -> UInt64? {
    switch text {
    case "begin": return fromNanoseconds
    case "end": return throughNanoseconds
    case "worst": return worstNanoseconds
    default: break
    }
    if let span = TimeSpan(text) {
      let (moment, overflows) = fromNanoseconds.addingReportingOverflow(span.nanoseconds)
      return overflows ? throughNanoseconds : moment
    }
    return TimeWord(text)?.nanoseconds(at: throughNanoseconds)
  }

  /// The width of the time window that shows all of it, or as much as one can.
  public var windowNanoseconds: UInt64 {
    let seconds = (throughNanoseconds - fromNanoseconds) / 1_000_000_000 + 1
    return (LiveState.zooms.first { $0 >= seconds } ?? 604_800) * 1_000_000_000
  }

  /// "1×", "0.25x".
  func speedText(_ style: Style) -> String {
    Decimal.fixed(speed, places: 2) + (style.isUnicode ? "×" : "x")
  }

  /// The next slower (-1) or faster (1) speed.
  mutating func change(_ step: Int) {
    let next =
      step < 0
      ? Self.speeds.last { $0 < speed } : Self.speeds.first { $0 > speed }
    speed = next ?? speed
  }
}
