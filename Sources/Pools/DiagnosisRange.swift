internal import Inet

/// What is wrong with the range itself, for every pool at once.
enum RangeRules {
  /// What eats this share of the range is no remark but a cause, where a pool suffers.
  static let causeShare = 0.1
  /// The kernel's default range: 32768–60999. Less is narrow.
  static let defaultPorts = 28_232

  static func findings(_ input: DiagnosisInput) -> [Finding] {
    [
      bindBeforeConnect(input), blocked(input), reserved(input), narrow(input), odd(input),
    ].compactMap { $0 }
  }

  /// The worst that a connect pool suffers.
  private static func suffering(_ input: DiagnosisInput) -> FindingSeverity {
    let pools = input.namespace.pools + (input.namespace.tightestConnect.map { [$0] } ?? [])
    let worst = pools.filter { $0.key.kind == .connect }.map(\.verdict).max() ?? .ok
    // An empty space suffers before anybody draws from it.
    return input.namespace.space.connectCapacity == 0 ? .exhausted : FindingSeverity(worst)
  }

  /// A remark while it is little or nobody suffers; else as bad as what it adds to.
  private static func severity(_ ports: Int, of all: Int, _ input: DiagnosisInput)
    -> FindingSeverity
  {
    Double(ports) >= causeShare * Double(all) ? suffering(input) : .info
  }

  /// Listeners and idle binds are in a dump; what is blocked besides was bound before it was connected, or
  /// waits in TIME_WAIT after that.
  private static func bindBeforeConnect(_ input: DiagnosisInput) -> Finding? {
    let space = input.namespace.space
    let probed = input.probedBlocked
    // Without a probe, what the parity of the ports lets suspect.
    let suspected = input.namespace.pools.compactMap(\.parityUse).filter(\.suggestsEarlyBinds)
    let ports =
      probed.map { $0.intersection(space.bindable).subtracting(input.seenBlocked).count }
      ?? suspected.map(\.takenOther).max() ?? 0
    guard ports > 0 else { return nil }
    let isExact = probed != nil
    let isCounted = space.blockedBound == .exact || !isExact
    return finding(
      .bindBeforeConnect, isExact ? severity(ports, of: space.bindCapacity, input) : .info, input,
      [
        FindingEvidence(.ports, ports), FindingEvidence(.isExact, isExact ? 1 : 0),
        FindingEvidence(
          .capacityPorts, isCounted ? space.connectCapacity : max(0, space.connectCapacity - ports)),
      ], [FindingAdvice(.bindLate, .better, gainedPorts: isExact ? ports : nil)])
  }

  private static func blocked(_ input: DiagnosisInput) -> Finding? {
    let space = input.namespace.space
    let inRange = PortSet(space.range)
    let listening = (input.listeners ?? PortSet()).intersection(space.bindable)
    let blocked = input.seenBlocked.intersection(space.bindable)
    guard !blocked.isEmpty else { return nil }
    var advice: [FindingAdvice] = []
    if !listening.isEmpty {
      // A listener's port is blocked as long as it listens; reserved, it is kept while it does not.
      if let reserved = input.reserved {
        advice.append(FindingAdvice(.reserve(reserved.union(listening)), .now))
      }
      advice.append(FindingAdvice(.moveListeners, .better, gainedPorts: listening.count))
    }
    if listening.count < blocked.count {
      advice.append(
        FindingAdvice(.bindLate, .better, gainedPorts: blocked.count - listening.count))
    }
    var finding = finding(
      .listenerInRange, severity(blocked.count, of: space.bindCapacity, input), input,
      [
        FindingEvidence(.ports, blocked.count),
        FindingEvidence(.listenerPorts, listening.count),
        FindingEvidence(.idleBindPorts, blocked.count - listening.count),
        FindingEvidence(.capacityPorts, space.connectCapacity),
        FindingEvidence(.rangePorts, space.range.count),
      ], advice)
    finding.ports = Array(
      (listening.isEmpty ? blocked : listening).intersection(inRange).prefix(64))
    return finding
  }

  /// A few reserved ports are what the list is for.
  private static func reserved(_ input: DiagnosisInput) -> Finding? {
    let space = input.namespace.space
    let count = space.reserved.count
    guard input.namespace.reservedIsKnown,
      Double(count) >= causeShare * Double(space.range.count)
    else { return nil }
    let gain = space.reserved.subtracting(input.listeners ?? PortSet())
    var advice: [FindingAdvice] = []
    if let all = input.reserved, !gain.isEmpty {
      let before = input.sustainable(space.connectCapacity)
      let step = FindingAdvice(.unreserve(all.subtracting(gain)), .then, gainedPorts: gain.count)
      let after = input.sustainable(space.connectCapacity + gain.count)
      advice.append(input.isLimitedByTimeWait ? step.carrying(before, after) : step)
    }
    return finding(
      .reservedPorts, severity(count, of: space.range.count, input), input,
      [
        FindingEvidence(.ports, count), FindingEvidence(.rangePorts, space.range.count),
        FindingEvidence(.capacityPorts, space.connectCapacity),
        FindingEvidence(.share, Double(count) / Double(space.range.count)),
      ], advice)
  }

  private static func narrow(_ input: DiagnosisInput) -> Finding? {
    let space = input.namespace.space
    guard space.range.count < defaultPorts else { return nil }
    let before = input.sustainable(space.connectCapacity)
    var advice: [FindingAdvice] = []
    if let proposal = input.proposal {
      let step = FindingAdvice(.widenRange(proposal), .then, gainedPorts: proposal.gainedPorts)
      let after = input.sustainable(proposal.capacity)
      advice.append(input.isLimitedByTimeWait ? step.carrying(before, after) : step)
    }
    return finding(
      .narrowRange, suffering(input), input,
      [
        FindingEvidence(.rangePorts, space.range.count),
        FindingEvidence(.capacityPorts, space.connectCapacity),
        FindingEvidence(.sustainablePerSecond, before),
      ], advice)
  }

  /// The kernel's search by parity covers an odd range but for one port, and it says so in its log.
  private static func odd(_ input: DiagnosisInput) -> Finding? {
    let space = input.namespace.space
    guard space.isOdd, space.range.count > 1 else { return nil }
    let even = PortRange(low: space.range.low + 1, high: space.range.high)
    return finding(
      .oddRange, .info, input, [FindingEvidence(.rangePorts, space.range.count)],
      even.map { [FindingAdvice(.evenRange($0), .now)] } ?? [])
  }

  private static func finding(
    _ id: FindingID, _ severity: FindingSeverity, _ input: DiagnosisInput,
    _ evidence: [FindingEvidence], _ advice: [FindingAdvice]
  ) -> Finding {
    Finding(id, severity, namespace: input.namespace.name, evidence: evidence, advice: advice)
  }
}
