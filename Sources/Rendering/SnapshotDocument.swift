internal import Inet
public import Pools

/// The document `ullage.snapshot/1`, as JSON on one line.
///
/// Every key is described in the catalogue of this target, and tests hold each document against the
/// schema beside it. Null is a fact that is not available; a flag says why.
public enum SnapshotDocument {
  /// The document's bytes, with a line end.
  public static func json(_ snapshot: Snapshot, names: Names = Names()) -> [UInt8] {
    var names = names
    return json(snapshot, names: &names)
  }

  /// The document's bytes, with a line end; `names` keeps what was redacted for the next one.
  public static func json(_ snapshot: Snapshot, names: inout Names) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.member("schema", "ullage.snapshot/1")
      json.member("host", names.host(snapshot.host))
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: snapshot.takenAtNanoseconds))
      json.member("duration_ns", snapshot.durationNanoseconds)
      json.member("kernel", snapshot.kernel)
      json.flags(snapshot.flags.map { ($0.id, $0.text) })
      json.array("namespaces") { json in
        for namespace in snapshot.namespaces {
          NamespaceDocument.write(namespace, to: &json, &names)
        }
        for namespace in snapshot.uncounted {
          NamespaceDocument.write(namespace, to: &json, &names)
        }
      }
      write(snapshot.totals, to: &json)
      write(snapshot.failures, to: &json)
      write(snapshot, to: &json, &names)
      if let findings = snapshot.findings {
        json.array("findings") { json in
          for finding in findings {
            FindingDocument.write(
              finding, owners: snapshot.owners(of: finding), to: &json, &names)
          }
        }
      } else {
        json.null("findings")
      }
      json.object("cost") { json in
        json.member("dump_ns", snapshot.cost.dumpNanoseconds)
        json.member("rows", snapshot.cost.rows)
        json.member("ns_per_row", snapshot.cost.nanosecondsPerRow, places: 1)
        json.member("cpu_ns", snapshot.cost.cpuNanoseconds)
      }
    }
    writer.endLine()
    return writer.take()
  }

  private static func write(
    _ snapshot: Snapshot, to json: inout JSONWriter, _ names: inout Names
  ) {
    let verdict = snapshot.verdict
    json.object("verdict") { json in
      json.member("level", verdict.level.rawValue)
      if let pool = verdict.pool {
        json.key("pool")
        let time = snapshot.namespaces.first { $0.name == verdict.namespace }?.countedAtNanoseconds
        PoolDocument.write(pool, countedAt: time ?? snapshot.takenAtNanoseconds, to: &json, &names)
      } else {
        json.null("pool")
      }
      json.member("text", Sentences.verdict(snapshot, &names))
    }
  }

  private static func write(_ totals: NamespaceTotals, to json: inout JSONWriter) {
    json.object("totals") { json in
      json.member("namespaces", totals.namespaces)
      json.member("counted", totals.counted)
      json.member("bounded", totals.bounded)
      json.member("not_visible", totals.notVisible)
      json.object("tcp") { json in
        json.member("sockets", totals.tcpSockets)
        json.member("time_wait", totals.timeWait)
        json.member("ports_in_use", totals.tcpPortsInUse)
        json.member("ports_in_use_max", totals.tcpPortsInUseMaximum)
      }
      json.object("udp") { json in json.member("sockets", totals.udpSockets) }
      json.member("connect_failures", totals.connectFailures)
    }
  }

  /// The same keys whether somebody counts or not.
  private static func write(_ failures: ConnectFailures?, to json: inout JSONWriter) {
    json.object("failures") { json in
      json.member("coverage", failures?.coverage.rawValue)
      json.member("connect_total", failures?.total)
      json.member("attributed", failures?.attributed)
      json.member("unattributed", failures?.unattributed)
      json.member("lost", failures?.lost)
      json.member("possible_bind", failures?.possibleBind)
      json.member("possible_udp", failures?.possibleUDP)
      json.member(
        "since", failures.map { Timestamp.rfc3339(nanoseconds: $0.sinceNanoseconds) })
    }
  }
}
