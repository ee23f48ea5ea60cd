extension MetricFamily {
  /// What it is, in one sentence: the HELP of the exposition.
  public var meaning: String {
    switch self {
    case .buildInfo: "1; the version of the exporter, and of the layout of frames that it reads."
    case .seriesLimit: "The most series that are written here, whatever happens on the host."
    case .usageThreshold: "The usage from which ullage_above_threshold_seconds_total counts."
    case .connectFailures:
      "Connects of the whole host that failed for want of a port; absent while nobody counts them."
    case .namespaces: "How many network namespaces have a ring, with series here or not."
    case .namespacesUntold:
      "How many of them have no series here: there are more than may be told of."
    case .up:
      "Whether a collector writes frames of the namespace; 0 or 1; absent where one that collects others left it in good order."
    case .sampleTimestamp: "When the newest frame was taken: seconds since 1970 UTC."
    case .sampleDuration:
      "How long the kernel was asked for the newest frame that was counted anew."
    case .countAge:
      "How old the newest frame's count is; 0 while the kernel's counters say that it holds."
    case .sampleCPU: "Processor time of the collector."
    case .samples: "Samples taken."
    case .samplesLate: "Samples that came later than half an interval."
    case .samplesSkipped: "Samples left out because their time had gone by."
    case .samplesDeferred: "Counts that were due and left out because the budget was spent."
    case .samplesFailed: "Samples that could not be taken."
    case .failuresAttributed:
      "Connects that failed for want of a port and are known to be of this namespace, by whatever process."
    case .connects: "Connects that found a port."
    case .timeWaitOverflows: "Sockets that the kernel did not keep in TIME_WAIT."
    case .timeWaitReused: "TIME_WAIT ports that a connect took over."
    case .rangePorts: "Ports of ip_local_port_range, reserved ones included."
    case .reservedPorts: "Ports of the range that are reserved."
    case .blockedPorts:
      "Ports of the range that no connect may take because a bind owns them, at least."
    case .rangePortsInUse: "Distinct local ports of the range that sockets hold."
    case .sockets: "Sockets that hold a port of the range, by state; listeners of any port."
    case .worstUsage: "Usage of the tightest pool of the kind: 1 - headroom / capacity."
    case .worstUsagePeak:
      "The highest usage of any pool of the kind in the last full minute of the clock."
    case .worstExhaustion:
      "Until the first pool of the kind has no port left, as forecast; absent when none will."
    case .aboveCliff:
      "Time in which a connect pool was past its cliff, where every connect searches."
    case .aboveThreshold: "Time in which a pool of the kind was above the threshold."
    case .pools: "How many connect pools there are, with a series here or not."
    case .poolInUse:
      "Ports of the pool in use; of destination=\"other\" the most that one of the others can have."
    case .poolCapacity: "Ports that the pool can have."
    case .poolReclaimable: "TIME_WAIT ports that the next connect may take over."
    case .poolHeadroom:
      "How many more will succeed, at most; of destination=\"other\" at least, in each of the others."
    case .poolSearching: "1 past the cliff, where every connect searches half the range."
    case .poolExhaustion:
      "Until the pool has no port left, as forecast; absent when that is not so."
    case .poolFailures:
      "Connects to the pool that failed for want of a port, since it has a series."
    case .addressInUse: "Ports in use on a local address."
    case .addressCapacity: "Ports that bind(address, 0) can have."
    case .addressHeadroom: "How many more binds to the address will succeed, at most."
    case .ownerPorts: "Ports held by an owner, over all pools."
    case .alarmActive: "Whether the alarm is raised, for any subject; 0 or 1."
    }
  }
}
