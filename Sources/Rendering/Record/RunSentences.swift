internal import Inet
internal import Kernel
internal import Pools
internal import Verdicts

/// The verdict on a run in words.
enum RunSentences {
  /// "SOURCE PORTS WERE THE LIMIT from 11.2 s on (confidence high)".
  static func verdict(_ verdict: RunVerdict) -> String {
    let since = since(verdict).map { " \($0)" } ?? ""
    return "\(answer(verdict.limit))\(since) (confidence \(verdict.confidence.rawValue))"
  }

  /// "SOURCE PORTS WERE THE LIMIT".
  static func answer(_ limit: RunVerdict.Limit) -> String {
    switch limit {
    case .yes: "SOURCE PORTS WERE THE LIMIT"
    case .no: "source ports were not the limit"
    case .unknown: "whether source ports were the limit cannot be told"
    }
  }

  /// "from 11.2 s on"; nil where ports were not the limit.
  static func since(_ verdict: RunVerdict) -> String? {
    verdict.limit == .yes ? verdict.limitSeconds.map { "from \(time($0)) on" } : nil
  }

  /// "./load 10.1.2.3:443, which ended with status 0 after 15 s"; nil where there was no command.
  static func command(_ verdict: RunVerdict, _ names: Names) -> String? {
    guard let command = verdict.command else { return nil }
    guard let end = verdict.end else {
      return "\(names.freeText(command)), whose end was not seen"
    }
    let how =
      switch end.end {
      case .status(let status): "with status \(status)"
      case .signal(let number): "by signal \(number)"
      }
    let wall = time(Double(end.wallMilliseconds) / 1000)
    return "\(names.freeText(command)), which ended \(how) after \(wall)"
  }

  /// "10.0.0.5 → 10.1.2.3:443: cliff at 5.6 s, exhausted at 11.2 s, 41,203 failed connects".
  static func pool(_ pool: RunPool, _ names: inout Names) -> String {
    var facts: [String] = []
    if let cliff = pool.cliffSeconds { facts.append("cliff at \(time(cliff))") }
    if let exhausted = pool.exhaustedSeconds { facts.append("exhausted at \(time(exhausted))") }
    if let failures = pool.failures, failures > 0 {
      facts.append(count(UInt64(failures), "failed connect"))
    }
    if pool.exhaustedSeconds == nil {
      facts.append(
        "at most \(Decimal.grouped(pool.inUseMaximum)) of \(Decimal.grouped(pool.capacity)) ports "
          + "in use (\(Decimal.percent(pool.usageMaximum)))")
    }
    return "\(Sentences.name(pool.key, &names)): \(facts.joined(separator: ", "))"
  }

  /// "achieved 2,502 connects/s until then, 455/s after; this tuple sustains 455/s; …"; nil where nobody
  /// connected.
  static func rates(_ verdict: RunVerdict) -> String? {
    guard let achieved = verdict.achievedPerSecond, achieved > 0 else { return nil }
    var text = "achieved \(PlanNumber.number(achieved)) connects/s"
    if verdict.limit == .yes, verdict.failures?.total ?? 0 > 0 {
      text += " until then"
      if let after = verdict.achievedAfterPerSecond {
        text += ", \(PlanNumber.number(after))/s after"
      }
    }
    if let peak = verdict.peakPerSecond, peak > 1.2 * achieved {
      text += ", \(PlanNumber.number(peak)) in the fastest second"
    }
    if let sustainable = verdict.sustainablePerSecond {
      text += "; this tuple sustains \(PlanNumber.number(sustainable))/s"
    }
    return text
  }

  /// "for 2,502/s use 6 source addresses, or tcp_tw_reuse=1, or keep connections open"; nil where the rate
  /// fits as it is.
  static func remedy(_ verdict: RunVerdict) -> String? {
    guard let plan = verdict.plan, plan.connectsPerSecond > 0 else { return nil }
    let advice = plan.advice
    guard !plan.outcome.fits, !advice.isEmpty else {
      if verdict.limit == .yes, let sources = verdict.sourcesNeeded {
        return
          "more connections at once than ports: use at least \(PlanNumber.sources(sources)), or a "
          + "wider range"
      }
      guard plan.outcome.isSearching, let sources = plan.outcome.sourcesBeforeCliff else {
        return nil
      }
      return "this can go on for ever; with \(PlanNumber.sources(sources)) no connect() searches"
    }
    let ways = advice.compactMap { advice -> String? in
      switch advice {
      case .keepAlive(let connections, _):
        connections > 0
          ? "keep \(PlanNumber.integer(connections)) connections open" : "keep connections open"
      case .reuse(_, let sources):
        sources > 1 ? "tcp_tw_reuse=1 with \(PlanNumber.sources(sources))" : "tcp_tw_reuse=1"
      case .widenRange(let ports): "a range of \(PlanNumber.integer(ports)) ports"
      case .sources(let needed, _): "use \(PlanNumber.sources(needed))"
      case .everything: nil
      }
    }
    return "for \(PlanNumber.number(plan.connectsPerSecond))/s for ever: "
      + ways.joined(separator: ", or ")
  }

  /// One reason as a sentence.
  static func reason(_ reason: RunReason) -> String {
    switch reason {
    case .connectsFailed(let number):
      "\(count(number, "connect")) failed for want of a port, as the kernel counted"
    case .failuresOfUnknownPlace(let number):
      "\(count(number, "connect")) failed in this or another network namespace of the host"
    case .exhausted: "a count found no port left"
    case .noneFailed: "failed connects were counted, and there was none"
    case .failuresNotCounted:
      "failed connects could not be counted (ullage doctor says what that takes)"
    case .failuresOfClosedSockets: "failed connects are seen only once their sockets are closed"
    case .failuresLowerBound: "more connects may have failed than were counted"
    case .usedAtMost(let usage):
      "the tightest pool was used to \(Decimal.percent(usage)) at most, as counted"
    case .notCounted: "sockets were not counted"
    case .countsMissing(let seconds): "no count for \(time(seconds)): the budget was spent"
    case .samplesMissing(let seconds): "no sample for \(time(seconds))"
    case .nothingOutbound: "nothing connected out"
    case .searching(let second):
      "from \(time(second)) on each connect() searched half the range: about 0.3 ms of a core"
    case .waitingForPeers(let waiting, let inUse):
      "up to \(Decimal.grouped(waiting)) connects of \(Decimal.grouped(inUse)) ports waited for an "
        + "answer at once: the server, or the way to it, was slow"
    case .commandBusy(let cores):
      "the command kept \(cores < 1.05 ? "one core" : "\(Decimal.fixed(cores, places: 1)) cores") busy: "
        + "its processor may be the limit"
    case .hostBusy(let percent):
      "the host's processors were busy to \(percent) %, by the command and all else: they may be the limit"
    }
  }

  /// "1 connect", "41,203 connects".
  static func count(_ number: UInt64, _ word: String) -> String {
    "\(Decimal.grouped(number)) \(word)\(number == 1 ? "" : "s")"
  }

  /// "11.2 s"; below ten seconds two places.
  static func time(_ seconds: Double) -> String {
    "\(Decimal.fixed(seconds, places: seconds < 10 ? 2 : 1)) s"
  }
}
