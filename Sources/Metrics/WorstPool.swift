internal import Frames
internal import Pools

/// What a frame says of the tightest pool of a kind.
///
/// The gauges of a frame know of pools that it has no room to list, so that the tightest is always seen.
struct WorstPool: Hashable, Sendable {
  /// Usage, from 0 to 1.
  let usage: Double
  /// The highest usage over the frame's time.
  let peak: Double
  /// Whether one is past its cliff.
  let isSearching: Bool
  /// Until the first one has no port left; nil when that is not forecast.
  let secondsToExhaustion: Double?

  /// The tightest pool of `kind` in `frame`; nil when nothing is known of any.
  init?(_ kind: PoolKind, _ frame: Frame) {
    if frame.flags.contains(.notCounted) { return nil }
    var usage: Double?, peak: Double?, seconds: Double?
    var isSearching = false
    for record in frame.pools where record.key.kind == kind {
      usage = max(usage ?? 0, record.usage)
      peak = max(peak ?? 0, record.usageMaximum)
      isSearching = isSearching || record.isSearching
      if let left = record.forecast.secondsToExhaustion, left.isFinite {
        seconds = min(seconds ?? .infinity, Double(max(0, left)))
      }
    }
    if let gauge = Self.gauge(kind).flatMap({ frame.gauges[$0] }) {
      usage = max(usage ?? 0, min(1, Double(gauge.last) / 1_000_000))
      peak = max(peak ?? 0, min(1, Double(gauge.maximum) / 1_000_000))
    }
    guard let usage, let peak else { return nil }
    self.usage = usage
    self.peak = max(usage, peak)
    self.isSearching = isSearching
    secondsToExhaustion = seconds
  }

  private static func gauge(_ kind: PoolKind) -> HostGauge? {
    switch kind {
    case .connect: .worstConnectUsage
    case .bind: .worstAddressUsage
    case .udp: .worstUDPUsage
    case .udpBind: nil
    }
  }
}
