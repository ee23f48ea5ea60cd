/// A quantity over a stretch of time: its extremes, its mean and where it stood at the end.
///
/// In a raw frame all four are the one value that was sampled. 16 bytes.
public struct Gauge: Hashable, Sendable, BitwiseCopyable {
  /// The least value seen.
  public var minimum: UInt32
  /// The mean of the samples, each with the same weight.
  public var mean: Float
  /// The greatest value seen.
  public var maximum: UInt32
  /// The newest value.
  public var last: UInt32

  /// One sample; a value that does not fit is the nearest that does.
  public init(_ value: Int) {
    let value = UInt32(clamping: value)
    minimum = value
    mean = Float(value)
    maximum = value
    last = value
  }

  /// The parts given.
  public init(minimum: UInt32, mean: Float, maximum: UInt32, last: UInt32) {
    self.minimum = minimum
    self.mean = mean
    self.maximum = maximum
    self.last = last
  }
}

/// A gauge while samples are folded into it: the sum is kept exactly, so that the mean does not drift.
public struct GaugeSum: Hashable, Sendable {
  private var minimum: UInt32 = .max
  private var maximum: UInt32 = 0
  private var last: UInt32 = 0
  private var sum: Double = 0
  /// The samples folded.
  public private(set) var count: UInt64 = 0

  /// Nothing folded.
  public init() {}

  /// Folds `gauge`, which stands for `weight` samples.
  public mutating func fold(_ gauge: Gauge, weight: UInt64 = 1) {
    minimum = min(minimum, gauge.minimum)
    maximum = max(maximum, gauge.maximum)
    last = gauge.last
    sum += Double(gauge.mean) * Double(weight)
    count += weight
  }

  /// What was folded; nil when nothing was.
  public var gauge: Gauge? {
    guard count > 0 else { return nil }
    return Gauge(
      minimum: minimum, mean: Float(sum / Double(count)), maximum: maximum, last: last)
  }
}
