internal import Frames
internal import Inet
internal import Pools

/// One line of the classic log as the document `ullage.log/1`.
enum LogDocument {
  static func json(
    _ entry: LogEntry, _ frame: Frame, writer: FrameWriterStatus, askedAt: UInt64,
    _ names: inout Names
  ) -> [UInt8] {
    var json = JSONWriter()
    let pool = entry.pool, usage = PoolUsage(pool)
    let source = names.text(entry.address)
    json.object { json in
      json.member("schema", "ullage.log/1")
      json.member("host", names.host(writer.host))
      json.member("namespace", names.namespace(writer.namespace))
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: frame.takenAtNanoseconds))
      json.member(
        "age_ns", askedAt - min(askedAt, frame.takenAtNanoseconds))
      json.member("span_ns", frame.spanNanoseconds)
      json.member("samples", frame.sampleCount)
      json.flags([FrameFlagText.fromRing] + FrameFlagText.entries(frame.flags))
      json.member("protocol", pool.key.transport.name)
      json.member("address", source)
      json.gauge("ports_in_use", pool.inUse)
      json.gauge("headroom", pool.headroom)
      json.member("capacity", pool.capacity)
      json.member("usage", usage.last, places: 4)
      json.member("usage_max", usage.maximum, places: 4)
      json.member("listening_ports", pool.listeningPorts)
      json.member("processes", entry.processes)
      HolderDocument.write(frame.knownOwners(of: pool), to: &json, &names)
      json.member("destinations", entry.destinations)
      if let states = pool.states {
        json.object("states") { json in PoolDocument.writeNonZero(states, to: &json) }
      } else {
        json.null("states")
      }
      json.member("verdict", frame.countedVerdict == nil ? nil : pool.verdict.rawValue)
    }
    json.endLine()
    return json.take()
  }
}
