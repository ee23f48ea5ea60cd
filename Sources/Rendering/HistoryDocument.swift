internal import Frames
internal import Inet
internal import Pools

/// The document `ullage.history/1`, as JSON on one line.
///
/// Every key is described in the catalogue of this target. Gauges have their minimum, mean, maximum and
/// last value; what is unknown is not there.
public enum HistoryDocument {
  /// The document's bytes, with a line end: pools that `filter` wants, the `top` tightest of each frame.
  public static func json(
    _ history: History, filter: PoolFilter = PoolFilter(), top: Int = .max, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    writer.object { json in
      json.member("schema", "ullage.history/1")
      json.member("host", names.host(history.writer.host))
      json.member("namespace", names.namespace(history.writer.namespace))
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: history.askedAtNanoseconds))
      json.member("from", Timestamp.rfc3339(nanoseconds: history.fromNanoseconds))
      json.member("until", Timestamp.rfc3339(nanoseconds: history.throughNanoseconds))
      json.member("step_ns", history.stepNanoseconds)
      json.member(
        "newest_at", history.newestNanoseconds.map { Timestamp.rfc3339(nanoseconds: $0) })
      json.member("newest_age_ns", history.newestAgeNanoseconds)
      json.flags([FrameFlagText.fromRing] + FrameFlagText.entries(allFlags(history)))
      write(history, to: &json)
      json.array("frames") { json in
        for frame in history.frames {
          FrameDocument.write(frame, filter: filter, top: top, to: &json, &names)
        }
      }
      json.array("events") { json in
        for event in history.events { EventDocument.write(event, to: &json, &names) }
      }
    }
    writer.endLine()
    return writer.take()
  }

  private static func allFlags(_ history: History) -> FrameFlags {
    history.frames.reduce(into: FrameFlags()) { $0.formUnion($1.flags) }
  }

  private static func write(_ history: History, to json: inout JSONWriter) {
    json.object("writer") { json in
      json.member("pid", history.writer.processID)
      json.member(
        "started_at", Timestamp.rfc3339(nanoseconds: history.writer.startedAtNanoseconds))
      json.member(
        "heartbeat_at", Timestamp.rfc3339(nanoseconds: history.writer.heartbeatNanoseconds))
      json.member("interval_ns", history.writer.intervalNanoseconds)
      json.member("closed", history.writer.isClosed)
      json.member("archive", history.writer.isArchive)
      json.member("stale", history.writer.isStale(atNanoseconds: history.askedAtNanoseconds))
    }
    writeLosses(history.losses, gaps: history.gaps, to: &json)
  }

  /// What could not be shown, and where there is nothing: the same members wherever frames are from.
  static func writeLosses(
    _ losses: FrameLosses, gaps: [History.Gap], to json: inout JSONWriter
  ) {
    json.object("losses") { json in
      json.member("lapped", losses.lapped)
      json.member("torn", losses.torn)
      json.member("corrupt", losses.corrupt)
    }
    json.array("gaps") { json in
      for gap in gaps {
        json.object { json in
          json.member("from", Timestamp.rfc3339(nanoseconds: gap.from))
          json.member("until", Timestamp.rfc3339(nanoseconds: gap.through))
        }
      }
    }
  }
}

/// One event as JSON: an element of `events`.
enum EventDocument {
  static func write(_ event: Event, to json: inout JSONWriter, _ names: inout Names) {
    json.object { json in
      json.member("at", Timestamp.rfc3339(nanoseconds: event.atNanoseconds))
      json.member("kind", event.kind.name)
      json.member("text", names.freeText(event.text))
      guard let alarm = event.alarm else { return json.null("alarm") }
      json.object("alarm") { json in
        json.member("rule", alarm.rule)
        json.member("subject", subject(alarm.subject, &names))
        json.member("severity", alarm.severity.name)
        json.member("raised", alarm.isRaised)
        json.member("value", optional: Double(alarm.value), places: 4)
        json.member("threshold", optional: Double(alarm.threshold), places: 4)
        json.member("grouped", alarm.groupedCount)
        json.member("since", Timestamp.rfc3339(nanoseconds: alarm.sinceNanoseconds))
      }
    }
  }

  private static func subject(_ subject: AlarmSubject, _ names: inout Names) -> String {
    switch subject {
    case .host: "host"
    case .pool(let key): PoolKeyText.text(key, &names)
    }
  }
}
