internal import Inet
internal import Kernel

/// The document `ullage.probe/1`: what probes have found.
public enum ProbeDocument {
  /// The document of `report`, one line.
  public static func json(_ report: ProbeReport, names: Names = Names()) -> [UInt8] {
    var names = names
    let namespace = names.namespace(report.namespace)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "ullage.probe/1")
      writer.member("host", names.host(report.host))
      writer.member("namespace", namespace)
      writer.member("taken_at", Timestamp.rfc3339(nanoseconds: report.takenAtNanoseconds))
      writer.member("answer", report.isYes)
      if let question = report.question {
        writer.object("question") { Self.question(question, &$0, &names) }
      } else {
        writer.null("question")
      }
      if let blocked = report.blocked {
        writer.object("blocked") { Self.blocked(blocked, &$0) }
      } else {
        writer.null("blocked")
      }
      writer.array("flags") { writer in
        for (id, text) in flags(report) {
          writer.object { writer in
            writer.member("id", id)
            writer.member("text", text)
          }
        }
      }
    }
    writer.endLine()
    return writer.bytes
  }

  private static func question(
    _ question: ProbeQuestion, _ writer: inout JSONWriter, _ names: inout Names
  ) {
    switch question.operation {
    case .connect(let source, let destination, let port):
      writer.member("operation", "connect")
      writer.member("protocol", question.transport.name)
      writer.member("source", source.map { names.text($0) })
      writer.member("destination", names.text(destination))
      writer.member("port", port)
    case .bind(let address):
      writer.member("operation", "bind")
      writer.member("protocol", question.transport.name)
      writer.member("source", names.text(address))
      writer.null("destination")
      writer.null("port")
    }
    writer.member("interface", question.interface.map { names.freeText($0) })
    writer.member("reason", question.reason.rawValue)
    writer.member("errno", question.errno?.name)
    writer.member("probes", question.probeCount)
    writer.member("granted", question.grantedCount)
    writer.member("last_address", question.lastAddress.map { names.text($0) })
    writer.member("last_port", question.lastPort)
    times("call_ns", question.times, &writer)
    times("unused_call_ns", question.unusedTimes, &writer)
    times("plain_call_ns", question.plainTimes, &writer)
    if let isSearching = question.isSearching {
      writer.member("searching", isSearching)
    } else {
      writer.null("searching")
    }
    writer.member("time_wait_reusable", question.reusableCount)
    writer.member("time_wait_consumed", question.consumedCount)
    writer.member("established_resets", question.establishedResetCount)
  }

  private static func times(
    _ key: String, _ times: ProbeQuestion.Times?, _ writer: inout JSONWriter
  ) {
    guard let times else { return writer.null(key) }
    writer.object(key) { writer in
      writer.member("minimum", times.minimum)
      writer.member("median", times.median)
      writer.member("maximum", times.maximum)
    }
  }

  private static func blocked(_ blocked: BlockedPortList, _ writer: inout JSONWriter) {
    writer.member("low", blocked.range.low)
    writer.member("high", blocked.range.high)
    writer.member("reserved", blocked.reservedCount)
    writer.member("probed", blocked.probedCount)
    writer.member("count", blocked.ports.count)
    writer.member("capacity", blocked.capacity)
    writer.member("probing_ns", blocked.nanoseconds)
    writer.array("ports") { writer in
      for run in blocked.runs {
        writer.object { writer in
          writer.member("low", run.range.low)
          writer.member("high", run.range.high)
          writer.member("held_by", run.holder.rawValue)
        }
      }
    }
  }

  /// Why something is null that need not be.
  private static func flags(_ report: ProbeReport) -> [(id: String, text: String)] {
    guard let question = report.question, case .connect = question.operation,
      question.transport == .tcp, question.times != nil
    else { return [] }
    if question.unusedTimes == nil {
      return [
        (
          "no_comparison",
          "whether the kernel searches is not known: no probe to an unused loopback address was "
            + "possible (is the interface lo up?)"
        )
      ]
    }
    var flags: [(id: String, text: String)] = []
    if question.isTooNarrow {
      flags.append(
        (
          "narrow_range",
          "whether the kernel searches is not known: a search of so few ports takes no time that could "
            + "be measured"
        ))
    }
    if question.plainTimes == nil {
      flags.append(
        ("no_single_port", "a call with one port to choose from needs Linux 6.3 (plain_call_ns)"))
    }
    return flags
  }
}
