public import Frames
internal import Inet

/// The metrics of a host: fed with the frames of its namespaces, and written whenever somebody asks.
///
/// Gauges are those of the newest frame, counters sums of all frames since the register was made, but for
/// those of the past; what no frame knew is absent. Feeding costs microseconds, writing some hundred: no
/// kernel is asked.
public struct MetricRegister: Sendable {
  /// The limits that it was made with.
  public let limits: MetricLimits
  private let build: [UInt8]
  private var namespaces: [String: NamespaceMetrics] = [:]
  /// Labels that are taken: two names may be one after they were cut and cleaned.
  private var taken: Set<[UInt8]> = []
  /// Names of `namespaces`, "host" first and then by name: the order in which they are written.
  private var order: [String] = []
  /// When each namespace came, and each that went, as long as it keeps its place: on the clock of the newest
  /// frame.
  private var cameAt: [String: UInt64] = [:]
  private var goneCameAt: [String: UInt64] = [:]
  private var now: UInt64 = 0
  /// Those that there are and that are not told of.
  private var refused: Set<String> = []
  private var hostFailures = HostFailures()

  /// A register of nothing yet, of the program `version`.
  public init(limits: MetricLimits = MetricLimits(), version: String) {
    self.limits = limits
    build = MetricLabels.of(("version", version), ("layout", "\(FrameLayout.version)"))
  }

  /// Takes a frame of a namespace, raw or coarse; frames of a namespace come in the order in which they were
  /// written, and one that was taken before, or is part of one, is left out.
  ///
  /// A frame that `isPast` was written before the register had to know: peaks and gauges are told of it, and
  /// its counts are in no counter, which begins at 0 with it. Returns false when there are as many namespaces
  /// as may be told of, and this is none of them.
  @discardableResult
  public mutating func observe(
    _ frame: Frame, of namespace: String, isPast: Bool = false
  ) -> Bool {
    now = frame.takenAtNanoseconds
    guard enter(namespace) else { return false }
    guard namespaces[namespace]?.observe(frame, isPast: isPast) == true else { return true }
    hostFailures.observe(frame, of: namespace, isPast: isPast)
    return true
  }

  /// Notes whether frames of a namespace are written: while they are not, gauges are absent. Before the first
  /// frame too, so that it is told that there is none.
  @discardableResult
  public mutating func note(_ state: CollectionState, of namespace: String) -> Bool {
    guard enter(namespace) else { return false }
    namespaces[namespace]?.state = state
    if state != .written { hostFailures.leave(namespace) }
    return true
  }

  /// Notes of all namespaces at once whether their frames are written.
  public mutating func noteAll(_ state: CollectionState) {
    for name in order { note(state, of: name) }
  }

  /// The namespaces that were observed and are not told of: there are more than may be.
  public var untold: [String] { refused.sorted() }

  /// Forgets a namespace that is gone. Its place is free once it has been taken for as long as a series stays.
  public mutating func remove(namespace: String) {
    refused.remove(namespace)
    guard let metrics = namespaces.removeValue(forKey: namespace) else { return }
    taken.remove(metrics.labels)
    order.removeAll { $0 == namespace }
    goneCameAt[namespace] = cameAt.removeValue(forKey: namespace)
    hostFailures.leave(namespace)
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
      case .connectFailures: if let total = hostFailures.total { writer.sample(is: .count(total)) }
      case .namespaces: writer.sample(is: .count(UInt64(namespaces.count + refused.count)))
      case .namespacesUntold: writer.sample(is: .count(UInt64(refused.count)))
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
    goneCameAt = goneCameAt.filter { now - min(now, $0.value) < limits.stickyNanoseconds }
    // One that comes back has its place still.
    let places = goneCameAt.count - (goneCameAt[namespace] == nil ? 0 : 1)
    guard namespaces.count + places < limits.namespaces, taken.insert(labels).inserted else {
      refused.insert(namespace)
      return false
    }
    refused.remove(namespace)
    cameAt[namespace] = goneCameAt.removeValue(forKey: namespace) ?? now
    namespaces[namespace] = NamespaceMetrics(labels: labels, limits)
    let place = order.firstIndex { Self.precedes(namespace, $0) } ?? order.count
    order.insert(namespace, at: place)
    return true
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    if left == "host" || right == "host" { return right != "host" }
    return left < right
  }
}
