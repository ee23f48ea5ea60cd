/// The families of metrics that are told of frames, in the order in which they are written; the raw value is
/// the name, of a counter without "_total".
///
/// The exposition, the table of the documentation and the bound on the number of series are all made from
/// what is said here.
public enum MetricFamily: String, Hashable, Sendable, CaseIterable {
  case buildInfo = "ullage_build_info"
  case seriesLimit = "ullage_series_limit"
  case usageThreshold = "ullage_usage_threshold_ratio"
  case connectFailures = "ullage_connect_failures"
  case namespaces = "ullage_namespaces"
  case namespacesUntold = "ullage_namespaces_untold"

  case up = "ullage_up"
  case sampleTimestamp = "ullage_sample_timestamp_seconds"
  case sampleDuration = "ullage_sample_duration_seconds"
  case countAge = "ullage_sample_count_age_seconds"
  case sampleCPU = "ullage_sample_cpu_seconds"
  case samples = "ullage_samples"
  case samplesLate = "ullage_samples_late"
  case samplesSkipped = "ullage_samples_skipped"
  case samplesDeferred = "ullage_samples_deferred"
  case samplesFailed = "ullage_samples_failed"

  case failuresAttributed = "ullage_connect_failures_attributed"
  case connects = "ullage_connects"
  case timeWaitOverflows = "ullage_time_wait_overflows"
  case timeWaitReused = "ullage_time_wait_reused"

  case rangePorts = "ullage_range_ports"
  case reservedPorts = "ullage_reserved_ports"
  case blockedPorts = "ullage_blocked_ports"
  case rangePortsInUse = "ullage_range_ports_in_use"
  case sockets = "ullage_sockets"

  case worstUsage = "ullage_worst_pool_usage_ratio"
  case worstUsagePeak = "ullage_worst_pool_usage_ratio_max_1m"
  case worstExhaustion = "ullage_worst_pool_exhaustion_seconds"
  case aboveCliff = "ullage_above_cliff_seconds"
  case aboveThreshold = "ullage_above_threshold_seconds"

  case pools = "ullage_pools"
  case poolInUse = "ullage_pool_ports_in_use"
  case poolCapacity = "ullage_pool_ports_capacity"
  case poolReclaimable = "ullage_pool_ports_reclaimable"
  case poolHeadroom = "ullage_pool_ports_headroom"
  case poolSearching = "ullage_pool_searching"
  case poolExhaustion = "ullage_pool_exhaustion_seconds"
  case poolFailures = "ullage_pool_connect_failures"

  case addressInUse = "ullage_address_ports_in_use"
  case addressCapacity = "ullage_address_ports_capacity"
  case addressHeadroom = "ullage_address_ports_headroom"

  case ownerPorts = "ullage_owner_ports"
  case alarmActive = "ullage_alarm_active"

  /// Gauge or counter.
  public var kind: MetricKind {
    switch self {
    case .connectFailures, .sampleCPU, .samples, .samplesLate, .samplesSkipped, .samplesDeferred,
      .samplesFailed, .failuresAttributed, .connects, .timeWaitOverflows, .timeWaitReused,
      .aboveCliff, .aboveThreshold, .poolFailures:
      .counter
    default: .gauge
    }
  }

  /// The name of its samples.
  public var sampleName: String { kind == .counter ? rawValue + "_total" : rawValue }

  /// The unit that its name ends in, for OpenMetrics; nil where it ends in none.
  public var unit: String? {
    ["seconds", "ratio", "ports"].first { rawValue.hasSuffix("_" + $0) }
  }

  /// What it tells series apart by.
  public var scope: MetricScope {
    switch self {
    case .buildInfo: .build
    case .seriesLimit, .usageThreshold, .connectFailures, .namespaces, .namespacesUntold: .host
    case .up, .sampleTimestamp, .sampleDuration, .countAge, .sampleCPU, .samples, .samplesLate,
      .samplesSkipped, .samplesDeferred, .samplesFailed, .failuresAttributed, .connects,
      .timeWaitOverflows, .timeWaitReused, .rangePorts, .reservedPorts, .blockedPorts:
      .namespace
    case .rangePortsInUse: .transport
    case .sockets: .state
    case .worstUsage, .worstUsagePeak, .worstExhaustion, .aboveThreshold: .kind
    case .pools, .aboveCliff: .connectKind
    case .poolInUse, .poolCapacity, .poolHeadroom: .poolAndOther
    case .poolReclaimable, .poolSearching, .poolFailures: .connectPool
    case .poolExhaustion: .pool
    case .addressInUse, .addressCapacity, .addressHeadroom: .address
    case .ownerPorts: .owner
    case .alarmActive: .alarm
    }
  }
}
