/// What a metric's values do.
public enum MetricKind: String, Hashable, Sendable {
  /// They go up and down.
  case gauge
  /// They only rise, until the program that keeps them starts anew.
  case counter
}
