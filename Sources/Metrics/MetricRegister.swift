public import Frames
internal import Inet

/// The metrics of a host: fed with the frames of its namespaces, and written whenever somebody asks.
///
/// Gauges are those of the newest frame, counters sums of all frames since the register was made; what no
/// frame knew is absent. Feeding costs microseconds, writing some hundred: no kernel is asked.
public struct MetricRegister: Sendable {
  /// The limits that it was made with.
  public let limits: MetricLimits
  private let build: [UInt8]
  private var namespaces: [String: NamespaceMetrics] = [:]
  /// Labels that are taken: two names may be one after they were cut and cleaned.
  private var taken: Set<[UInt8]> = []
  /// Names of `namespaces`, "host" first and then by name: the order in which they are written.
  private var order: [String] = []
  /// When each namespace came, and those that went came, as long as they keep their places: on the clock of
  /// the newest frame.
  private var cameAt: [String: UInt64] = [:]
  private var goneCameAt: [UInt64] = []
  private var now: UInt64 = 0
  /// The namespace whose frames count the failures of the whole host, and their sum.
  private var failureSource: String?
  private var hostFailures: UInt64?

  /// A register of nothing yet, of the program `version`.
  public init(limits: MetricLimits = MetricLimits(), version: String) {
    self.limits = limits
    build = MetricLabels.of(("version", version), ("layout", "\(FrameLayout.version)"))
  }

  /// Takes a frame of a namespace, raw or coarse; frames of a namespace come in the order in which they were
  /// written, and one that was taken before, or is part of one, is left out.
  ///
  /// Returns false when there are as many namespaces as may be told of, and this is none of them.
  @discardableResult
  public mutating func observe(_ frame: Frame, of namespace: String) -> Bool {
    now = frame.takenAtNanoseconds
    guard enter(namespace) else { return false }
    guard namespaces[namespace]?.observe(frame) == true else { return true }
    countFailures(frame, of: namespace)
    return true
  }

  /// Notes whether frames of a namespace are still written: gauges of one that is stale are absent until it
  /// is not. Before the first frame too, so that it is told that there is none.
  @discardableResult
  public mutating func note(isStale: Bool, of namespace: String) -> Bool {
    guard enter(namespace) else { return false }
    namespaces[namespace]?.isStale = isStale
    return true
  }

  /// Forgets a namespace that is gone. Its place is free once it has been taken for as long as a series stays.
  public mutating func remove(namespace: String) {
    guard let metrics = namespaces.removeValue(forKey: namespace) else { return }
    taken.remove(metrics.labels)
    order.removeAll { $0 == namespace }
    if let came = cameAt.removeValue(forKey: namespace) { goneCameAt.append(came) }
    if failureSource == namespace { failureSource = nil }
  }

  /// Writes everything into `bytes`, whose contents are dropped: `now` is CLOCK_REALTIME nanoseconds.
  public func write(_ format: ExpositionFormat, now: UInt64, into bytes: inout [UInt8]) {
    var writer = ExpositionWriter(format, reusing: consume bytes)
    for family in MetricFamily.allCases {
      writer.begin(family.rawValue, family.kind, unit: family.unit, help: family.meaning)
      switch family {
      case .buildInfo: writer.sample(build, is: .count(1))
      case .seriesLimit: writer.sample(is: .count(UInt64(limits.seriesCountMax)))
      case .usageThreshold: writer.sample(is: .number(limits.threshold))
      case .connectFailures: if let hostFailures { writer.sample(is: .count(hostFailures)) }
      default:
        for name in order { namespaces[name]?.write(family, to: &writer, now: now) }
      }
    }
    writer.end()
    bytes = writer.take()
  }

  /// Whether the namespace is told of, from now on if it was not.
  private mutating func enter(_ namespace: String) -> Bool {
    if namespaces[namespace] != nil { return true }
    let labels = MetricLabels.of(("namespace", namespace))
    goneCameAt.removeAll { now - min(now, $0) >= limits.stickyNanoseconds }
    guard namespaces.count + goneCameAt.count < limits.namespaces, taken.insert(labels).inserted
    else { return false }
    cameAt[namespace] = now
    namespaces[namespace] = NamespaceMetrics(labels: labels, limits)
    let place = order.firstIndex { Self.precedes(namespace, $0) } ?? order.count
    order.insert(namespace, at: place)
    return true
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    if left == "host" || right == "host" { return right != "host" }
    return left < right
  }

  /// All collectors of a host count the same failures: those of one are summed, so that each counts once.
  private mutating func countFailures(_ frame: Frame, of namespace: String) {
    guard let count = frame.counters[.connectFailures], !frame.flags.contains(.failuresOfNamespace)
    else { return }
    if failureSource == nil || namespace == "host" { failureSource = namespace }
    guard failureSource == namespace else { return }
    let (sum, overflows) = (hostFailures ?? 0).addingReportingOverflow(count)
    hostFailures = overflows ? .max : sum
  }
}
