internal import Frames
internal import Inet
internal import Pools

/// What the live screen says in words, beyond `Sentences`.
enum LiveWords {
  /// "0.2 s", "41 s", "4 min 10 s", "2 h 05 min": two units at most.
  static func span(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 4e15 else { return "ages" }
    if seconds < 9.95 {
      let tenths = Int((max(0, seconds) * 10).rounded())
      return "\(tenths / 10).\(tenths % 10) s"
    }
    let whole = Int(seconds.rounded())
    switch whole {
    case 0..<120: return "\(whole) s"
    case 120..<3600:
      let rest = whole % 60
      return rest == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(rest) s"
    case 3600..<172_800:
      let rest = whole % 3600 / 60
      return rest == 0 ? "\(whole / 3600) h" : "\(whole / 3600) h \(rest) min"
    default: return "\(Decimal.grouped(whole / 86_400)) d"
    }
  }

  /// "02:31", "1:02:31": what a clock shows.
  static func clock(nanoseconds: UInt64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let short = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return seconds < 3600 ? short : "\(seconds / 3600):\(short)"
  }

  /// "5/s", "0.5/s", "1,204/s".
  static func rate(_ number: Double) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return "?/s" }
    if number >= 100 { return "\(Decimal.grouped(Int(number.rounded())))/s" }
    return "\(Decimal.fixed(number, places: number < 10 ? 1 : 0))/s"
  }

  /// "TW 66  EST 32  SYN 2": shares in per cent, the largest first.
  static func mix(_ states: StateCounts?, most: Int) -> String? {
    guard let states else { return nil }
    let total = states.total
    guard total > 0 else { return nil }
    return SocketState.allCases.filter { states[$0] > 0 }
      .sorted { states[$0] > states[$1] }
      .prefix(most)
      .map { "\($0.abbreviation) \(max(1, states[$0] * 100 / total))" }
      .joined(separator: "  ")
  }

  /// The letter of an event on the time axis.
  static func letter(_ kind: Event.Kind) -> String {
    switch kind {
    case .alarmRaised: "A"
    case .alarmCleared: "a"
    case .rangeChanged: "R"
    case .collectorStarted: "S"
    case .collectorStopped: "s"
    case .configurationReloaded: "C"
    case .mark: "M"
    case .sampleFailed: "F"
    case .clockChanged: "T"
    case .samplesMissed: "G"
    case .samplesRecovered: "f"
    case .connectsFailed: "!"
    case .runStarted: "("
    case .runEnded: ")"
    }
  }

  /// "alarm raised", "mark", ….
  static func kind(_ kind: Event.Kind) -> String {
    switch kind {
    case .alarmRaised: "alarm raised"
    case .alarmCleared: "alarm cleared"
    case .rangeChanged: "range changed"
    case .collectorStarted: "collector started"
    case .collectorStopped: "collector stopped"
    case .configurationReloaded: "settings read"
    case .mark: "mark"
    case .sampleFailed: "sample failed"
    case .clockChanged: "clock was set"
    case .samplesMissed: "samples missed"
    case .samplesRecovered: "samples again"
    case .connectsFailed: "connects failed"
    case .runStarted: "command started"
    case .runEnded: "command ended"
    }
  }

  /// "pool 10.0.0.5 → 10.1.2.3:443 0.947, limit 0.8".
  static func alarm(_ alarm: AlarmRecord, _ names: inout Names) -> String {
    var text = alarm.rule
    if case .pool(let key) = alarm.subject { text += " \(Sentences.name(key, &names))" }
    if alarm.groupedCount > 0 { text += " and \(Decimal.grouped(alarm.groupedCount)) more" }
    return text + " \(number(alarm.value)), limit \(number(alarm.threshold))"
  }

  /// What happened, with what was said about it.
  static func event(_ event: Event, _ names: inout Names) -> String {
    if let alarm = event.alarm { return Self.alarm(alarm, &names) }
    return names.freeText(event.text)
  }

  private static func number(_ value: Float) -> String {
    value.magnitude < 1e15 ? Decimal.fixed(Double(value), places: 3) : "?"
  }
}
