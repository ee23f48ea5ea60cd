internal import Inet

/// What is said of any pool: its numbers, and what a collector knows of it.
enum PoolEvidence {
  static func list(_ pool: Pool) -> [FindingEvidence] {
    var list = [
      FindingEvidence(.inUsePorts, pool.inUse), FindingEvidence(.capacityPorts, pool.capacity),
      FindingEvidence(.headroomPorts, pool.headroom), FindingEvidence(.usage, pool.usage),
    ]
    if let cliff = pool.cliffAt { list.append(FindingEvidence(.cliffPorts, cliff)) }
    if pool.reclaimable > 0 { list.append(FindingEvidence(.reclaimablePorts, pool.reclaimable)) }
    let trend = pool.trend
    list += [
      FindingEvidence(.arrivalsPerSecond, ifKnown: trend?.arrivalsPerSecond),
      FindingEvidence(.secondsToExhaustion, ifKnown: trend?.secondsToExhaustion),
      FindingEvidence(.failedConnects, ifKnown: trend?.failures.map(Double.init)),
    ].compactMap { $0 }
    return list
  }
}

/// What gives a pool more ports, whatever holds those it has.
enum PoolAdvice {
  /// A wider range, and another source address: for a connect pool as many ports again. A `rate` is promised
  /// where TIME_WAIT is what limits it; how long other states last nobody knows.
  static func room(
    _ pool: Pool, _ input: DiagnosisInput, carrying rate: CarryingRate? = nil
  ) -> [FindingAdvice] {
    func advice(_ step: FindingAdvice.Step, _ gained: Int, _ capacity: Int) -> FindingAdvice {
      let advice = FindingAdvice(step, .then, gainedPorts: gained)
      return rate.map { advice.carrying($0.now, $0.rate(capacity: capacity)) } ?? advice
    }
    var list: [FindingAdvice] = []
    if let proposal = input.proposal {
      list.append(advice(.widenRange(proposal), proposal.gainedPorts, proposal.capacity))
    }
    if pool.capacity > 0 {
      list.append(advice(.addSource, pool.capacity, 2 * pool.capacity))
    }
    return list
  }
}

/// Pools that all destinations share.
enum SharedPoolRules {
  /// One finding for binds and one for UDP: the worst pool's. What stands on an address stands in the way of
  /// the wildcards too, and several of them would say the same.
  static func findings(_ suffering: [Pool], _ input: DiagnosisInput) -> [Finding] {
    func worst(_ kinds: [PoolKind]) -> Pool? { suffering.first { kinds.contains($0.key.kind) } }
    var findings: [Finding] = []
    if let pool = worst([.bind]) {
      var finding = bind(pool, input)
      // Ports that connects hold are in the way of binds as well: where the connect pool is as bad, it is the
      // cause, and has been told.
      if let connect = worst([.connect]), connect.verdict > .ok, connect.verdict >= pool.verdict {
        finding.severity = .info
      }
      findings.append(finding)
    }
    if let pool = worst([.udp, .udpBind]) { findings.append(udp(pool, input)) }
    return findings
  }

  /// bind(address, 0): every port that stands on the address is in the way, whoever it is connected to.
  private static func bind(_ pool: Pool, _ input: DiagnosisInput) -> Finding {
    var list = [
      // What connects and never binds has pools of its own, one for each destination.
      FindingAdvice(.bindLate, .better)
    ]
    if let proposal = input.proposal {
      list.append(
        FindingAdvice(.widenRange(proposal), .then, gainedPorts: proposal.gainedPorts))
    }
    if case .bind(.address) = pool.key {
      list.append(FindingAdvice(.addSource, .then, gainedPorts: pool.capacity))
    }
    return Finding(
      .bindHeld, FindingSeverity(pool.verdict), namespace: input.namespace.name, pool: pool.key,
      evidence: [FindingEvidence(.ports, pool.inUse)] + PoolEvidence.list(pool), advice: list)
  }

  /// UDP: a port is held by one socket, for every destination.
  private static func udp(_ pool: Pool, _ input: DiagnosisInput) -> Finding {
    var list: [FindingAdvice] = []
    if let proposal = input.proposal {
      // Listeners of TCP do not stand in the way of UDP: at least as many as connects gain.
      list.append(
        FindingAdvice(.widenRange(proposal), .then, gainedPorts: proposal.gainedPorts))
    }
    if case .udp = pool.key { list.append(FindingAdvice(.spreadUDP, .then)) }
    list.append(FindingAdvice(.closeUDP, .better, gainedPorts: pool.inUse))
    return Finding(
      .udpHeld, FindingSeverity(pool.verdict), namespace: input.namespace.name, pool: pool.key,
      evidence: [FindingEvidence(.ports, pool.inUse)] + PoolEvidence.list(pool), advice: list)
  }
}
