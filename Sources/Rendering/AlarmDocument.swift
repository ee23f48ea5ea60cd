public import Alarms
public import Frames
internal import Pools

/// What an alarm's record does not say itself: where it is, its rule, and the frame of that moment.
public struct AlarmContext: Sendable {
  /// The host's name.
  public var host: String
  /// The namespace's name.
  public var namespace: String
  /// The rule, where the reader's configuration has one of that name.
  public var rule: AlarmRule?
  /// The frame that decided, where it still is to be had.
  public var frame: Frame?

  /// The context given.
  public init(host: String, namespace: String, rule: AlarmRule? = nil, frame: Frame? = nil) {
    self.host = host
    self.namespace = namespace
    self.rule = rule
    self.frame = frame
  }
}

/// The document `ullage.alarms/1`: one alarm, as JSON on one line.
public enum AlarmDocument {
  /// The document of an event, with a line end; nil when the event is not of an alarm.
  ///
  /// `names` keeps what was redacted for the next one.
  public static func json(
    _ event: Event, _ context: AlarmContext, names: inout Names
  ) -> [UInt8]? {
    guard let alarm = event.alarm, event.kind == .alarmRaised || event.kind == .alarmCleared else {
      return nil
    }
    let text = AlarmWords.text(event, alarm, context, &names)
    return write(
      alarm, event.kind, atNanoseconds: event.atNanoseconds, text: text, context, &names)
  }

  /// The document of an alarm as it stands in a frame taken at `atNanoseconds`, with a line end.
  public static func json(
    _ alarm: AlarmRecord, atNanoseconds: UInt64, _ context: AlarmContext, names: inout Names
  ) -> [UInt8] {
    let text = AlarmWords.text(alarm, context, &names)
    return write(alarm, nil, atNanoseconds: atNanoseconds, text: text, context, &names)
  }

  private static func write(
    _ alarm: AlarmRecord, _ event: Event.Kind?, atNanoseconds: UInt64, text: String,
    _ context: AlarmContext, _ names: inout Names
  ) -> [UInt8] {
    var writer = JSONWriter()
    let rule = context.rule
    writer.object { json in
      json.member("schema", "ullage.alarms/1")
      json.member("event", event?.name)
      json.member("at", Timestamp.rfc3339(nanoseconds: atNanoseconds))
      json.member("raised", alarm.isRaised)
      json.member("name", alarm.rule)
      json.member("severity", alarm.severity.name)
      json.member("automatically_cleared", true)
      json.member("service", rule.flatMap { $0.service.isEmpty ? nil : $0.service })
      json.member("role", rule.flatMap { $0.role.isEmpty ? nil : $0.role })
      json.member("host", names.host(context.host))
      json.member("namespace", names.namespace(context.namespace))
      json.member("subject", rule?.subject.name)
      json.member("trigger_condition", rule?.condition)
      json.member("clear_condition", rule?.clearingCondition)
      number("value", Double(alarm.value), to: &json)
      number("threshold", Double(alarm.threshold), to: &json)
      json.member("unit", rule?.subject.unit.rawValue)
      json.member("hits", alarm.hits)
      json.member("hits_required", rule?.hits)
      number(
        "period_s", rule.map { Double($0.periodNanoseconds) / 1_000_000_000 } ?? .infinity,
        to: &json)
      json.member("since", Timestamp.rfc3339(nanoseconds: alarm.sinceNanoseconds))
      if case .pool(let key) = alarm.subject {
        json.object("pool") { json in PoolDocument.writeKey(key, to: &json, &names) }
      } else {
        json.null("pool")
      }
      json.member("grouped", alarm.groupedCount)
      let owners = AlarmText.topOwners(of: alarm, in: context.frame)
      HolderDocument.write(owners.isEmpty ? nil : owners, to: &json, &names)
      let advice = rule.flatMap { rule in
        alarm.isRaised ? AlarmAdvice.sentence(rule.subject, alarm, context.frame) : nil
      }
      json.member("advice", advice)
      json.member("text", text)
    }
    writer.endLine()
    return writer.take()
  }

  /// A number with four places; null where it is endless.
  private static func number(_ key: String, _ value: Double, to json: inout JSONWriter) {
    if value.isFinite { json.member(key, value, places: 4) } else { json.null(key) }
  }
}
