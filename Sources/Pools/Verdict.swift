/// How bad it is; the highest that holds.
public enum VerdictLevel: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Nothing of the below.
  case ok
  /// A connect pool whose first half is used up: connects cost a hundredfold.
  case cliff
  /// Usage at or above the warning threshold, or exhaustion forecast within 300 s.
  case warning
  /// Usage at or above the critical threshold, exhaustion forecast within 60 s, or a connect that failed
  /// within 60 s.
  case critical
  /// No port left, or a connect that failed within 10 s.
  case exhausted

  /// Less bad.
  public static func < (left: VerdictLevel, right: VerdictLevel) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .ok: 0
    case .cliff: 1
    case .warning: 2
    case .critical: 3
    case .exhausted: 4
    }
  }
}

/// Where usage becomes a warning and critical.
public struct VerdictThresholds: Hashable, Sendable {
  /// Usage from which a pool is a warning.
  public var warning: Double
  /// Usage from which a pool is critical.
  public var critical: Double

  /// Thresholds between 0 and 1.
  public init(warning: Double = 0.80, critical: Double = 0.95) {
    self.warning = warning
    self.critical = critical
  }
}

extension VerdictThresholds {
  /// The verdict on a pool: what it is, what is forecast, and what has failed. What is unknown never raises
  /// it.
  public func level(of pool: Pool) -> VerdictLevel {
    let failed = pool.trend?.secondsSinceFailure ?? .infinity
    let left = pool.trend?.secondsToExhaustion ?? .infinity
    if pool.capacity == 0 || pool.headroom == 0 || failed <= 10 { return .exhausted }
    if pool.usage >= critical || left <= 60 || failed <= 60 { return .critical }
    if pool.usage >= warning || left <= 300 { return .warning }
    return pool.isSearching ? .cliff : .ok
  }
}

/// The verdict of a document: its worst pool's, ties by usage, then key.
public struct Verdict: Hashable, Sendable {
  /// The worst pool's level; ok when there is no pool.
  public var level: VerdictLevel
  /// The pool that decided, and the name of its namespace.
  public var pool: Pool?
  /// The namespace of `pool`.
  public var namespace: String?

  /// The verdict over namespaces of pools that have their levels already.
  public init(_ namespaces: [NamespaceSnapshot]) {
    level = .ok
    for namespace in namespaces {
      for candidate in namespace.pools + (namespace.tightestConnect.map { [$0] } ?? []) {
        guard pool.map({ candidate.isWorse(than: $0) }) ?? true else { continue }
        pool = candidate
        self.namespace = namespace.name
        level = candidate.verdict
      }
    }
  }
}

extension Pool {
  /// Whether this pool decides a verdict before `other`.
  public func isWorse(than other: Pool) -> Bool {
    if verdict != other.verdict { return verdict > other.verdict }
    if usage != other.usage { return usage > other.usage }
    return key < other.key
  }
}
