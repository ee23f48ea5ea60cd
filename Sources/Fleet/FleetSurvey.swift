public import Pools

/// Many hosts, worst first, and what several of them have in common.
public struct FleetSurvey: Hashable, Sendable {
  /// The hosts, in the order asked for; the silent and the stale last, and those that are not counted before
  /// those that are well.
  public var hosts: [FleetHost]
  /// Destinations towards which at least two hosts are tight, most hosts first.
  public var causes: [FleetCause]
  /// What was asked.
  public var query: FleetQuery
  /// Of how many hosts nothing may be known before nothing good is said of all.
  public var unknownAllowance = 0

  /// What hosts are ranked by, highest need first.
  public enum Order: String, CaseIterable, Sendable {
    /// By verdict, then time left, then failures, then usage.
    case verdict
    /// By the fewest ports left.
    case headroom
    /// By the least time left.
    case time
    /// By the most failed connects.
    case failures
  }

  /// The survey that these answers make. What a server says that is no number is as if it were not said.
  public init(
    _ answers: [FleetQuery.Subject: [MetricSample]], query: FleetQuery,
    thresholds: VerdictThresholds = VerdictThresholds(), order: Order = .verdict
  ) {
    func byHost(_ subject: FleetQuery.Subject) -> [String: Double] {
      var values: [String: Double] = [:]
      for sample in answers[subject] ?? [] {
        guard let name = sample.labels[query.hostLabel], let number = sample.number else {
          continue
        }
        values[name] = number
      }
      return values
    }
    let known = byHost(.known), answering = byHost(.answering)
    let fresh = byHost(.fresh), usage = byHost(.usage)
    let headroom = byHost(.headroom), left = byHost(.exhaustion), failures = byHost(.failures)
    self.query = query
    hosts = Set(known.keys).union(answering.keys).union(fresh.keys).map { name in
      let isWritten = fresh[name].map { $0 > 0 }
      var host = FleetHost(
        name: name,
        presence: isWritten == true
          ? .fresh : isWritten == false || answering[name] != nil ? .stale : .silent)
      guard host.presence == .fresh else { return host }
      host.usage = usage[name].map { min($0, 1) }
      host.headroom = headroom[name].flatMap { Int(exactly: $0.rounded()) }
      // The pool that is used up may have no series of its own.
      if host.usage == 1 { host.headroom = 0 }
      host.secondsToExhaustion = left[name]
      host.failures = failures[name]
      host.level = Self.level(of: host, thresholds)
      return host
    }
    hosts.sort { Self.precedes($0, $1, order) }
    causes = Self.causes(answers)
  }

  /// How bad a host is. A connect that failed within the window is critical: the server does not say whether
  /// it was within the last ten seconds. Nil where nothing bad is known, and its ports are not counted.
  private static func level(
    of host: FleetHost, _ thresholds: VerdictThresholds
  ) -> VerdictLevel? {
    let usage = host.usage ?? 0, left = host.secondsToExhaustion ?? .infinity
    if usage >= 1 || host.headroom == 0 { return .exhausted }
    // Less than half of one is what extrapolation makes of none.
    if usage >= thresholds.critical || left <= 60 || host.failures ?? 0 >= 0.5 { return .critical }
    if usage >= thresholds.warning || left <= 300 { return .warning }
    return host.usage == nil ? nil : .ok
  }

  private static func causes(_ answers: [FleetQuery.Subject: [MetricSample]]) -> [FleetCause] {
    func byPlace(_ subject: FleetQuery.Subject) -> [[String]: Double] {
      var values: [[String]: Double] = [:]
      for sample in answers[subject] ?? [] {
        guard let destination = sample.labels["destination"], let port = sample.labels["port"],
          let number = sample.number
        else { continue }
        values[[destination, port]] = number
      }
      return values
    }
    let medians = byPlace(.causeMedian), worst = byPlace(.causeWorst)
    return byPlace(.causes).compactMap { place, count in
      guard let hosts = Int(exactly: count.rounded()), hosts >= 2 else { return nil }
      return FleetCause(
        destination: place[0], port: place[1], hosts: hosts,
        medianUsage: medians[place].map { min($0, 1) }, worstUsage: worst[place].map { min($0, 1) })
    }.sorted {
      ($1.hosts, $1.worstUsage ?? 0, $0.destination, $0.port)
        < ($0.hosts, $0.worstUsage ?? 0, $1.destination, $1.port)
    }
  }

