import Alarms
import Console
import Delivery
import Frames
import Kernel
import Rendering

/// One run of `ullage alarms` over some source of frames: what stands, then what comes.
struct AlarmsSession<Source: FrameSource> {
  var source: Source
  let rules: [AlarmRule]
  let style: Style
  /// One for all output, so that a redacted address keeps its name.
  var names: Names
  let isJSON: Bool
  let failure: (Source.Failure) -> Failure
  /// The events that are not settled; nil until `begin`.
  var feed: EventFeed?
  /// Of those, what `begin` found.
  var found: [Event] = []
  /// Events that were shown as past ones.
  var shownBefore: Set<UInt64> = []
  /// Where data goes, and talk.
  var output = ByteStream.standardOutput
  var say: (String) -> Void = { text in
    // Nobody is left to tell if standard error is closed.
    try? ByteStream.standardError.write(Array("ullage: \(text)\n".utf8))
  }

  init(
    _ source: Source, rules: [AlarmRule], style: Style, names: Names, isJSON: Bool,
    failure: @escaping (Source.Failure) -> Failure
  ) {
    self.source = source
    self.rules = rules
    self.style = style
    self.names = names
    self.isJSON = isJSON
    self.failure = failure
  }

  /// Fixes from where on events are to come, so that none is lost while the past is shown.
  mutating func begin(from saved: EventCursor?) throws(Failure) {
    var feed = EventFeed(from: saved)
    do throws(Source.Failure) {
      try source.refresh()
      found = try feed.next(from: &source)
    } catch {
      throw failure(error)
    }
    self.feed = feed
  }

  /// Writes what is raised now, and the last `count` events.
  mutating func show(events count: Int) throws(Failure) {
    let newest: Frame?, past: [Event]
    do throws(Source.Failure) {
      try source.refresh()
      newest = try source.newest()
      past = try source.events(from: 0, through: .max, limit: .max)
    } catch {
      throw failure(error)
    }
    let writer = source.writer
    let now = Clock.realtimeNanoseconds()
    if writer.isStale(atNanoseconds: now) {
      let age = (now - min(now, writer.heartbeatNanoseconds)) / 1_000_000_000
      say("the collector wrote last \(age) s ago: this is how it stood then")
    }
    var bytes: [UInt8] = []
    if isJSON {
      for alarm in newest?.alarms ?? [] {
        let context = context(alarm, newest)
        bytes += AlarmDocument.json(
          alarm, atNanoseconds: newest?.takenAtNanoseconds ?? 0, context, names: &names)
      }
    } else {
      bytes = AlarmPage.current(
        newest, rules: rules, host: writer.host, namespace: writer.namespace, style: style,
        names: &names)
    }
    let alarms = past.filter { $0.kind == .alarmRaised || $0.kind == .alarmCleared }.suffix(count)
    if !isJSON, !alarms.isEmpty { bytes += Array("\n".utf8) }
    for event in alarms { bytes += shown(event) }
    // With none asked for, all of them are still to come.
    if count > 0 { shownBefore = Set(past.map(EventCursor.identity)) }
    try write(bytes)
  }

  /// An event as it is shown: a line or a document.
  mutating func shown(_ event: Event) -> [UInt8] {
    guard let alarm = event.alarm else { return [] }
    let context = context(alarm, frame(of: event))
    if isJSON { return AlarmDocument.json(event, context, names: &names) ?? [] }
    return AlarmPage.line(event, context, style: style, names: &names)
  }

  /// An event's document, for a command.
  mutating func document(_ event: Event) -> [UInt8] {
    guard let alarm = event.alarm else { return [] }
    return AlarmDocument.json(event, context(alarm, frame(of: event)), names: &names) ?? []
  }

  mutating func write(_ bytes: [UInt8]) throws(Failure) {
    do throws(SystemCallError) {
      try output.write(bytes)
    } catch {
      throw Failure(writing: error)
    }
  }

  private func context(_ alarm: AlarmRecord, _ frame: Frame?) -> AlarmContext {
    AlarmContext(
      host: source.writer.host, namespace: source.writer.namespace,
      rule: rules.first { $0.name == alarm.rule }, frame: frame)
  }

  /// The frame that decided, if the ring still has it: without it nobody knows the owners.
  private mutating func frame(of event: Event) -> Frame? {
    let at = event.atNanoseconds
    return (try? source.frames(from: at, through: at, limit: 1))?.first {
      $0.takenAtNanoseconds == at && $0.sampleCount == 1
    }
  }
}
