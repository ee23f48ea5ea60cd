internal import Frames
internal import Inet
internal import Pools
internal import Verdicts

/// The document `ullage.report/1`, as JSON on one line: the numbers that the page shows.
///
/// Every key is described in the catalogue of this target.
public enum ReportDocument {
  /// The document's bytes, with a line end.
  public static func json(_ report: Report, names: Names = Names()) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    write(report, to: &writer, &names)
    writer.endLine()
    return writer.take()
  }

  static func write(_ report: Report, to writer: inout JSONWriter, _ names: inout Names) {
    let words = ReportWords(report: report)
    writer.object { json in
      json.member("schema", "ullage.report/1")
      json.member("host", names.host(report.writer.host))
      json.member("namespace", names.namespace(report.writer.namespace))
      json.member("from", Timestamp.rfc3339(nanoseconds: report.fromNanoseconds))
      json.member("until", Timestamp.rfc3339(nanoseconds: report.throughNanoseconds))
      json.member("interval_ns", report.writer.intervalNanoseconds)
      json.member("frames", report.frameCount)
      json.member("samples", report.sampleCount)
      json.flags([FrameFlagText.fromRing] + FrameFlagText.entries(report.flags))
      json.object("verdict") { json in
        json.member("level", report.level?.rawValue)
        json.member("at", moment(report.levelAtNanoseconds))
        json.member("text", "\(words.headline(&names)); \(words.failures)")
      }
      write(report.run, to: &json, &names)
      writeTotals(report, to: &json)
      json.array("pools") { json in
        for pool in report.pools { write(pool, to: &json, &names) }
      }
      json.member("pools_total", report.poolTotal)
      json.array("owners") { json in
        for owner in report.owners { write(owner, to: &json, &names) }
      }
      json.array("moments") { json in
        for item in ReportMoment.all(of: report, &names) {
          json.object { json in
            json.member("at", Timestamp.rfc3339(nanoseconds: item.atNanoseconds))
            json.member("elapsed_ms", words.elapsed(item.atNanoseconds) / 1_000_000)
            json.member("kind", item.kind.name)
            json.member("pool", item.pool.map { PoolKeyText.text($0, &names) })
            json.member("text", item.text)
          }
        }
      }
      HistoryDocument.writeLosses(report.losses, gaps: report.gaps, to: &json)
      writeTimeline(report, words, to: &json, &names)
    }
  }

  /// What `ullage record` said at the end of the run, or null.
  private static func write(
    _ run: RunVerdict?, to json: inout JSONWriter, _ names: inout Names
  ) {
    guard let run else { return json.null("run") }
    json.object("run") { RunVerdictDocument.write(run, to: &$0, &names) }
  }

  private static func moment(_ nanoseconds: UInt64?) -> String? {
    nanoseconds.map { Timestamp.rfc3339(nanoseconds: $0) }
  }

  private static func writeTotals(_ report: Report, to json: inout JSONWriter) {
    json.object("totals") { json in
      json.member("span_ns", report.spanNanoseconds)
      json.member("connects_per_s_mean", optional: report.connectsPerSecond, places: 1)
      json.member("connects_per_s_max", optional: report.connectsPerSecondMaximum, places: 1)
      json.member("failures", report.failures)
      json.member("first_failure_at", moment(report.firstFailureAtNanoseconds))
      json.member("time_wait_max", report.timeWaitMaximum)
      json.member("cost_share", optional: report.costShare, places: 6)
      json.object("counters") { json in
        report.counters.forEach { name, count in json.member(name.key, count) }
      }
    }
  }

  private static func write(
    _ pool: ReportPool, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      json.member("pool", PoolKeyText.text(pool.key, &names))
      PoolDocument.writeKey(pool.key, to: &json, &names)
      json.member("verdict", pool.verdict.rawValue)
      json.member("usage_max", pool.usageMaximum, places: 4)
      json.member("usage_max_at", moment(pool.usageMaximumAtNanoseconds))
      json.member("in_use_max", pool.inUseMaximum)
      json.member("headroom_min", pool.headroomMinimum)
      json.member("headroom_bound", pool.worst.record.headroomBound.rawValue)
      json.member("capacity", pool.newest.capacity)
      json.member("cliff_at", pool.newest.cliffAt)
      json.member("cliff_reached_at", moment(pool.cliffReachedAtNanoseconds))
      json.member("exhausted_at", moment(pool.exhaustedAtNanoseconds))
      json.member(
        "exhausted_ns", pool.exhaustedAtNanoseconds == nil ? nil : pool.exhaustedNanoseconds)
      json.member("failures", pool.failures)
      json.member(
        "arrivals_per_s_max", optional: pool.arrivalsMaximum.map { Double($0) }, places: 1)
      json.member(
        "sustainable_per_s",
        optional: pool.newest.forecast.sustainablePerSecond.map { Double($0) }, places: 1)
      json.member("owner", pool.owner.map { names.owner($0.name) })
      json.member("owner_ports", pool.owner?.ports)
    }
  }

  private static func write(
    _ owner: Report.Owner, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      json.member("kind", owner.kind.name)
      json.member("id", owner.id)
      json.member("name", names.owner(owner.name))
      json.member("ports_max", owner.portsMaximum)
      json.member("time_wait_max", owner.timeWaitMaximum)
      json.member("inferred", owner.isInferred)
    }
  }

  private static func writeTimeline(
    _ report: Report, _ words: ReportWords, to json: inout JSONWriter, _ names: inout Names
  ) {
    let columns = report.columns
    json.object("timeline") { json in
      json.member("columns", report.columnCount)
      json.numbers("index", columns.map { Double($0.index) })
      json.numbers(
        "elapsed_ms", columns.map { Double(words.elapsed($0.atNanoseconds) / 1_000_000) })
      json.numbers("connects_per_s", columns.map(\.connectsPerSecond), places: 1)
      json.numbers("failures", columns.map { $0.failures.map { Double($0) } })
      json.member("worst_index", worstIndex(report))
      json.object("states") { json in
        for state in ReportChart.statesShown(report) {
          json.numbers(state.key, columns.map { $0.states[state.rawValue] }, places: 1)
        }
      }
      json.array("pools") { json in
        for pool in report.drawnPools {
          let values = columns.map { pool.columns[$0.index] }
          json.object { json in
            json.member("pool", PoolKeyText.text(pool.key, &names))
            json.numbers("usage_mean", values.map { $0?.mean }, places: 4)
            json.numbers("usage_max", values.map { $0?.maximum }, places: 4)
            json.numbers("in_use_max", values.map { $0.map { Double($0.inUseMaximum) } })
            json.numbers("headroom_min", values.map { $0.map { Double($0.headroomMinimum) } })
          }
        }
      }
    }
  }

  /// The column in which the tightest pool was tightest.
  private static func worstIndex(_ report: Report) -> Int {
    guard let moment = report.pools.first?.usageMaximumAtNanoseconds else { return 0 }
    return PlotColumns.index(
      of: moment, from: report.fromNanoseconds, through: report.throughNanoseconds,
      count: report.columnCount)
  }
}

extension JSONWriter {
  /// An array of numbers; null where one is not known.
  fileprivate mutating func numbers(_ key: String, _ numbers: [Double?], places: Int = 0) {
    array(key) { json in
      for number in numbers { json.element(number, places: places) }
    }
  }
}