  private static func precedes(_ one: FleetHost, _ other: FleetHost, _ order: Order) -> Bool {
    // Of the silent nothing is known: they come last.
    if one.presence != other.presence { return one.presence.rank < other.presence.rank }
    let left = (one.secondsToExhaustion ?? .infinity, other.secondsToExhaustion ?? .infinity)
    let room = (one.headroom ?? .max, other.headroom ?? .max)
    let failed = (one.failures ?? 0, other.failures ?? 0)
    switch order {
    case .headroom where room.0 != room.1: return room.0 < room.1
    case .time where left.0 != left.1: return left.0 < left.1
    case .failures where failed.0 != failed.1: return failed.0 > failed.1
    default: break
    }
    if one.level != other.level { return one.rank > other.rank }
    if left.0 != left.1 { return left.0 < left.1 }
    if failed.0 != failed.1 { return failed.0 > failed.1 }
    if one.usage != other.usage { return one.usage ?? 0 > other.usage ?? 0 }
    return one.name < other.name
  }

  /// Gives hosts the pools that the server named as their tightest.
  public mutating func name(pools samples: [MetricSample]) {
    var pools: [String: FleetPool] = [:]
    for sample in samples {
      guard let host = sample.labels[query.hostLabel], let usage = sample.number else { continue }
      let labels = sample.labels
      let ofAddress = labels["address"] == nil ? nil : "bind"
      pools[host] = FleetPool(
        kind: labels["kind"] ?? ofAddress ?? "", namespace: labels["namespace"] ?? "",
        source: labels["source"] ?? labels["family"] ?? labels["address"] ?? "",
        destination: labels["destination"] ?? "", port: labels["port"] ?? "",
        usage: min(usage, 1))
    }
    for index in hosts.indices {
      let pool = pools[hosts[index].name]
      // Another that has no series is tighter: this one is not what the host's usage is of. Numbers of two
      // queries may be of two scrapes.
      let isTightest = (pool?.usage ?? 0) >= (hosts[index].usage ?? 0) - 0.02
      hosts[index].pool = isTightest ? pool : nil
    }
  }

  /// The worst level of a host; nil where none is known, or no bad one and of too many hosts nothing.
  public var level: VerdictLevel? {
    guard let worst = hosts.compactMap(\.level).max() else { return nil }
    return worst == .ok && unknownCount > unknownAllowance ? nil : worst
  }

  /// Of how many hosts nothing is known: silent, stale, or not counted.
  public var unknownCount: Int { hosts.count { $0.level == nil } }

  /// Of how many hosts something is known.
  public var knownCount: Int { hosts.count - unknownCount }

  /// How many hosts are in this state.
  public func count(_ presence: FleetHost.Presence) -> Int {
    hosts.count { $0.presence == presence }
  }

  /// How many hosts are at this level or worse.
  public func count(atLeast level: VerdictLevel) -> Int {
    hosts.count { ($0.level ?? .ok) >= level && $0.level != nil }
  }
}

extension FleetHost {
  /// What stands first: what is bad, then what is not known, then what is well.
  fileprivate var rank: Int {
    guard let level else { return 1 }
    return level == .ok ? 0 : 2 + (VerdictLevel.allCases.firstIndex(of: level) ?? 0)
  }
}

extension FleetHost.Presence {
  fileprivate var rank: Int {
    switch self {
    case .fresh: 0
    case .stale: 1
    case .silent: 2
    }
  }
}
