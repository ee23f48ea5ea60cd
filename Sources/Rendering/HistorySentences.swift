internal import Frames
internal import Inet
internal import Kernel
internal import Pools

/// What a history says in words.
enum HistorySentences {
  /// The worst verdict of all frames; nil when in none of them anything was counted.
  static func level(_ history: History) -> VerdictLevel? {
    history.frames.compactMap(\.countedVerdict).max()
  }

  /// What became of the tightest pool: the highest usage, when, and where it stands now.
  static func headline(_ series: PoolSeries?, of history: History, _ names: inout Names) -> String {
    guard let series, let newest = history.frames.last else {
      return history.frames.isEmpty
        ? "there are no frames of this time"
        : level(history) == nil
          ? "sockets were not counted in this time"
          : "no pool was in use, or none matches"
    }
    let peak = series.points.max { $0.maximum < $1.maximum }
    let pool = series.newest.pool
    let isNow = newest.pools.contains { $0.key == series.key }
    let moment =
      peak.map { peak in
        " at \(clock(peak.atNanoseconds))\(holder(series.key, at: peak, history, &names))"
      } ?? ""
    var text =
      "\(Sentences.name(series.key, &names)) peaked at \(Decimal.percent(series.maximum))\(moment)"
    if isNow, pool.capacity > 0 {
      text += "; in the end it had \(Sentences.left(pool))"
    }
    if let failures = failures(history), failures > 0 {
      text += "; \(Decimal.grouped(failures)) connect\(failures == 1 ? "" : "s") failed"
    }
    return text
  }

  /// " (haproxy.service held 26,102 ports)": who held most of the pool at a moment, if that is known.
  private static func holder(
    _ key: PoolKey, at point: PoolSeries.Point, _ history: History, _ names: inout Names
  ) -> String {
    let frame = history.frames.first { $0.takenAtNanoseconds == point.atNanoseconds }
    guard let frame, let pool = frame.pools.first(where: { $0.key == key }),
      let owner = frame.topOwner(of: pool), owner.ports > 0
    else { return "" }
    let about = owner.isInferred ? "about " : ""
    return " (\(names.owner(owner.name)) held \(about)\(Decimal.grouped(owner.ports)) ports)"
  }

  /// Failed connects over all frames; nil when nobody counted them.
  static func failures(_ history: History) -> UInt64? {
    let known = history.frames.compactMap { $0.counters[.connectFailures] }
    return known.isEmpty ? nil : known.reduce(0, &+)
  }

  /// "web-17", "host namespace", the stretch, and how many frames of which length there are.
  static func context(_ history: History, _ names: inout Names) -> [String] {
    let (from, through) = (history.fromNanoseconds, history.throughNanoseconds)
    var parts = [
      names.host(history.writer.host), "\(names.namespace(history.writer.namespace)) namespace",
      stretch(from, through),
    ]
    let samples = history.frames.reduce(0) { $0 + $1.sampleCount }
    if let step = history.stepNanoseconds {
      parts.append("steps of \(TimeSpan(nanoseconds: step))")
    } else if !history.frames.isEmpty {
      parts.append("\(Decimal.grouped(history.frames.count)) frames")
    }
    if history.isAggregated { parts.append("\(Decimal.grouped(samples)) samples") }
    return parts + age(history)
  }

  /// "2026-11-21 02:42:13–02:47:13 UTC".
  static func stretch(_ from: UInt64, _ through: UInt64) -> String {
    let dates = (Timestamp.parts(from).date, Timestamp.parts(through).date)
    return dates.0 == dates.1
      ? "\(dates.0) \(clock(from))–\(clock(through)) UTC"
      : "\(dates.0) \(clock(from)) – \(dates.1) \(clock(through)) UTC"
  }

  /// How old the newest frame is, and whether anybody still writes.
  private static func age(_ history: History) -> [String] {
    if history.writer.isArchive { return ["a recording"] }
    guard let age = history.newestAgeNanoseconds else { return [] }
    var parts = ["newest \(Decimal.duration(nanoseconds: age)) old"]
    if history.writer.isClosed {
      parts.append("the collector has stopped")
    } else if history.writer.isStale(atNanoseconds: history.askedAtNanoseconds) {
      parts.append("the collector is silent")
    }
    return parts
  }

  /// What was not available, and what could not be shown.
  static func notes(_ history: History) -> [String] {
    let flags = history.frames.reduce(into: FrameFlags()) { $0.formUnion($1.flags) }
    var usual: Set = ["owners_not_collected", "findings_not_collected", "collector_started"]
    // Of a stretch in which something was counted there is a verdict.
    if level(history) != nil { usual.insert("not_counted") }
    var notes = FrameFlagText.entries(flags).filter { !usual.contains($0.id) }.map(\.text)
    let losses = history.losses
    let lost = losses.lapped + losses.torn + losses.corrupt
    if lost > 0 {
      notes.append(
        "\(Decimal.grouped(lost)) frames could not be shown: \(losses.lapped) overwritten, "
          + "\(losses.torn) half written, \(losses.corrupt) damaged")
    }
    return notes
  }

  /// "02:47:13".
  static func clock(_ nanoseconds: UInt64) -> String { Timestamp.parts(nanoseconds).time }
}
