internal import Inet
public import Pools

/// The document `ullage.plan/1`: a plan, what it is held against, and what becomes of it.
public enum PlanDocument {
  /// The document of `plan`, one line.
  public static func json(
    _ plan: CapacityPlan, _ basis: PlanBasis, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "ullage.plan/1")
      writer.member("connects_per_s", plan.connectsPerSecond, places: 6)
      writer.member("hold_s", plan.holdSeconds, places: 6)
      writer.member("sources", max(1, plan.sources))
      writer.member("destinations", max(1, plan.destinations))
      writer.member("tuples", plan.tuples)
      writer.member("closes_first", plan.closesHere ? "here" : "peer")
      writer.object("ports") { ports(plan, basis, &names, &$0) }
      writer.object("wait") { wait(plan, basis, &$0) }
      let outcome = plan.outcome
      writer.member("fits", outcome.fits)
      writer.member("searching", outcome.isSearching)
      writer.member("search_s", plan.searchSeconds, places: 9)
      writer.member("verdict", PlanSentences.verdict(plan))
      writer.array("outcomes") { writer in
        for outcome in [
          plan.outcomeNotReusing, plan.outcomeReusing, plan.outcomePeerClosing,
        ].compactMap({ $0 }) {
          writer.object { Self.outcome(outcome, &$0) }
        }
      }
      writer.object("keep_alive") { writer in
        writer.member("connections", plan.keepAliveConnections)
        writer.member("usage", plan.keepAliveUsage, places: 6)
      }
      writer.array("advice") { writer in
        for advice in plan.advice {
          let (text, command) = PlanSentences.text(advice, plan, basis, &names)
          writer.object { writer in
            writer.member("id", advice.id)
            writer.member("text", text)
            writer.member("command", command)
          }
        }
      }
      writer.array("notes") { writer in for note in basis.notes { writer.string(note) } }
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private static func ports(
    _ plan: CapacityPlan, _ basis: PlanBasis, _ names: inout Names, _ writer: inout JSONWriter
  ) {
    writer.member("from", basis.ports.name)
    if case .host(let namespace) = basis.ports {
      writer.member("namespace", names.namespace(namespace))
    } else {
      writer.null("namespace")
    }
    writer.member("low", basis.range?.low)
    writer.member("high", basis.range?.high)
    writer.member("reserved", basis.reserved)
    writer.member("blocked", basis.blocked)
    writer.member("capacity", max(0, plan.ports))
    writer.member("cliff_at", max(0, plan.cliffPorts))
  }

  private static func wait(
    _ plan: CapacityPlan, _ basis: PlanBasis, _ writer: inout JSONWriter
  ) {
    writer.member("time_wait_s", plan.timeWaitSeconds, places: 6)
    writer.member("tooth_s", plan.toothSeconds, places: 6)
    writer.member("ticks_per_s", basis.ticksPerSecond)
    number("reuse_delay_s", plan.reuseDelaySeconds, &writer)
    writer.member("reuse", plan.outcome.reuses)
    writer.member("time_wait_sockets_max", plan.timeWaitSocketsMax)
  }

  private static func outcome(_ outcome: CapacityPlan.Outcome, _ writer: inout JSONWriter) {
    writer.member("closes_first", outcome.closesHere ? "here" : "peer")
    writer.member("reuse", outcome.reuses)
    writer.member("fits", outcome.fits)
    writer.member("searching", outcome.isSearching)
    writer.member("wait_s", outcome.waitSeconds, places: 6)
    writer.member("held_s", outcome.heldSeconds, places: 6)
    rates("sustainable", outcome.sustainable, &writer)
    rates("before_cliff", outcome.beforeCliff, &writer)
    writer.member("ports_in_use", outcome.portsHeld)
    writer.member("usage", outcome.usage, places: 6)
    writer.member("time_wait_sockets", outcome.timeWaitSockets)
    writer.member("sources_needed", outcome.sourcesNeeded)
    writer.member("sources_before_cliff", outcome.sourcesBeforeCliff)
    writer.member("destinations_needed", outcome.destinationsNeeded)
    writer.member("ports_needed", outcome.portsNeeded)
    writer.member("fits_in_one_range", outcome.fitsInOneRange)
    number("longest_hold_s", outcome.longestHoldSeconds, &writer)
  }

  private static func rates(
    _ key: String, _ rates: CapacityPlan.Rates?, _ writer: inout JSONWriter
  ) {
    guard let rates else { return writer.null(key) }
    writer.object(key) { writer in
      writer.member("tuple_per_s", rates.perTuple, places: 3)
      writer.member("source_per_s", rates.perSource, places: 3)
      writer.member("total_per_s", rates.total, places: 3)
    }
  }

  private static func number(_ key: String, _ value: Double?, _ writer: inout JSONWriter) {
    if let value { writer.member(key, value, places: 6) } else { writer.null(key) }
  }
}
