internal import Frames
internal import Inet

extension RunObservation {
  /// The answer, how sure it is, and why.
  func judge(_ verdict: inout RunVerdict, _ tightest: RunPools.Track?) {
    var reasons: [RunReason] = []
    let known = failures?.knownHere ?? 0, total = failures?.total ?? 0
    let usage = tightest?.pool.usageMaximum ?? 0
    let isExhausted = tightest?.exhaustedAt != nil
    if known > 0 {
      (verdict.limit, verdict.confidence) = (.yes, .high)
      reasons.append(.connectsFailed(known))
      if total > known { reasons.append(.failuresOfUnknownPlace(total - known)) }
    } else if total > 0 {
      // Somebody's on this host; a pool without ports makes it likely that they are ours, and where all had
      // plenty they are not.
      if usage >= 0.95 {
        (verdict.limit, verdict.confidence) = (.yes, .medium)
      } else if wasCounted, usage < 0.5, longestUncounted < Self.gapNanoseconds {
        (verdict.limit, verdict.confidence) = (.no, .medium)
      } else {
        (verdict.limit, verdict.confidence) = (.unknown, .low)
      }
      reasons.append(.failuresOfUnknownPlace(total))
    } else if lackedFailures || failures == nil {
      reasons.append(.failuresNotCounted)
      if isExhausted {
        (verdict.limit, verdict.confidence) = (.yes, .medium)
      } else if wasCounted, usage < 0.8, longestUncounted < Self.gapNanoseconds {
        (verdict.limit, verdict.confidence) = (.no, .medium)
      } else {
        (verdict.limit, verdict.confidence) = (.unknown, .low)
      }
    } else if isExhausted, weakness != nil {
      // Whoever found no port may be among those that were not seen.
      (verdict.limit, verdict.confidence) = (.unknown, .low)
      reasons.append(.noneFailed)
    } else {
      reasons.append(.noneFailed)
      verdict.limit = .no
      verdict.confidence = weakness == nil ? .high : .medium
    }
    if isExhausted { reasons.append(.exhausted) }
    if let weakness, failures != nil { reasons.append(weakness) }
    if verdict.limit != .yes { reasons += whatElse(tightest) }
    if let cliff = verdict.pool?.cliffSeconds { reasons.append(.searching(fromSecond: cliff)) }
    reasons += gaps
    verdict.reasons = reasons
  }

  /// Why failures may have been missed.
  private var weakness: RunReason? {
    if flags.contains(.failuresLowerBound) { return .failuresLowerBound }
    return flags.contains(.failuresOfNamespace) ? .failuresOfClosedSockets : nil
  }

  /// What the run looked like where ports were not its limit.
  private func whatElse(_ tightest: RunPools.Track?) -> [RunReason] {
    var reasons: [RunReason] = []
    if let tightest {
      reasons.append(.usedAtMost(tightest.pool.usageMaximum))
      let (waiting, inUse) = tightest.waiting
      let held = inUse - (tightest.states?[.timeWait] ?? 0)
      if waiting >= 10, 2 * waiting >= held {
        reasons.append(.waitingForPeers(waiting, inUse: inUse))
      }
    } else if opens.total == 0 {
      reasons.append(.nothingOutbound)
    }
    if let cores = end?.cores, cores >= 0.9 { reasons.append(.commandBusy(cores: cores)) }
    if let busy = end?.hostBusyPercent, busy >= 95 { reasons.append(.hostBusy(percent: busy)) }
    return reasons
  }

  /// What was not seen.
  private var gaps: [RunReason] {
    if !wasCounted { return [.notCounted] }
    var reasons: [RunReason] = []
    if longestUncounted >= Self.gapNanoseconds {
      reasons.append(.countsMissing(seconds: Double(longestUncounted) / 1e9))
    }
    if longestSpan >= Self.gapNanoseconds {
      reasons.append(.samplesMissing(seconds: Double(longestSpan) / 1e9))
    }
    return reasons
  }

  /// Five seconds without a look are worth a word.
  private static var gapNanoseconds: UInt64 { 5_000_000_000 }
}
