public import Frames
public import Pools

/// What is watched, from where on it is too much, and how often that must be seen.
///
/// At each period's end the rule's value is the worst since the last check. A value beyond the threshold
/// at `hits` checks in a row raises the alarm. It clears by itself: with one hit when the value is at the
/// threshold or better, with more hits when it is at 90 % of the threshold or better.
public struct AlarmRule: Hashable, Sendable {
  /// Its name, by which a configuration overrides it; at most 32 bytes of UTF-8.
  public var name: String
  /// What it watches.
  public var subject: Subject
  /// The value that may not be passed, in the subject's unit.
  public var threshold: Double
  /// The time between two checks, in nanoseconds; more than 0.
  public var periodNanoseconds: UInt64
  /// The checks in a row that raise the alarm; at least 1.
  public var hits: Int
  /// How grave it is.
  public var severity: AlarmSeverity
  /// The service that suffers, in the words of whoever reads the alarm; may be empty.
  public var service: String
  /// The role of the host in that service; may be empty.
  public var role: String

  /// The rule given. Traps if the period is 0 or there is no hit.
  public init(
    name: String, subject: Subject, threshold: Double, periodNanoseconds: UInt64, hits: Int,
    severity: AlarmSeverity, service: String = "", role: String = ""
  ) {
    precondition(periodNanoseconds > 0 && hits > 0, "a rule has a period and hits")
    self.name = name
    self.subject = subject
    self.threshold = threshold
    self.periodNanoseconds = periodNanoseconds
    self.hits = hits
    self.severity = severity
    self.service = service
    self.role = role
  }

  /// What a rule watches.
  public enum Subject: Hashable, Sendable {
    /// Distinct TCP ports in use over the range's size; a ratio.
    case host
    /// The usage of each local address's bind pool; a ratio.
    case address
    /// The usage of each pool, of one kind or of all; a ratio.
    case pool(PoolKind?)
    /// Failed connects of the host within the period; a count.
    case failures
    /// The time until a pool has no port left, for each; seconds. Less is worse.
    case forecast
    /// TIME_WAIT sockets that the kernel could not keep, within the period; a count.
    case timeWaitOverflow
    /// The time since sockets were counted last; seconds.
    case stale

    /// The word of the configuration and of documents: "host", "time_wait_overflow".
    public var name: String {
      switch self {
      case .host: "host"
      case .address: "address"
      case .pool: "pool"
      case .failures: "failures"
      case .forecast: "forecast"
      case .timeWaitOverflow: "time_wait_overflow"
      case .stale: "stale"
      }
    }

    /// All words, in the order in which they are listed; `pool` without a kind.
    public static let all: [Subject] = [
      .host, .address, .pool(nil), .failures, .forecast, .timeWaitOverflow, .stale,
    ]

    /// What a value of it is.
    public var unit: Unit {
      switch self {
      case .host, .address, .pool: .ratio
      case .failures, .timeWaitOverflow: .count
      case .forecast, .stale: .seconds
      }
    }
  }

  /// What a value is.
  public enum Unit: String, Hashable, Sendable {
    /// A share, 1 is all.
    case ratio
    /// A number of things.
    case count
    /// Seconds.
    case seconds
  }
}

extension AlarmRule {
  /// Whether less is worse.
  var isMirrored: Bool { subject == .forecast }

  /// The value at which a raised alarm clears, and beyond which it stays.
  public var clearingLevel: Double {
    if hits == 1 { return threshold }
    return isMirrored ? threshold / 0.9 : threshold * 0.9
  }

  /// Whether `value` is beyond the threshold.
  func isExceeded(by value: Double) -> Bool { isWorse(value, than: threshold) }

  /// Whether a raised alarm clears at `value`.
  func isCleared(by value: Double) -> Bool { !isWorse(value, than: clearingLevel) }

  /// Whether `value` is beyond `level`, by more than the rounding of ratios of ports.
  private func isWorse(_ value: Double, than level: Double) -> Bool {
    // A port is 1.5e-5 of the largest range: far more than this.
    let slack = 1e-9 * max(1, level.magnitude)
    return isMirrored ? value < level - slack : value > level + slack
  }

  /// The worse of two values.
  func worse(_ value: Double, _ other: Double) -> Double {
    isMirrored ? min(value, other) : max(value, other)
  }
}
