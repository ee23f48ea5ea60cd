internal import Alarms
internal import Frames
internal import Pools

/// An alarm's sentences: the collector's own, or others without names where they are redacted.
enum AlarmWords {
  /// The text of an event of `alarm`.
  static func text(
    _ event: Event, _ alarm: AlarmRecord, _ context: AlarmContext, _ names: inout Names
  ) -> String {
    if !names.isRedacted { return event.text }
    if event.kind == .alarmRaised { return text(alarm, context, &names) }
    // Why it was cleared stands in the event's text alone, among names.
    return "\(subject(alarm, &names)): cleared."
  }

  /// The text of an alarm as it stands.
  static func text(
    _ alarm: AlarmRecord, _ context: AlarmContext, _ names: inout Names
  ) -> String {
    AlarmText.sentences(
      alarm, rule: context.rule, clearing: nil, frame: context.frame, owners: !names.isRedacted
    ) { noun in
      switch noun {
      case .pool(let key): Sentences.name(key, &names)
      case .address(let address): names.text(address)
      }
    }
  }

  /// What the alarm is about: a pool, an address's pools, the namespace.
  static func subject(_ alarm: AlarmRecord, _ names: inout Names) -> String {
    switch alarm.subject {
    case .host: "this namespace"
    case .pool(.bind(let local)) where alarm.groupedCount > 0:
      "\(Decimal.grouped(alarm.groupedCount)) pools of \(names.text(local))"
    case .pool(let key): Sentences.name(key, &names)
    }
  }
}
