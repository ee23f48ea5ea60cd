/// The value of a sample, as exactly as it is known.
public enum MetricValue: Hashable, Sendable {
  /// A whole number.
  case count(UInt64)
  /// Nanoseconds, written as seconds.
  case nanoseconds(UInt64)
  /// Any number; what is infinite or none is written as such.
  case number(Double)
}
