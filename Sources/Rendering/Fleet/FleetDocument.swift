public import Fleet
internal import Pools

/// The document `ullage.fleet/1`, as JSON on one line.
public enum FleetDocument {
  /// The document's bytes, with a line end: at most `mostHosts` hosts.
  public static func json(
    _ survey: FleetSurvey, server: String, atNanoseconds now: UInt64, notes: [String] = [],
    mostHosts: Int, names: Names = Names()
  ) -> [UInt8] {
    var sentences = FleetSentences(survey: survey, names: names)
    var writer = JSONWriter()
    writer.object { json in
      json.member("schema", "ullage.fleet/1")
      json.member("server", sentences.names.freeText(server))
      json.member("asked_at", Timestamp.rfc3339(nanoseconds: now))
      json.object("verdict") { json in
        level("level", survey.level, to: &json)
        json.member("text", sentences.verdict())
      }
      json.object("hosts_total") { json in
        json.member("fresh", survey.count(.fresh))
        json.member("stale", survey.count(.stale))
        json.member("silent", survey.count(.silent))
        json.member("unknown", survey.unknownCount)
        json.member("warning", survey.count(atLeast: .warning))
        json.member("critical", survey.count(atLeast: .critical))
        json.member("exhausted", survey.count(atLeast: .exhausted))
      }
      json.member("failure_window_s", survey.query.failureSeconds)
      json.array("hosts") { json in
        for host in survey.hosts.prefix(mostHosts) { write(host, &sentences, to: &json) }
      }
      json.array("causes") { json in
        for cause in survey.causes { write(cause, &sentences, to: &json) }
      }
      json.array("notes") { json in
        for note in notes { json.string(sentences.names.freeText(note)) }
      }
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private static func write(
    _ host: FleetHost, _ sentences: inout FleetSentences, to json: inout JSONWriter
  ) {
    json.object { json in
      json.member("host", sentences.names.fleetHost(host.name))
      json.member("presence", host.presence.rawValue)
      level("verdict", host.level, to: &json)
      number("usage", host.usage, places: 6, to: &json)
      json.member("headroom", host.headroom)
      number("seconds_to_exhaustion", host.secondsToExhaustion, places: 3, to: &json)
      number("failures", host.failures, places: 3, to: &json)
      guard let pool = host.pool else { return json.null("pool") }
      json.object("pool") { json in
        json.member("kind", pool.kind)
        json.member("namespace", sentences.names.namespace(pool.namespace))
        json.member("source", sentences.address(pool.source))
        json.member("destination", sentences.address(pool.destination))
        json.member("port", pool.port)
        json.member("usage", pool.usage, places: 6)
      }
    }
  }

  private static func write(
    _ cause: FleetCause, _ sentences: inout FleetSentences, to json: inout JSONWriter
  ) {
    json.object { json in
      json.member("destination", sentences.address(cause.destination))
      json.member("port", cause.port)
      json.member("hosts", cause.hosts)
      number("median_usage", cause.medianUsage, places: 6, to: &json)
      number("worst_usage", cause.worstUsage, places: 6, to: &json)
    }
  }

  private static func level(_ key: String, _ level: VerdictLevel?, to json: inout JSONWriter) {
    if let level { json.member(key, level.rawValue) } else { json.null(key) }
  }

  private static func number(
    _ key: String, _ value: Double?, places: Int, to json: inout JSONWriter
  ) {
    if let value { json.member(key, value, places: places) } else { json.null(key) }
  }
}
