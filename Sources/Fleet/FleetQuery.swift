/// What is asked of a monitoring server about many hosts: instant queries in PromQL.
///
/// Each answers with one series a host or a destination at most, whatever the hosts have: ten thousand hosts
/// are ten thousand samples a query. The last asks for the pools of few hosts by name.
public struct FleetQuery: Hashable, Sendable {
  /// The label that tells hosts apart.
  public var hostLabel: String
  /// Which hosts, by their labels; empty: all.
  public var matchers: [LabelMatcher]
  /// How far back failures are counted, and a host is missed, in seconds.
  public var failureSeconds: Int
  /// Usage from which a pool counts for a common cause.
  public var tightUsage: Double

  /// Questions about all hosts, by the label `instance`, failures of five minutes, tight from 80 % on.
  public init(
    hostLabel: String = "instance", matchers: [LabelMatcher] = [], failureSeconds: Int = 300,
    tightUsage: Double = 0.8
  ) {
    self.hostLabel = hostLabel
    self.matchers = matchers
    self.failureSeconds = failureSeconds
    self.tightUsage = tightUsage
  }

  /// One question.
  public enum Subject: String, CaseIterable, Sendable {
    /// Hosts that were there within the last hour.
    case known
    /// Hosts whose exporter answers.
    case answering
    /// Hosts with a ring: 1 with a collector that writes, 0 with one that does not.
    case fresh
    /// The usage of each host's tightest pool.
    case usage
    /// The least headroom of each host's pools and addresses, in ports.
    case headroom
    /// Seconds until each host's first pool is exhausted.
    case exhaustion
    /// Connects of each host that failed.
    case failures
    /// How many hosts are tight towards a destination.
    case causes
    /// The median usage, over hosts, of pools to such a destination.
    case causeMedian
    /// The highest.
    case causeWorst
  }

  /// The query on a subject.
  public func promQL(_ subject: Subject) -> String {
    switch subject {
    // Every exporter tells its build, whatever else there is.
    case .known: "max by (\(hostLabel)) (last_over_time(\(series("ullage_build_info"))[1h]))"
    case .answering: "max by (\(hostLabel)) (\(series("ullage_build_info")))"
    case .fresh: "max by (\(hostLabel)) (\(series("ullage_up")))"
    case .usage: "max by (\(hostLabel)) (\(series("ullage_worst_pool_usage_ratio")))"
    case .headroom:
      "min by (\(hostLabel)) (\(series("ullage_pool_ports_headroom", Self.named)) or "
        + "\(series("ullage_address_ports_headroom")))"
    case .exhaustion: "min by (\(hostLabel)) (\(series("ullage_worst_pool_exhaustion_seconds")))"
    case .failures: failures
    case .causes: "count by (destination, port) (\(tight))"
    case .causeMedian: "quantile by (destination, port) (0.5, \(tight))"
    case .causeWorst: "max by (destination, port) (\(tight))"
    }
  }

  /// The query for the tightest pool of each of `hosts`, by name.
  public func tightestPool(of hosts: [String]) -> String {
    let names = hosts.map(LabelMatcher.escaped).joined(separator: "|")
    let chosen = "\(hostLabel)=~\(LabelMatcher.quoted(names)),\(Self.named)"
    let bound = "\(hostLabel)=~\(LabelMatcher.quoted(names))"
    return "topk by (\(hostLabel)) (1, \(usage(chosen)) or \(usage(bound, of: "address")))"
  }

  /// What is beyond the pools with names is one row, whose headroom is nobody's.
  private static let named = "destination!=\"other\""

  /// Every host's own: that many are tight towards it is no cause they have in common.
  private static let own =
    #"destination!~"(::ffff:)?(0[.]0[.]0[.]0|127[.].*|169[.]254[.].*)|::|::1|fe[89ab][0-9a-f]:.*""#

  /// The larger of what is counted for the whole host and of what is known to be of its namespaces: either may
  /// be missing, or stand still because nobody counts it any more.
  private var failures: String {
    let host = rise("ullage_connect_failures_total")
    let namespaces = rise("ullage_connect_failures_attributed_total", isBegunByFailures: true)
    return "(\(host) >= \(namespaces)) or \(namespaces) or \(host)"
  }

  /// The usage of the tightest connect pool of each host to each destination, where it is tight.
  private var tight: String {
    let pools = usage("kind=\"connect\",destination!=\"\",\(Self.named),\(Self.own)")
    return "max by (\(hostLabel), destination, port) (\(pools)) >= \(tightUsage)"
  }

  /// By how much a counter of each host has risen. A series that comes to be because connects fail begins with
  /// them: that is its rise, where the exporter was asked before and had nothing to tell.
  private func rise(_ counter: String, isBegunByFailures: Bool = false) -> String {
    let counted = series(counter), span = "\(failureSeconds)s"
    let rise = "increase(\(counted)[\(span)])"
    guard isBegunByFailures else { return "sum by (\(hostLabel)) (\(rise))" }
    let begun =
      "(\(counted) unless \(counted) offset \(span) "
      + "and on (\(hostLabel)) \(series("ullage_build_info")) offset \(span))"
    return "sum by (\(hostLabel)) (\(begun) or \(rise))"
  }

  /// 1 - headroom / capacity; without capacity there is no usage to compute.
  private func usage(_ conditions: String, of subject: String = "pool") -> String {
    "1 - \(series("ullage_\(subject)_ports_headroom", conditions)) / "
      + "(\(series("ullage_\(subject)_ports_capacity", conditions)) > 0)"
  }

  private func series(_ name: String, _ conditions: String = "") -> String {
    let all = matchers.map(\.promQL) + (conditions.isEmpty ? [] : [conditions])
    return all.isEmpty ? name : "\(name){\(all.joined(separator: ","))}"
  }
}
