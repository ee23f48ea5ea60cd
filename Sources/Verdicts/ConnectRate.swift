/// Connects over the time of a run: how many, how fast, and the fastest second.
struct ConnectRate: Sendable {
  /// All that found a port; nil as long as no counter was read.
  private(set) var total: UInt64?
  /// Of those, until ports were the limit.
  private(set) var beforeLimit: UInt64 = 0
  /// From the first to the last moment with connects, CLOCK_MONOTONIC.
  private(set) var active: ClosedRange<UInt64>?
  /// The most within a second.
  private(set) var peakPerSecond: Double?
  private var window: [(at: UInt64, count: UInt64)] = []
  private var windowSum: UInt64 = 0

  /// The most frames of a second that are remembered.
  private static var windowMax: Int { 1000 }

  /// `count` connects within `spanNanoseconds` before `now`; nil where they were not counted.
  mutating func add(
    _ count: UInt64?, at now: UInt64, spanNanoseconds span: UInt64, isLimited: Bool
  ) {
    guard let count else { return }
    total = (total ?? 0) &+ count
    if !isLimited { beforeLimit &+= count }
    guard count > 0 else { return }
    active = (active?.lowerBound ?? now - min(span, now))...max(now, active?.upperBound ?? 0)
    window.append((now, count))
    windowSum &+= count
    let second: UInt64 = 1_000_000_000
    let old = window.prefix { $0.at + second <= now }.count
    let dropped = max(old, window.count - Self.windowMax)
    for entry in window.prefix(dropped) { windowSum &-= entry.count }
    window.removeFirst(dropped)
    let rate = Double(windowSum) * Double(second) / Double(max(span, second))
    peakPerSecond = max(peakPerSecond ?? 0, rate)
  }
}
