internal import Frames
internal import Inet
internal import Pools

/// What a report says in words.
struct ReportWords {
  let report: Report

  /// Whether moments are told since the beginning: those of a recording; otherwise by the clock.
  var tellsElapsed: Bool {
    report.writer.isArchive
      && report.throughNanoseconds - report.fromNanoseconds <= 7_200_000_000_000
  }

  /// "EXHAUSTED", "OK", "NOT COUNTED YET", "NOTHING".
  var word: String {
    report.frameCount == 0
      ? "NOTHING" : (report.level?.rawValue ?? Frame.notCountedWords).uppercased()
  }

  /// The verdict's class in the style: its level, or "unknown".
  var levelClass: String { report.level?.rawValue ?? "unknown" }

  /// What became of the tightest pool, in one sentence.
  func headline(_ names: inout Names) -> String {
    guard report.frameCount > 0 else { return "there are no frames of this time" }
    guard report.level != nil else { return "sockets were not counted in this time" }
    guard let pool = report.pools.first else { return "no pool was in use, or none matches" }
    let name = Sentences.name(pool.key, &names)
    let capacity = Decimal.grouped(pool.worst.record.capacity)
    if pool.worst.record.capacity == 0 { return "\(name) had no port to draw from" }
    if let moment = pool.exhaustedAtNanoseconds {
      return "\(name) had none of its \(capacity) ports left, from \(time(moment)) on, for "
        + Self.span(pool.exhaustedNanoseconds)
    }
    let bound = pool.worst.record.headroomBound == .upper ? "at most " : ""
    let left = "\(bound)\(Decimal.grouped(pool.headroomMinimum)) of \(capacity) ports were left"
    let peak = Decimal.percent(pool.usageMaximum)
    return "\(name) was used by \(peak) at most, \(at(pool.usageMaximumAtNanoseconds)): \(left)"
  }

  /// "1,204 connects failed", or that none did, or that nobody counted.
  var failures: String {
    guard let count = report.failures else { return "failed connects were not counted" }
    if count == 0 { return "no connect failed for want of a port" }
    return "\(Decimal.grouped(count)) connect\(count == 1 ? "" : "s") failed"
  }

  /// "web-17", "host namespace", the stretch, the frames.
  func context(_ names: inout Names) -> [String] {
    let writer = report.writer
    let frames = Decimal.grouped(report.frameCount)
    var parts = [
      names.host(writer.host), "\(names.namespace(writer.namespace)) namespace",
      HistorySentences.stretch(report.fromNanoseconds, report.throughNanoseconds),
      Self.span(report.throughNanoseconds - report.fromNanoseconds),
      "\(frames) frame\(report.frameCount == 1 ? "" : "s")",
    ]
    if report.sampleCount != report.frameCount {
      parts.append("\(Decimal.grouped(report.sampleCount)) samples")
    }
    return parts
  }

  /// What was not available, and what could not be shown.
  var notes: [String] {
    var usual: Set = ["findings_not_collected", "collector_started"]
    if report.level != nil { usual.insert("not_counted") }
    var notes = FrameFlagText.entries(report.flags).filter { !usual.contains($0.id) }.map(\.text)
    let lost = report.losses.lapped + report.losses.torn + report.losses.corrupt
    if lost > 0 {
      notes.append(
        "\(Decimal.grouped(lost)) frames could not be shown: \(report.losses.lapped) overwritten, "
          + "\(report.losses.torn) half written, \(report.losses.corrupt) damaged")
    }
    if report.poolTotal > report.pools.count {
      notes.append("more pools than a report remembers: the tightest are listed")
    }
    return notes
  }

  /// "at 11.2 s" or "at 02:47:13".
  func at(_ moment: UInt64) -> String { "at \(time(moment))" }

  /// "11.2 s" after the beginning, or "02:47:13 UTC".
  func time(_ moment: UInt64) -> String {
    tellsElapsed ? Self.span(elapsed(moment)) : Timestamp.clock(nanoseconds: moment)
  }

  /// Since the beginning; 0 before it, as after a clock was set back.
  func elapsed(_ moment: UInt64) -> UInt64 {
    moment - min(moment, report.fromNanoseconds)
  }

  /// "40 ms", "11.2 s", "4 min 10.2 s", "2 h 5 min".
  static func span(_ nanoseconds: UInt64) -> String {
    if nanoseconds == 0 { return "0 s" }
    if nanoseconds < 1_000_000_000 { return Decimal.duration(nanoseconds: nanoseconds) }
    let tenths = nanoseconds / 100_000_000 + (nanoseconds % 100_000_000 >= 50_000_000 ? 1 : 0)
    let (minutes, rest) = (tenths / 600, tenths % 600)
    let seconds = rest % 10 == 0 ? "\(rest / 10) s" : "\(rest / 10).\(rest % 10) s"
    if minutes == 0 { return seconds }
    if minutes < 60 { return rest == 0 ? "\(minutes) min" : "\(minutes) min \(seconds)" }
    return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
  }
}
