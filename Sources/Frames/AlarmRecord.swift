public import Pools

/// What an alarm watches: the whole namespace, one pool, or something else that a rule names.
public enum AlarmSubject: Hashable, Sendable {
  /// The namespace as a whole.
  case host
  /// One pool; an address is its bind pool.
  case pool(PoolKey)
}

/// How grave an alarm is.
public enum AlarmSeverity: UInt8, Hashable, Sendable, CaseIterable {
  /// Worth knowing.
  case warning = 0
  /// Service is or will be impaired.
  case minor = 1
  /// Service is impaired: seed 000's own.
  case major = 2
  /// Service is lost.
  case critical = 3

  /// "warning", "minor", "major", "critical".
  public var name: String {
    switch self {
    case .warning: "warning"
    case .minor: "minor"
    case .major: "major"
    case .critical: "critical"
    }
  }
}

/// Where one rule stands with one subject: enough to go on after a restart.
public struct AlarmRecord: Hashable, Sendable {
  /// The rule's name, at most 32 bytes of UTF-8.
  public var rule: String
  /// What it watches.
  public var subject: AlarmSubject
  /// How grave it is.
  public var severity: AlarmSeverity
  /// Whether it is raised.
  public var isRaised: Bool
  /// Checks in a row at which the value was above the threshold.
  public var hits: Int
  /// How many more subjects of the rule are behind this one, when they are grouped; 0 if it is alone.
  public var groupedCount = 0
  /// The value at the last check, in the rule's unit: a ratio for usages.
  public var value: Float
  /// The rule's threshold.
  public var threshold: Float
  /// Since when it is raised, or has hits: CLOCK_REALTIME nanoseconds.
  public var sinceNanoseconds: UInt64

  /// The record given.
  public init(
    rule: String, subject: AlarmSubject, severity: AlarmSeverity, isRaised: Bool, hits: Int,
    groupedCount: Int = 0, value: Float, threshold: Float, sinceNanoseconds: UInt64
  ) {
    self.rule = rule
    self.subject = subject
    self.severity = severity
    self.isRaised = isRaised
    self.hits = hits
    self.groupedCount = groupedCount
    self.value = value
    self.threshold = threshold
    self.sinceNanoseconds = sinceNanoseconds
  }
}
