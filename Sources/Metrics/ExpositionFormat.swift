/// The two text formats in which Prometheus and what speaks its language take metrics.
public enum ExpositionFormat: Hashable, Sendable, CaseIterable {
  /// OpenMetrics 1.0.0.
  case openMetrics
  /// Prometheus' own text format, 0.0.4.
  case text

  /// What HTTP calls it: the value of Content-Type.
  public var contentType: String {
    switch self {
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    }
  }
}
