internal import Frames
internal import Inet
internal import Pools

/// What turns usage into a status: ranges that were given, or the contract's thresholds.
struct PluginThresholds {
  /// Whether the collector's own verdicts hold.
  let areUsual: Bool
  let warning: PluginRange
  let critical: PluginRange

  init(warning: PluginRange?, critical: PluginRange?) {
    areUsual = warning == nil && critical == nil
    let usual = VerdictThresholds()
    self.warning = warning ?? PluginRange(above: usual.warning * 100)
    self.critical = critical ?? PluginRange(above: usual.critical * 100)
  }

  /// The verdict on a pool; with ranges of one's own usage is held against them alone, and what is
  /// exhausted, has failed or will soon stays what it is.
  func level(of pool: PoolRecord) -> VerdictLevel {
    if areUsual { return pool.verdict }
    if pool.capacity == 0 || pool.headroom.last == 0 || (pool.failures ?? 0) > 0 {
      return .exhausted
    }
    let usage = PoolUsage(pool).last * 100
    let seconds = pool.forecast.secondsToExhaustion ?? .infinity
    if critical.alerts(usage) || seconds <= 60 { return .critical }
    if warning.alerts(usage) || seconds <= 300 { return .warning }
    return pool.isSearching ? .cliff : .ok
  }
}

/// Performance data: 'label'=value[unit];[warning];[critical];[minimum];[maximum], U where unknown.
enum PluginPerformance {
  static func text(_ frame: Frame, _ thresholds: PluginThresholds) -> String {
    let size = frame.range.count
    let inUse = frame.gauges[.tcpPortsInUse].map { Int($0.last) }
    var entries = [
      percent("range_usage", frame.rangeUsage, thresholds),
      percent("connect_usage", usage(frame, .worstConnectUsage, isConnect), thresholds),
      percent("address_usage", usage(frame, .worstAddressUsage, isAddress), thresholds),
      percent("udp_usage", usage(frame, .worstUDPUsage, isUDP), thresholds),
      count("ports_in_use", inUse, maximum: size),
      count("tcp_sockets", frame.gauges[.tcpSockets].map { Int($0.last) }),
      count("udp_sockets", frame.gauges[.udpSockets].map { Int($0.last) }),
      count("time_wait", frame.gauges[.timeWait].map { Int($0.last) }),
    ]
    if let failed = frame.failuresHere {
      entries.append(count("failed_connects", Int(clamping: failed)))
    }
    return entries.joined(separator: " ")
  }

  private static func percent(
    _ label: String, _ ratio: Double?, _ thresholds: PluginThresholds
  ) -> String {
    let value = ratio.map { Decimal.fixed($0 * 100, places: 2) + "%" } ?? "U"
    return "\(label)=\(value);\(thresholds.warning);\(thresholds.critical);0;100"
  }

  private static func count(_ label: String, _ value: Int?, maximum: Int? = nil) -> String {
    "\(label)=\(value.map { "\($0)" } ?? "U");;;0;\(maximum.map { "\($0)" } ?? "")"
  }

  /// The usage of the tightest pool of a kind: what the frame says of all, or the listed ones.
  private static func usage(
    _ frame: Frame, _ gauge: HostGauge, _ isWanted: (PoolKey) -> Bool
  ) -> Double? {
    if let known = frame.gauges[gauge] { return Double(known.last) / 1_000_000 }
    let listed = frame.pools.filter { isWanted($0.key) }.map { PoolUsage($0).last }.max()
    return listed ?? (frame.other.pools == 0 ? 0 : nil)
  }

  private static func isConnect(_ key: PoolKey) -> Bool { key.kind == .connect }
  private static func isUDP(_ key: PoolKey) -> Bool { key.kind == .udp }
  private static func isAddress(_ key: PoolKey) -> Bool {
    if case .bind(.address) = key { return true }
    return false
  }
}
