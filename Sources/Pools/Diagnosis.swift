internal import Inet

/// What is wrong with the ports of a namespace, and what is not wrong with its host: findings by harm.
///
/// A pool is looked at from the cliff on, where its verdict is worse than "ok": before, nobody suffers. Leaks
/// are told earlier, since they never come back by themselves. What concerns the whole range is told always,
/// as a remark while no pool suffers from it.
public struct Diagnosis: Hashable, Sendable {
  /// What was found: the most harmful first, then the tightest.
  public var findings: [Finding]
  /// Limits that are not ports, the fullest first: those that are not to blame among them.
  public var limits: [HostPressure.Limit]
  /// Whether a listener or an idle bind stands inside the range; nil when nobody looked.
  public var hasListenerInRange: Bool?
  /// Tight pools that are not among the findings, because there are more of them than anybody reads.
  public var poolsLeftOut: Int

  /// The most pools that are explained.
  public static var mostPools: Int { 16 }

  /// Nothing found, nothing known.
  public init() {
    findings = []
    limits = []
    poolsLeftOut = 0
  }

  /// The diagnosis of `input`. Pure; costs microseconds.
  public init(_ input: DiagnosisInput) {
    self.init()
    var input = input
    let suffering = Self.suffering(input)
    // Sets of ports cost more than all rules: on a host that is well, nobody asks.
    if !suffering.isEmpty || input.namespace.space.range.count < RangeRules.defaultPorts {
      input.proposal = input.findProposal()
    }
    let connects = suffering.filter { $0.key.kind == .connect }
    poolsLeftOut = max(0, connects.count - Self.mostPools)
    for pool in connects.prefix(Self.mostPools) {
      findings += HeldPoolRules.findings(pool, input)
    }
    findings += SharedPoolRules.findings(suffering, input)
    findings += RangeRules.findings(input)
    findings += PressureRules.findings(input)
    findings = Self.ranked(findings)
    limits = input.pressure.limits.sorted { $0.usage > $1.usage }
    hasListenerInRange = input.listeners.map { _ in
      !input.seenBlocked.intersection(PortSet(input.namespace.space.range)).isEmpty
    }
  }

  /// Takes over what was found in another namespace of the same host.
  public mutating func take(_ other: Diagnosis) {
    findings = Self.ranked(findings + other.findings)
    for limit in other.limits {
      if let place = limits.firstIndex(where: { $0.kind == limit.kind }) {
        if limit.usage > limits[place].usage { limits[place] = limit }
      } else {
        limits.append(limit)
      }
    }
    limits.sort { $0.usage > $1.usage }
    if let found = other.hasListenerInRange {
      hasListenerInRange = found || hasListenerInRange ?? false
    }
    poolsLeftOut += other.poolsLeftOut
  }

  /// The worst severity; nil when nothing was found.
  public var severity: FindingSeverity? { findings.map(\.severity).max() }

  /// Whether connects are at risk: something more than remarks was found.
  public var isAlarming: Bool { severity ?? .info > .info }

  /// The findings of several namespaces in one order.
  public static func ranked(_ findings: [Finding]) -> [Finding] {
    // Stable: what a pool suffers from stays together in the order of the rules.
    findings.sorted { left, right in
      if left.severity != right.severity { return left.severity > right.severity }
      if (left.pool == nil) != (right.pool == nil) { return left.pool != nil }
      if let pool = left.pool, let other = right.pool, pool.kind != other.kind {
        return pool.kind < other.kind
      }
      return left[.usage] ?? 0 > right[.usage] ?? 0
    }
  }

  /// The pools that are worth explaining, the worst first; the one behind the verdict among them, listed
  /// or not.
  private static func suffering(_ input: DiagnosisInput) -> [Pool] {
    var pools = input.namespace.pools
    if let tightest = input.namespace.tightestConnect,
      !pools.contains(where: { $0.key == tightest.key })
    {
      pools.append(tightest)
    }
    return pools.filter { $0.verdict > .ok || HeldPoolRules.leaks($0) }
      .sorted { $0.isWorse(than: $1) }
  }
}
