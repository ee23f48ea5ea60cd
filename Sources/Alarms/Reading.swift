/// What one frame says of a subject's value.
enum Reading: Hashable, Sendable {
  /// The value.
  case known(Double)
  /// Not counted, but surely at the clearing level or better: no worse than this.
  case calm(Double)
  /// Not counted, and it could be anything.
  case unknown
}

/// What is known of a subject since the last check.
struct PeriodReading: Hashable, Sendable {
  private var worst: Double?
  private var bound: Double?

  /// Takes one frame's reading: counts add up, of other values the worst stays.
  mutating func add(_ reading: Reading, _ rule: AlarmRule) {
    switch reading {
    case .known(let value):
      if rule.subject.unit == .count {
        worst = (worst ?? 0) + value
      } else {
        worst = worst.map { rule.worse($0, value) } ?? value
      }
    case .calm(let value): bound = bound.map { rule.worse($0, value) } ?? value
    case .unknown: break
    }
  }

  /// The value to decide by; nil when nothing is known, so that nothing is decided.
  var value: Double? { worst ?? bound }
}
