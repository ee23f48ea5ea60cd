internal import Inet

/// Limits that let connects fail while ports are free, and the one that drops TIME_WAIT.
enum PressureRules {
  static func findings(_ input: DiagnosisInput) -> [Finding] {
    input.pressure.limits.compactMap { finding($0, input) } + [overflow(input)].compactMap { $0 }
  }

  /// A limit is judged as a pool is: full, critical, warning. TCP's memory is a warning from where the kernel
  /// saves; above its maximum nothing is left.
  static func severity(
    _ limit: HostPressure.Limit, _ thresholds: VerdictThresholds
  ) -> FindingSeverity? {
    if limit.used >= limit.limit { return .exhausted }
    if limit.usage >= thresholds.critical { return .critical }
    if limit.usage >= thresholds.warning { return .warning }
    if let pressure = limit.pressure, limit.used >= pressure { return .warning }
    return nil
  }

  private static func finding(_ limit: HostPressure.Limit, _ input: DiagnosisInput) -> Finding? {
    guard let id = id(limit.kind), let severity = severity(limit, input.thresholds) else {
      return nil
    }
    var evidence = [
      FindingEvidence(.used, limit.used), FindingEvidence(.limit, limit.limit),
      FindingEvidence(.usage, limit.usage),
    ]
    if let pressure = limit.pressure { evidence.append(FindingEvidence(.pressure, pressure)) }
    if let refused = limit.refused { evidence.append(FindingEvidence(.refused, refused)) }
    return Finding(
      id, severity, namespace: input.namespace.name, evidence: evidence, advice: advice(limit))
  }

  private static func id(_ kind: HostPressure.Kind) -> FindingID? {
    switch kind {
    case .conntrack: .conntrackFull
    case .descriptors: .descriptors
    case .tcpMemory: .tcpMemory
    case .orphans: .orphans
    case .neighboursIPv4, .neighboursIPv6: .neighbours
    case .timeWaitBuckets: nil
    }
  }

  /// Twice as much, clamped to what fits the kernel's integers.
  private static func doubled(_ value: Int) -> Int {
    let (double, overflows) = value.multipliedReportingOverflow(by: 2)
    return overflows ? Int(Int32.max) : min(double, Int(Int32.max))
  }

  private static func advice(_ limit: HostPressure.Limit) -> [FindingAdvice] {
    let twice = doubled(limit.limit)
    switch limit.kind {
    case .conntrack:
      return [
        FindingAdvice(.raiseConntrack(twice), .now), FindingAdvice(.bypassConntrack, .better),
      ]
    case .descriptors: return [FindingAdvice(.raiseFileMaximum(twice), .now)]
    case .tcpMemory:
      let pressure = doubled(limit.pressure ?? limit.limit)
      return [
        FindingAdvice(
          .raiseTCPMemory(low: min(pressure, pressure / 4 * 3), pressure: pressure, maximum: twice),
          .then)
      ]
    case .orphans: return [FindingAdvice(.raiseOrphans(twice), .then)]
    case .neighboursIPv4: return [FindingAdvice(.raiseNeighbours(.ipv4, twice), .now)]
    case .neighboursIPv6: return [FindingAdvice(.raiseNeighbours(.ipv6, twice), .now)]
    case .timeWaitBuckets: return []
    }
  }

  /// At the limit now, or near it after it was met: sockets that should wait vanish at once, and what is
  /// on its way to them meets a new connection or nobody. A counter alone may be years old.
  private static func overflow(_ input: DiagnosisInput) -> Finding? {
    guard let limit = input.setting("tcp_max_tw_buckets"), limit > 0,
      let waiting = input.timeWaitSockets
    else { return nil }
    let overflows = input.timeWaitOverflows ?? 0
    let usage = Double(waiting) / Double(limit)
    let severity: FindingSeverity
    if waiting >= limit {
      severity = .warning
    } else if usage >= input.thresholds.warning || (overflows > 0 && usage >= 0.5) {
      severity = .notice
    } else {
      return nil
    }
    return Finding(
      .timeWaitOverflow, severity, namespace: input.namespace.name,
      evidence: [
        FindingEvidence(.used, waiting), FindingEvidence(.limit, limit),
        FindingEvidence(.usage, usage),
      ] + (input.timeWaitOverflows.map { [FindingEvidence(.refused, $0)] } ?? []),
      advice: [FindingAdvice(.raiseTimeWaitBuckets(doubled(limit)), .now)])
  }
}
