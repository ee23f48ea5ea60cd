/// How long some calls took, in nanoseconds.
public struct CallTimes: Hashable, Sendable {
  /// The shortest: interruptions only ever add, so this is nearest to what the call itself costs.
  public var minimum: UInt64
  /// The middle one, the upper of two.
  public var median: UInt64
  /// The longest.
  public var maximum: UInt64

  /// The times given; nil of none.
  public init?(_ nanoseconds: [UInt64]) {
    let sorted = nanoseconds.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    minimum = first
    median = sorted[sorted.count / 2]
    maximum = last
  }
}
