internal import Frames

/// Where one rule stands with one subject.
struct SubjectState: Hashable, Sendable {
  /// What a check changed.
  enum Change: Hashable, Sendable {
    case raised
    case cleared
  }

  var hits = 0
  var isRaised = false
  /// The value by which was decided last.
  var value = 0.0
  /// Since when it is raised, or has hits: CLOCK_REALTIME nanoseconds.
  var sinceNanoseconds: UInt64 = 0
  /// What frames said since the last check.
  var period = PeriodReading()

  /// Whether there is nothing to remember.
  var isIdle: Bool { hits == 0 && !isRaised && period.value == nil }

  /// Ends the period: decides by what is known of it. Where nothing is, everything stays as it was.
  mutating func check(_ rule: AlarmRule, atNanoseconds now: UInt64) -> Change? {
    defer { period = PeriodReading() }
    guard let value = period.value else { return nil }
    self.value = value
    guard rule.isExceeded(by: value) else {
      hits = 0
      guard isRaised, rule.isCleared(by: value) else { return nil }
      isRaised = false
      return .cleared
    }
    if hits == 0, !isRaised { sinceNanoseconds = now }
    hits += 1
    guard !isRaised, hits >= rule.hits else { return nil }
    isRaised = true
    sinceNanoseconds = now
    return .raised
  }

  /// The record of it.
  func record(_ rule: AlarmRule, _ subject: AlarmSubject) -> AlarmRecord {
    AlarmRecord(
      rule: rule.name, subject: subject, severity: rule.severity, isRaised: isRaised, hits: hits,
      value: Float(value), threshold: Float(rule.threshold), sinceNanoseconds: sinceNanoseconds)
  }
}
