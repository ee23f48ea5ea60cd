public import Frames
internal import Inet
internal import Pools

/// What a monitoring plugin says of a frame: a status, a line with performance data, and the tightest
/// pools below it.
///
///     ULLAGE WARNING - 10.0.0.5 to 10.1.2.3:443 has at most 5,100 of 28,229 ports left | range_usage=…
///
/// Source: the Monitoring Plugins Development Guidelines.
public struct PluginReport: Hashable, Sendable {
  /// How it stands; the raw value is the exit status.
  public enum Status: Int32, Hashable, Sendable, CaseIterable {
    /// Well, or at a cliff, which only costs time.
    case ok = 0
    /// Something gets tight.
    case warning = 1
    /// Something is about to run out, or has.
    case critical = 2
    /// It is not known.
    case unknown = 3

    /// "OK", "WARNING", "CRITICAL", "UNKNOWN".
    public var word: String {
      switch self {
      case .ok: "OK"
      case .warning: "WARNING"
      case .critical: "CRITICAL"
      case .unknown: "UNKNOWN"
      }
    }
  }

  /// How it stands.
  public let status: Status
  /// The output, with a line end after each line.
  public let bytes: [UInt8]

  /// That it is not known, and why; `details` go below.
  public static func unknown(_ message: String, details: [String] = []) -> PluginReport {
    PluginReport(.unknown, message, performance: "", details: details)
  }

  /// The report on `frame`: its own verdict, or, where a threshold is given, what it makes of the usage
  /// of each pool; failed connects and forecasts count in both cases.
  ///
  /// Where nothing was counted, or not for five minutes, it is not known. `source` says where the frame is from: "2 s old". Of `top` pools there are lines.
  public static func of(
    _ frame: Frame, warning: PluginRange? = nil, critical: PluginRange? = nil, top: Int = 5,
    source: String, names: Names = Names()
  ) -> PluginReport {
    if frame.countedVerdict == nil {
      return .unknown("sockets are \(Frame.notCountedWords) (\(source))")
    }
    if let age = frame.countAgeSeconds, age > countAgeMax {
      return .unknown(
        "sockets were not counted for \(Decimal.grouped(Int(age))) s (\(source))")
    }
    var names = names
    let thresholds = PluginThresholds(warning: warning, critical: critical)
    let rated = frame.pools.map { (pool: $0, level: thresholds.level(of: $0)) }
    let worst = rated.max { left, right in
      left.level != right.level
        ? left.level < right.level : right.pool.isTighter(than: left.pool)
    }
    var level = worst?.level ?? .ok
    // A pool that is not listed may be worse than all that are.
    if thresholds.areUsual { level = max(level, frame.verdict) }
    var sentence = worst.map { sentenceOf($0.pool, frame, &names) } ?? "nothing outbound"
    if let failed = frame.failuresHere, failed > 0 {
      let place = frame.hasFailuresOfUnknownPlace ? " on this host" : ""
      sentence += ", \(failed) connect\(failed == 1 ? "" : "s") failed\(place)"
    }
    let details = rated.sorted { left, right in
      left.level != right.level
        ? left.level > right.level : left.pool.isTighter(than: right.pool)
    }.prefix(top).map { rated in
      let usage = Decimal.percent(PoolUsage(rated.pool).last)
      return "\(rated.level.rawValue): \(name(rated.pool, &names)), \(usage), "
        + Sentences.left(rated.pool.pool)
    }
    return PluginReport(
      status(level), "\(sentence) (\(source))",
      performance: PluginPerformance.text(frame, thresholds), details: Array(details))
  }

  /// Seconds after which a count says nothing of the present.
  private static var countAgeMax: Double { 300 }

  private init(_ status: Status, _ sentence: String, performance: String, details: [String]) {
    self.status = status
    var text = "ULLAGE \(status.word) - \(Self.plain(sentence))"
    if !performance.isEmpty { text += " | \(performance)" }
    bytes = Array(([text] + details.map { Self.plain($0) }).map { $0 + "\n" }.joined().utf8)
  }

  private static func status(_ level: VerdictLevel) -> Status {
    switch level {
    case .ok, .cliff: .ok
    case .warning: .warning
    case .critical, .exhausted: .critical
    }
  }

  private static func sentenceOf(
    _ pool: PoolRecord, _ frame: Frame, _ names: inout Names
  ) -> String {
    let search = pool.isSearching && pool.headroom.last > 0 ? ", every connect searches" : ""
    let soon = pool.forecast.secondsToExhaustion.map {
      $0.isFinite && $0 >= 0 && $0 <= 300 ? ", full in about \(Int($0)) s" : ""
    }
    // What has failed although there seem to be ports says more than their number.
    let holder =
      pool.verdict > .ok
      ? Sentences.mostHeld(pool, in: frame, &names).map { ", \($0)" } ?? "" : ""
    let failed =
      pool.verdict == .exhausted && pool.headroom.minimum > 0 && pool.capacity > 0
      ? ", connects failed in the last 10 s" : ""
    return
      "\(name(pool, &names)) has \(Sentences.left(pool.pool))\(search)\(soon ?? "")\(failed)\(holder)"
  }

  /// Without the arrow, whose half (>) monitoring systems take out of notifications.
  private static func name(_ pool: PoolRecord, _ names: inout Names) -> String {
    Sentences.name(pool.key, &names).split(separator: " → ").joined(separator: " to ")
  }

  /// One line in ASCII, without what separates the text from the performance data.
  private static func plain(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\r", "\t": scalars.append(" ")
      case "|", "·": scalars.append("/")
      default: scalars.append(scalar)
      }
    }
    return TextWrap.ascii(TextWrap.printable(String(scalars)))
  }
}
