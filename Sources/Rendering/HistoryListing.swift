public import Frames
internal import Inet
internal import Pools

/// A history as CSV: one row for the host and one for each pool of each frame.
public enum HistoryListing {
  /// The columns; gauges have their least, mean, greatest and last value over the row's time.
  static let columns = [
    "time", "span_s", "samples", "kind", "protocol", "pool", "verdict", "in_use_min", "in_use_mean",
    "in_use_max", "in_use_last", "headroom_min", "headroom_mean", "headroom_max", "headroom_last",
    "capacity", "usage_max", "usage_last", "cliff_at", "searching", "established", "time_wait",
    "close_wait", "failures", "arrivals_per_s", "seconds_to_exhaustion",
  ]

  /// The rows as CSV with a header line: pools that `filter` wants, the `top` tightest of each frame.
  public static func csv(
    _ history: History, filter: PoolFilter = PoolFilter(), top: Int = .max, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var bytes = header
    for frame in history.frames {
      bytes += rows(of: frame, filter: filter, top: top, names: &names)
    }
    return bytes
  }

  /// The line of titles.
  public static var header: [UInt8] { Array(CSVField.line(columns).utf8) }

  /// The rows of one frame: its host, unless only some pools are wanted, and its pools.
  public static func rows(
    of frame: Frame, filter: PoolFilter = PoolFilter(), top: Int = .max, names: inout Names
  ) -> [UInt8] {
    var text = filter.isEmpty ? CSVField.line(host(frame)) : ""
    for pool in frame.pools.lazy.filter({ filter.includes($0) }).prefix(top) {
      text += CSVField.line(row(pool, of: frame, &names))
    }
    return Array(text.utf8)
  }

  private static func head(_ frame: Frame) -> [String] {
    [
      Timestamp.rfc3339(nanoseconds: frame.takenAtNanoseconds),
      Decimal.fixed(Double(frame.spanNanoseconds) / 1e9, places: 3), "\(frame.sampleCount)",
    ]
  }

  /// Distinct TCP ports of the range in use: seed 000's indicator.
  private static func host(_ frame: Frame) -> [String] {
    let size = frame.range.count
    let gauges = frame.gauges
    let inUse = gauges[.tcpPortsInUse]
    let usage = { (count: UInt32) in Decimal.fixed(Double(count) / Double(size), places: 4) }
    func last(_ name: HostGauge) -> String { text(gauges[name]?.last) }
    return head(frame) + ["host", "tcp", "", frame.countedVerdict?.rawValue ?? ""] + fields(inUse)
      + ["", "", "", "", "\(size)", inUse.map { usage($0.maximum) } ?? ""]
      + [inUse.map { usage($0.last) } ?? "", "", ""]
      + [last(.established), last(.timeWait), last(.closeWait)]
      + [text(frame.counters[.connectFailures]), "", ""]
  }

  private static func row(
    _ pool: PoolRecord, of frame: Frame, _ names: inout Names
  ) -> [String] {
    let usage = PoolUsage(pool)
    return head(frame)
      + [pool.key.kind.rawValue, pool.key.transport.name, PoolKeyText.text(pool.key, &names)]
      + [pool.verdict.rawValue] + fields(pool.inUse) + fields(pool.headroom)
      + ["\(pool.capacity)", Decimal.fixed(usage.maximum, places: 4)]
      + [Decimal.fixed(usage.last, places: 4), text(pool.cliffAt), "\(pool.isSearching)"]
      + [.established, .timeWait, .closeWait].map { state in text(pool.states?[state]) }
      + [text(pool.failures), text(pool.forecast.arrivalsPerSecond, places: 1)]
      + [text(pool.forecast.secondsToExhaustion, places: 1)]
  }

  private static func fields(_ gauge: Gauge?) -> [String] {
    guard let gauge else { return ["", "", "", ""] }
    return [
      "\(gauge.minimum)", Decimal.fixed(Double(gauge.mean), places: 2), "\(gauge.maximum)",
      "\(gauge.last)",
    ]
  }

  private static func text(_ number: (some BinaryInteger)?) -> String {
    number.map { "\($0)" } ?? ""
  }

  private static func text(_ number: Float?, places: Int) -> String {
    number.map { Decimal.fixed(Double($0), places: places) } ?? ""
  }
}
