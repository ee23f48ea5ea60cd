public import Pools

/// The document `ullage.explain/1`, as JSON on one line.
public enum ExplainDocument {
  /// The document's bytes, with a line end.
  public static func json(
    _ snapshot: Snapshot, _ diagnosis: Diagnosis, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    writer.object { json in
      json.member("schema", "ullage.explain/1")
      json.member("host", names.host(snapshot.host))
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: snapshot.takenAtNanoseconds))
      json.member("kernel", snapshot.kernel)
      json.flags(snapshot.flags.map { ($0.id, $0.text) })
      json.object("verdict") { json in
        json.member("level", snapshot.verdict.level.rawValue)
        json.member("text", Sentences.verdict(snapshot, &names))
      }
      json.array("findings") { json in
        for finding in diagnosis.findings {
          FindingDocument.write(
            finding, owners: snapshot.owners(of: finding), to: &json, &names)
        }
      }
      json.member("pools_left_out", diagnosis.poolsLeftOut)
      writeLimits(diagnosis, to: &json)
      json.array("never") { json in
        for item in NeverAdvice.all {
          json.object { json in
            json.member("id", item.id)
            json.member("text", item.text)
          }
        }
      }
      json.array("clients") { json in
        for client in ClientSettings.all {
          json.object { json in
            json.member("client", client.client)
            json.member("keep_alive", client.keepAlive)
            json.member("source", client.source)
          }
        }
      }
    }
    writer.endLine()
    return writer.take()
  }

  private static func writeLimits(_ diagnosis: Diagnosis, to json: inout JSONWriter) {
    json.array("not") { json in
      for limit in LimitWords.innocent(diagnosis) {
        json.object { json in
          json.member("id", limit.kind.rawValue)
          json.member("used", limit.used)
          json.member("limit", limit.limit)
          json.member("usage", limit.usage, places: 4)
          json.member("refused", limit.refused)
          json.member("text", LimitWords.text(limit))
        }
      }
    }
  }
}
