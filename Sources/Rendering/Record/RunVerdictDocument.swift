internal import Inet
internal import Kernel
internal import Pools
public import Verdicts

/// The document `ullage.record/1`: the verdict on a run.
public enum RunVerdictDocument {
  /// The document of `verdict` on the recording at `path`, one line.
  public static func json(
    _ verdict: RunVerdict, host: String, namespace: String, path: String?, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "ullage.record/1")
      writer.member("host", names.host(host))
      writer.member("namespace", names.namespace(namespace))
      writer.member("recording", path.map { names.freeText($0) })
      write(verdict, to: &writer, &names)
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  /// The members that are about the verdict, into an object that is open: those of `ullage.report/1` too.
  static func write(
    _ verdict: RunVerdict, to writer: inout JSONWriter, _ names: inout Names
  ) {
    writer.member(
      "started_at", verdict.startedAtNanoseconds.map { Timestamp.rfc3339(nanoseconds: $0) })
    writer.member("duration_s", verdict.durationSeconds, places: 3)
    writer.member("samples", verdict.sampleCount)
    writer.member("sampling_cores", optional: verdict.samplingShare, places: 4)
    writer.object("verdict") { writer in
      writer.member("limit", verdict.limit.rawValue)
      writer.member("confidence", verdict.confidence.rawValue)
      writer.member("text", RunSentences.verdict(verdict))
      writer.member("since_s", optional: verdict.limitSeconds, places: 3)
      writer.array("reasons") { writer in
        for reason in verdict.reasons {
          writer.object { writer in
            writer.member("id", reason.id)
            writer.member("text", RunSentences.reason(reason))
          }
        }
      }
    }
    command(verdict, names, &writer)
    failures(verdict, names, &writer)
    connects(verdict, &writer)
    writer.array("pools") { writer in
      for pool in (verdict.pool.map { [$0] } ?? []) + verdict.otherPools {
        writer.object { Self.pool(pool, &names, &$0) }
      }
    }
  }

  private static func command(
    _ verdict: RunVerdict, _ names: Names, _ writer: inout JSONWriter
  ) {
    writer.object("command") { writer in
      writer.member("text", verdict.command.map { names.freeText($0) })
      var status: Int32?, signal: Int32?
      switch verdict.end?.end {
      case .status(let number)?: status = number
      case .signal(let number)?: signal = number
      case nil: break
      }
      writer.member("status", status)
      writer.member("signal", signal)
      writer.member("wall_ms", verdict.end?.wallMilliseconds)
      writer.member("cpu_ms", verdict.end?.cpuMilliseconds)
      writer.member("host_busy_percent", verdict.end?.hostBusyPercent)
    }
  }

  private static func failures(
    _ verdict: RunVerdict, _ names: Names, _ writer: inout JSONWriter
  ) {
    writer.object("failures") { writer in
      writer.member("connect_total", verdict.failures?.total)
      writer.member("known_here", verdict.failures?.knownHere)
      writer.member("elsewhere", verdict.failures?.elsewhere)
      writer.member("failing_s", verdict.failingSeconds, places: 3)
      writer.array("notices") { writer in
        for notice in verdict.notices { writer.string(names.freeText(notice)) }
      }
    }
  }

  private static func connects(_ verdict: RunVerdict, _ writer: inout JSONWriter) {
    writer.object("connects") { writer in
      writer.member("total", verdict.connects)
      writer.member("achieved_per_s", optional: verdict.achievedPerSecond, places: 3)
      writer.member("achieved_after_per_s", optional: verdict.achievedAfterPerSecond, places: 3)
      writer.member("peak_per_s", optional: verdict.peakPerSecond, places: 3)
      writer.member("sustainable_per_s", optional: verdict.sustainablePerSecond, places: 3)
      let plan = verdict.plan
      writer.member("hold_s", optional: plan?.holdSeconds, places: 3)
      writer.member("fits", optional: verdict.fits)
      writer.member("sources_needed", verdict.sourcesNeeded)
      writer.member("sources_before_cliff", plan?.outcome.sourcesBeforeCliff)
      writer.member("sources_needed_with_reuse", plan?.outcomeReusing?.sourcesNeeded)
      writer.member("ports_needed", plan?.outcome.portsNeeded)
      writer.member("keep_alive_connections", plan?.keepAliveConnections)
    }
  }

  private static func pool(_ pool: RunPool, _ names: inout Names, _ writer: inout JSONWriter) {
    if case .connect(let source, let destination, let port, let interface) = pool.key {
      writer.member("source", names.text(source))
      writer.member("destination", names.text(destination))
      writer.member("port", port)
      writer.member("interface", interface == 0 ? nil : interface)
    }
    writer.member("capacity", pool.capacity)
    writer.member("in_use_max", pool.inUseMaximum)
    writer.member("usage_max", pool.usageMaximum, places: 6)
    writer.member("failures", pool.failures)
    writer.member("cliff_s", optional: pool.cliffSeconds, places: 3)
    writer.member("exhausted_s", optional: pool.exhaustedSeconds, places: 3)
  }
}

extension JSONWriter {
  /// A flag, or null.
  fileprivate mutating func member(_ key: String, optional flag: Bool?) {
    if let flag { member(key, flag) } else { null(key) }
  }
}
