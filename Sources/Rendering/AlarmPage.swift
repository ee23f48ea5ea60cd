public import Alarms
public import Frames

/// Alarms for people: what is raised now as a table, what happened as one line each.
public enum AlarmPage {
  /// The alarms of a frame, the gravest first, with a line end after each line.
  ///
  /// `rules` are those of the reader's configuration: a value is shown in the unit of its rule.
  public static func current(
    _ frame: Frame?, rules: [AlarmRule], host: String, namespace: String, style: Style,
    names: inout Names
  ) -> [UInt8] {
    let alarms = frame?.alarms ?? []
    let separator = style.isUnicode ? " · " : " | "
    var place = [names.host(host), "\(names.namespace(namespace)) namespace"]
    if let frame { place.append(Timestamp.clock(nanoseconds: frame.takenAtNanoseconds)) }
    let head: (text: String, tone: Tone) =
      frame == nil
      ? ("no sample was taken yet", .dim)
      : alarms.isEmpty
        ? ("no alarm is raised", .good)
        : ("\(alarms.count) alarm\(alarms.count == 1 ? " is" : "s are") raised", .bold)
    var lines = [
      style.paint(head.text, head.tone),
      style.paint(shown(place.joined(separator: separator), style), .dim),
    ]
    if !alarms.isEmpty {
      lines.append("")
      lines += table(alarms, rules, style, &names)
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// One event of an alarm as a line, with a line end; empty when the event is not of an alarm.
  public static func line(
    _ event: Event, _ context: AlarmContext, style: Style, names: inout Names
  ) -> [UInt8] {
    guard let alarm = event.alarm else { return [] }
    let isRaised: Bool
    switch event.kind {
    case .alarmRaised: isRaised = true
    case .alarmCleared: isRaised = false
    default: return []
    }
    let word = isRaised ? "RAISED " : "CLEARED"
    let text = shown(AlarmWords.text(event, alarm, context, &names), style)
    let line = [
      style.paint(Timestamp.dateAndClock(nanoseconds: event.atNanoseconds), .dim),
      style.paint(word, isRaised ? tone(alarm.severity) : .good),
      padded(alarm.severity.name, 8), shown("\(alarm.rule): \(text)", style),
    ].joined(separator: "  ")
    return Array((line + "\n").utf8)
  }

  private static func table(
    _ alarms: [AlarmRecord], _ rules: [AlarmRule], _ style: Style, _ names: inout Names
  ) -> [String] {
    var table = TextTable([
      .init(title: "SEVERITY"), .init(title: "ALARM"), .init(title: "VALUE", alignsRight: true),
      .init(title: "LIMIT", alignsRight: true), .init(title: "SINCE"), .init(title: "OF"),
    ])
    for alarm in alarms {
      let rule = rules.first { $0.name == alarm.rule }
      table.append([
        (alarm.severity.name, tone(alarm.severity)), (shown(alarm.rule, style), .bold),
        (number(alarm.value, rule), .plain), (number(alarm.threshold, rule), .dim),
        (Timestamp.dateAndClock(nanoseconds: alarm.sinceNanoseconds), .dim),
        (shown(AlarmWords.subject(alarm, &names), style), .plain),
      ])
    }
    return table.lines(style)
  }

  private static func number(_ value: Float, _ rule: AlarmRule?) -> String {
    let value = Double(value)
    guard value.isFinite else { return "never" }
    switch rule?.subject.unit {
    case .ratio: return Decimal.percent(value)
    case .seconds: return "\(Decimal.fixed(value, places: value < 10 ? 1 : 0)) s"
    case .count, nil: return Decimal.fixed(value, places: 3)
    }
  }

  private static func tone(_ severity: AlarmSeverity) -> Tone {
    switch severity {
    case .warning: .notice
    case .minor: .warning
    case .major, .critical: .bad
    }
  }

  private static func shown(_ text: String, _ style: Style) -> String {
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
