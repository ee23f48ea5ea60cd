internal import Inet

/// Why a connect pool fills: the states in which its ports are held.
enum HeldPoolRules {
  /// A state is a cause of its own if a quarter of the pool is in it: less would not help much. The
  /// largest always is one.
  static let causeShare = 0.25
  /// CLOSE_WAIT from which a pool leaks: a tenth of its capacity. A program that closes at all has next to
  /// none, and what leaks never comes back by itself.
  static let leakShare = 0.1

  /// Whether so much of a connect pool is in CLOSE_WAIT that it is worth telling before it is tight.
  static func leaks(_ pool: Pool) -> Bool {
    guard pool.key.kind == .connect, let states = pool.states, pool.capacity > 0 else {
      return false
    }
    return Double(states[.closeWait]) >= leakShare * Double(pool.capacity)
  }

  static func findings(_ pool: Pool, _ input: DiagnosisInput) -> [Finding] {
    guard let states = pool.states, states.total > 0 else { return [] }
    let isTight = pool.verdict > .ok
    // What the next connect() may take over holds nothing.
    let waiting = max(0, states[.timeWait] - pool.reclaimable)
    let causes: [(id: FindingID, ports: Int)] = [
      (.timeWait, waiting),
      (.closeWait, states[.closeWait]),
      (.synSent, states[.synSent]),
      (.finWait2, states[.finWait2]),
      (.closing, states[.finWait1] + states[.closing] + states[.lastAck]),
      (.established, states[.established]),
    ].sorted { $0.ports > $1.ports }
    let most = causes.first?.ports ?? 0
    let held = states.total - min(pool.reclaimable, states[.timeWait])
    return causes.filter { cause in
      guard cause.ports > 0 else { return false }
      if cause.id == .closeWait, leaks(pool) { return true }
      guard isTight else { return false }
      return cause.ports == most || Double(cause.ports) >= causeShare * Double(held)
    }.map { cause in
      var severity = FindingSeverity(pool.verdict)
      if !isTight { severity = .notice }
      return Finding(
        cause.id, severity, namespace: input.namespace.name, pool: pool.key,
        evidence: evidence(cause.id, cause.ports, of: held, pool, input),
        advice: advice(cause.id, cause.ports, pool, input))
    }
  }

  private static func evidence(
    _ id: FindingID, _ ports: Int, of held: Int, _ pool: Pool, _ input: DiagnosisInput
  ) -> [FindingEvidence] {
    var list = PoolEvidence.list(pool)
    list.insert(FindingEvidence(.ports, ports), at: 0)
    list.insert(FindingEvidence(.share, Double(ports) / Double(max(1, held))), at: 1)
    if id == .timeWait {
      // In the long run as many wait as are closed in the time that TIME_WAIT lasts on average, or in the
      // time until it may be taken over.
      let lasts =
        input.reuseSeconds[pool.key]
        ?? ReleaseComb.timeWaitSeconds + input.assumedComb.toothSeconds / 2
      list.append(FindingEvidence(.closesPerSecond, Double(ports) / max(0.001, lasts)))
      list.append(FindingEvidence(.sustainablePerSecond, CarryingRate(pool, input).now))
    }
    let seconds: Double? =
      switch id {
      case .synSent:
        input.synRetries.map { SynTimeout.seconds($0, linear: input.synLinearTimeouts) }
      case .finWait2: input.setting("tcp_fin_timeout_s").map { Double($0) }
      default: nil
      }
    if let seconds { list.append(FindingEvidence(.heldSeconds, seconds)) }
    return list
  }

  private static func advice(
    _ id: FindingID, _ ports: Int, _ pool: Pool, _ input: DiagnosisInput
  ) -> [FindingAdvice] {
    switch id {
    case .timeWait:
      return reuse(ports, pool, input)
        + PoolAdvice.room(pool, input, carrying: CarryingRate(pool, input)) + [
          FindingAdvice(.keepAlive, .better)
        ]
    case .closeWait: return [FindingAdvice(.closeLeak, .better, gainedPorts: ports)]
    case .synSent: return synSent(ports, input)
    case .finWait2:
      var list: [FindingAdvice] = []
      if let now = input.setting("tcp_fin_timeout_s"), now > 10 {
        list.append(
          FindingAdvice(.lowerFinTimeout(10), .now).holding(Double(now), 10))
      }
      return list + [FindingAdvice(.boundPeer, .better, gainedPorts: ports)]
    case .closing:
      return [
        FindingAdvice(.lowerOrphanRetries(3), .then),
        FindingAdvice(.removeBackend, .better, gainedPorts: ports),
      ]
    default: return PoolAdvice.room(pool, input) + [FindingAdvice(.keepAlive, .better)]
    }
  }

  /// Reuse frees what waits and is within A: a tuple whose port was blocked later is not given back.
  private static func reuse(
    _ waiting: Int, _ pool: Pool, _ input: DiagnosisInput
  ) -> [FindingAdvice] {
    // Where it is in effect already, the setting makes no difference.
    guard let mode = input.setting("tcp_tw_reuse"), input.reuseSeconds[pool.key] == nil else {
      return []
    }
    guard input.setting("tcp_timestamps") ?? 1 != 0 else {
      return [FindingAdvice(.useTimestamps, .then)]
    }
    guard mode != 1 else { return [] }
    let freed = min(waiting, max(0, pool.capacity - pool.headroom))
    let delay = input.reuseDelaySeconds
    let rate = CarryingRate(pool, input)
    return [
      FindingAdvice(.reuseTimeWait, .now, gainedPorts: freed)
        .carrying(rate.now, rate.rate(capacity: pool.capacity, waiting: delay))
        .holding(ReleaseComb.timeWaitSeconds, delay)
    ]
  }

  private static func synSent(_ ports: Int, _ input: DiagnosisInput) -> [FindingAdvice] {
    var list: [FindingAdvice] = []
    if let now = input.synRetries, now > 2 {
      list.append(
        FindingAdvice(.lowerSynRetries(2), .now).holding(
          SynTimeout.seconds(now, linear: input.synLinearTimeouts),
          SynTimeout.seconds(2, linear: input.synLinearTimeouts)))
    }
    return list + [FindingAdvice(.removeBackend, .better, gainedPorts: ports)]
  }
}
