internal import Frames
public import HostFacts
internal import Pools

/// What else a collector's diagnosis looks at: limits that are not ports.
public struct DiagnosisLimits: Sendable {
  /// The host's.
  public var host = HostLimits()
  /// The namespace's.
  public var namespace = NamespaceLimits()

  /// Nothing known.
  public init() {}

  /// Reads those of the calling thread's namespace, some twenty small files; of the host those that are seen
  /// from there.
  public static func read() -> DiagnosisLimits {
    var limits = DiagnosisLimits()
    limits.host = .read()
    limits.namespace = .read()
    return limits
  }
}

/// What the last count found wrong, until the next one.
struct FindingMemory {
  var findings: [Finding] = []
  var limits = DiagnosisLimits()
  var limitsReadAt: UInt64?

  /// How long limits are good for.
  static let limitsNanoseconds: UInt64 = 10_000_000_000
}

extension NamespaceCollector where Transport: ~Copyable {
  /// Diagnoses what was counted: some microseconds, and the files of the limits each ten seconds.
  mutating func diagnose(_ snapshot: NamespaceSnapshot, at now: UInt64) {
    let readAt = explained.limitsReadAt
    if readAt.map({ now > $0 && now - $0 >= FindingMemory.limitsNanoseconds }) ?? true {
      explained.limits = readLimits()
      explained.limitsReadAt = now
    }
    let input = sampler.diagnosisInput(
      of: snapshot, host: explained.limits.host, namespace: explained.limits.namespace,
      thresholds: options.thresholds)
    explained.findings = Diagnosis(input).findings
  }

  /// Puts what was found into the frame, the worst first; the frame's writer keeps as many as it has room for.
  func addFindings(to frame: inout Frame) {
    guard counted.countedAt != nil else { return frame.flags.formUnion(.findingsUnavailable) }
    var places: [PoolKey: Int] = [:]
    for (place, pool) in frame.pools.enumerated() { places[pool.key] = place }
    frame.findings = explained.findings.map { finding in
      FindingRecord(finding, place: finding.pool.flatMap { places[$0] })
    }
  }
}
