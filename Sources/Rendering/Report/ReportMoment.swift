internal import Frames
internal import Inet
internal import Pools

/// Something on the time axis of a report: what the frames say, and what was noted.
struct ReportMoment {
  /// What happened.
  enum Kind: Hashable {
    /// connect() began to search for ports of a pool.
    case cliff
    /// A pool had no port left.
    case exhausted
    /// The tightest pool was never tighter.
    case peak
    /// The first connect failed.
    case firstFailure
    /// An event of the collector, or a mark.
    case event(Event.Kind)

    /// The key in documents.
    var name: String {
      switch self {
      case .cliff: "cliff"
      case .exhausted: "exhausted"
      case .peak: "peak"
      case .firstFailure: "first_failure"
      case .event(let kind): kind.name
      }
    }

    /// The class of its mark in the style.
    var tone: String {
      switch self {
      case .exhausted, .firstFailure, .event(.connectsFailed): "critical"
      case .cliff, .event(.alarmRaised), .event(.sampleFailed), .event(.samplesMissed): "warning"
      case .peak, .event: "plain"
      }
    }
  }

  /// When: CLOCK_REALTIME nanoseconds.
  let atNanoseconds: UInt64
  /// What happened.
  let kind: Kind
  /// The pool, where it is about one.
  let pool: PoolKey?
  /// In words; a mark's are somebody else's.
  let text: String

  /// The moments of a report, oldest first; of pools, those of the `most` worst.
  static func all(
    of report: Report, pools most: Int = 3, _ names: inout Names
  ) -> [ReportMoment] {
    var moments: [ReportMoment] = []
    for pool in report.pools.prefix(most) {
      let name = Sentences.name(pool.key, &names)
      if let at = pool.cliffReachedAtNanoseconds {
        let text = "\(name) is past its cliff: every connect searches"
        moments.append(.init(atNanoseconds: at, kind: .cliff, pool: pool.key, text: text))
      }
      if let at = pool.exhaustedAtNanoseconds {
        let text = "\(name) has no port left"
        moments.append(.init(atNanoseconds: at, kind: .exhausted, pool: pool.key, text: text))
      }
    }
    if let pool = report.pools.first, pool.exhaustedAtNanoseconds == nil, pool.usageMaximum > 0 {
      let text =
        "\(Sentences.name(pool.key, &names)) is used by \(Decimal.percent(pool.usageMaximum)), "
        + "the most"
      moments.append(
        .init(
          atNanoseconds: pool.usageMaximumAtNanoseconds, kind: .peak, pool: pool.key, text: text))
    }
    if let at = report.firstFailureAtNanoseconds {
      moments.append(
        .init(
          atNanoseconds: at, kind: .firstFailure, pool: nil,
          text: "the first connect fails for want of a port"))
    }
    for event in report.events {
      let words = LiveWords.event(event, &names)
      let kind = LiveWords.kind(event.kind)
      moments.append(
        .init(
          atNanoseconds: event.atNanoseconds, kind: .event(event.kind), pool: nil,
          text: words.isEmpty ? kind : "\(kind): \(words)"))
    }
    return moments.enumerated()
      .sorted {
        ($0.element.atNanoseconds, $0.offset) < ($1.element.atNanoseconds, $1.offset)
      }
      .map(\.element)
  }
}
