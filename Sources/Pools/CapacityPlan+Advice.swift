extension CapacityPlan {
  /// What would make the rate fit, or fit better.
  public enum Advice: Hashable, Sendable {
    /// Keep connections open: so many at once.
    case keepAlive(connections: Int, usage: Double)
    /// Set tcp_tw_reuse=1, which is enough alone or with more local addresses.
    case reuse(usage: Double, sources: Int)
    /// Widen the range until it has so many ports.
    case widenRange(ports: Int)
    /// Use so many local addresses, evenly.
    case sources(Int, beforeCliff: Int)
    /// Set tcp_tw_reuse=1, take the widest range and so many local addresses.
    case everything(sources: Int)

    /// Its name in documents.
    public var id: String {
      switch self {
      case .keepAlive: "keep_alive"
      case .reuse: "tcp_tw_reuse"
      case .widenRange: "widen_range"
      case .sources: "add_sources"
      case .everything: "all_together"
      }
    }
  }

  /// What helps, the best first; nothing where the rate fits without a search.
  ///
  /// Kept connections end the need; reuse is one setting; a wider range is bounded; local addresses
  /// always do, and cost addresses.
  public var advice: [Advice] {
    let outcome = outcome
    guard outcome.isSearching || !outcome.fits else { return [] }
    var advice: [Advice] = []
    if keepAliveUsage <= 0.5, outcome.heldSeconds > hold {
      advice.append(.keepAlive(connections: keepAliveConnections, usage: keepAliveUsage))
    }
    if !outcome.reuses, let better = outcomeReusing, better.usage < 0.8 * outcome.usage,
      let sources = better.sourcesNeeded
    {
      advice.append(.reuse(usage: better.usage, sources: sources))
    }
    let wanted = outcome.fits ? Self.doubled(outcome.portsNeeded) : outcome.portsNeeded
    if wanted > ports, wanted <= Self.portsMax { advice.append(.widenRange(ports: wanted)) }
    if let needed = outcome.sourcesNeeded, let before = outcome.sourcesBeforeCliff {
      advice.append(.sources(needed, beforeCliff: before))
    }
    if let sources = sourcesWithEverything, outcome.sourcesNeeded.map({ $0 > sources }) ?? true,
      !advice.contains(where: \.isEnoughAlone)
    {
      advice.append(.everything(sources: sources))
    }
    return advice
  }

  /// Local addresses that carry the rate with reuse (where there is such a thing) and the widest range
  /// that may be advised.
  private var sourcesWithEverything: Int? {
    let most = min(widestPorts, Self.portsMax)
    guard ports < most || (ports < Self.portsMax && canReuse && !isReusing) else { return nil }
    var widest = self
    if ports < most {
      widest.ports = most
      widest.cliffPorts = most / 2
    }
    return (widest.outcomeReusing ?? widest.outcome).sourcesNeeded
  }

  private static func doubled(_ number: Int) -> Int { number > portsMax ? number : number * 2 }
}

extension CapacityPlan.Advice {
  /// Whether it makes the rate fit without anything else, and without more addresses.
  fileprivate var isEnoughAlone: Bool {
    switch self {
    case .keepAlive, .widenRange: true
    case .reuse(let usage, _): usage <= 1
    case .sources, .everything: false
    }
  }
}
