/// One series' value at an instant, as a monitoring server answers it.
public struct MetricSample: Hashable, Sendable {
  /// The labels, without the metric's name.
  public var labels: [String: String]
  /// The value; a server may say NaN or infinite.
  public var value: Double

  /// A sample.
  public init(_ labels: [String: String], _ value: Double) {
    self.labels = labels
    self.value = value
  }

  /// The value, if it is a number that something can be counted by.
  var number: Double? { value.isFinite && value >= 0 ? value : nil }
}
