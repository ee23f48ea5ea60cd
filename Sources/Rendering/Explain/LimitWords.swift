internal import Pools

/// What is not to blame: each limit with how full it is.
enum LimitWords {
  /// The limits of which there is no finding, the fullest first.
  static func innocent(_ diagnosis: Diagnosis) -> [HostPressure.Limit] {
    diagnosis.limits.filter { limit in
      !diagnosis.findings.contains { $0.id == findingID(limit.kind) }
    }
  }

  /// "conntrack 12.1 % full · descriptors 3.0 % · no listener stands in the way"; nil when nothing is
  /// known.
  static func sentence(_ diagnosis: Diagnosis) -> String? {
    var parts = innocent(diagnosis).map { "\(name($0.kind)) \(Decimal.percent($0.usage))" }
    if diagnosis.hasListenerInRange == false { parts.append("no listener stands in the way") }
    return parts.isEmpty ? nil : parts.joined(separator: " · ")
  }

  /// "conntrack 31,720 of 262,144 entries, 1,203 packets dropped".
  static func text(_ limit: HostPressure.Limit) -> String {
    let of = "\(Decimal.grouped(limit.used)) of \(Decimal.grouped(limit.limit))"
    let refused = limit.refused.map { ", \(Decimal.grouped($0)) refused" } ?? ""
    return "\(name(limit.kind)) \(of) \(unit(limit.kind))\(refused)"
  }

  static func name(_ kind: HostPressure.Kind) -> String {
    switch kind {
    case .conntrack: "conntrack"
    case .descriptors: "descriptors"
    case .tcpMemory: "tcp_mem"
    case .orphans: "orphans"
    case .neighboursIPv4: "ARP table"
    case .neighboursIPv6: "IPv6 neighbours"
    case .timeWaitBuckets: "tw_buckets"
    }
  }

  private static func unit(_ kind: HostPressure.Kind) -> String {
    switch kind {
    case .conntrack, .neighboursIPv4, .neighboursIPv6: "entries"
    case .descriptors: "open files"
    case .tcpMemory: "pages"
    case .orphans, .timeWaitBuckets: "sockets"
    }
  }

  private static func findingID(_ kind: HostPressure.Kind) -> FindingID {
    switch kind {
    case .conntrack: .conntrackFull
    case .descriptors: .descriptors
    case .tcpMemory: .tcpMemory
    case .orphans: .orphans
    case .neighboursIPv4, .neighboursIPv6: .neighbours
    case .timeWaitBuckets: .timeWaitOverflow
    }
  }
}
