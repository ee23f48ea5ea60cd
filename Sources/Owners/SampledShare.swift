/// A share of something, found by looking at a sample of it.
public struct SampledShare: Hashable, Sendable {
  /// How many there are to look at.
  public let total: Int
  /// How many were looked at, drawn at random with replacement; `total` when all were.
  public let looked: Int
  /// How many of these were what was asked for.
  public let hits: Int

  /// `hits` of `looked`, drawn from `total`.
  public init(total: Int, looked: Int, hits: Int) {
    self.total = max(0, total)
    self.looked = max(0, looked)
    self.hits = min(max(0, hits), self.looked)
  }

  /// Whether all were looked at.
  public var isExact: Bool { looked >= total }

  /// How many there are of all, best guess.
  public var estimate: Int {
    if isExact { return hits }
    return looked == 0 ? 0 : Int((Double(total) * Double(hits) / Double(looked)).rounded())
  }

  /// Bounds that hold 95 times of a hundred: Wilson's interval of the binomial distribution, which is
  /// honest at both ends, where none or all are hits.
  public var bounds: ClosedRange<Int> {
    if isExact { return hits...hits }
    guard looked > 0 else { return 0...total }
    let n = Double(looked), p = Double(hits) / n, z = 1.96
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let reach = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // What was seen is there.
    let low = max(hits > 0 ? 1 : 0, Int((Double(total) * max(0, middle - reach)).rounded(.down)))
    let high = min(total, Int((Double(total) * min(1, middle + reach)).rounded(.up)))
    return min(low, high)...max(low, high)
  }
}
