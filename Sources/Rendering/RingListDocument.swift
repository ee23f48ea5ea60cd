internal import Pools

/// The document `ullage.rings/1`: the rings that there are.
public enum RingListDocument {
  /// The document of `rings`, one line.
  public static func json(
    _ rings: [RingSummary], host: String, atNanoseconds now: UInt64, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    writer.object { json in
      json.member("schema", "ullage.rings/1")
      json.member("host", names.host(host))
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: now))
      json.array("rings") { json in
        for ring in rings {
          json.object { json in
            json.member("path", names.freeText(ring.path))
            json.member("namespace", names.namespace(ring.namespace))
            json.member("written", !ring.isStale)
            json.member("age_ns", ring.ageNanoseconds)
            json.member("verdict", ring.verdict?.rawValue)
            if let usage = ring.usage {
              json.member("usage", usage, places: 4)
            } else {
              json.null("usage")
            }
            if let pool = ring.pool {
              json.object("pool") { json in PoolDocument.writeKey(pool, to: &json, &names) }
            } else {
              json.null("pool")
            }
          }
        }
      }
    }
    writer.endLine()
    return writer.take()
  }
}
