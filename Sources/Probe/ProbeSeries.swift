/// Several probes of one pool, one after the other, and what the same call costs elsewhere.
public struct ProbeSeries: Hashable, Sendable {
  /// The answers, in their order.
  public var answers: [ProbeAnswer]
  /// The same call to a destination that nobody uses; nil where none is routed, and for UDP.
  public var unused: CallTimes?
  /// The same call with one port to choose from, which is free: what it costs without a search.
  public var withoutSearch: CallTimes?
  /// How many probes of the kernel's were granted, with those for comparison: by so many EstabResets
  /// rises.
  public var establishedCount: Int
  /// How many ports the range has that was drawn from; nil where it cannot be read.
  public var rangeCount: Int?

  /// The answers given, with nothing to compare them with.
  public init(answers: [ProbeAnswer], establishedCount: Int) {
    self.answers = answers
    self.establishedCount = establishedCount
  }

  /// How many of the answers granted a port.
  public var grantedCount: Int { answers.count { $0.outcome.isGranted } }

  /// How long the calls took.
  public var times: CallTimes? { CallTimes(answers.compactMap(\.nanoseconds)) }

  /// Whether the kernel searches: every connect() looks at thousands of ports before it finds one.
  ///
  /// Nil where there is nothing to compare with, and where calls are fast but the range is so narrow that
  /// a search would be too (``isTooNarrow``). The cost of the call itself (system call, route,
  /// socket) is taken off, so that a slow host is no search; the shortest of the times decides, because
  /// past the cliff *every* call searches, and an interruption makes only some slow. Measured: a call
  /// is 2 to 4 µs, at 49.5 % of the default range 6 µs, past the cliff 300 µs, and about 20 ns for each
  /// port looked at: 50 µs are thousands of them, and more than noise.
  public var isSearching: Bool? {
    guard let times, let floor = withoutSearch ?? unused else { return nil }
    if times.minimum > floor.minimum,
      times.minimum - floor.minimum > Self.searchNanoseconds
    {
      return true
    }
    return isNarrow ? nil : false
  }

  /// Whether ``isSearching`` is nil for the range alone: a search of it could not be told from none.
  public var isTooNarrow: Bool {
    times != nil && (withoutSearch ?? unused) != nil && isSearching == nil
  }

  /// Past the cliff a call looks at half the range at least: 5,000 ports are 100 µs, twice the border,
  /// for a host of twice the speed.
  private var isNarrow: Bool { rangeCount.map { $0 < Self.measurableRangeCount } ?? true }

  private static var measurableRangeCount: Int { 10_000 }

  private static var searchNanoseconds: UInt64 { 50_000 }
}
