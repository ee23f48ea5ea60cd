/// What happened in the stretch of time that a frame stands for; sums when frames are folded.
///
/// The raw value is the place in the layout: cases are added at the end, never moved.
public enum HostCounter: Int, Hashable, Sendable, CaseIterable {
  /// Ticks of the schedule that were kept.
  case ticks
  /// Ticks that came later than half an interval.
  case lateTicks
  /// Ticks that were left out because their time had gone by.
  case skippedTicks
  /// Full dumps of the TCP table.
  case dumps
  /// Counts of single pools.
  case focuses
  /// Walks of bound-inactive and UDP sockets.
  case sideWalks
  /// Rows that the kernel sent.
  case rows
  /// Processor time of the collector, nanoseconds.
  case cpuNanoseconds
  /// Wall time of dumps, nanoseconds.
  case dumpNanoseconds
  /// Tcp ActiveOpens: connects that found a port, successful or not.
  case activeOpens
  /// TcpExt TCPTimeWaitOverflow.
  case timeWaitOverflows
  /// TcpExt TWRecycled: TIME_WAIT tuples taken over by connect().
  case timeWaitReused
  /// Failed connects: of the whole host, exact; of the namespace where the frame's flags say so.
  case connectFailures
  /// Of those, with a known process.
  case connectFailuresAttributed
  /// Of those, not sampled.
  case connectFailuresUnattributed
  /// Of those, lost by the kernel's buffer.
  case connectFailuresLost
  /// Failed binds that may have been ordinary conflicts.
  case possibleBindFailures
  /// UDP sends that may have failed for want of a port.
  case possibleUDPFailures
  /// Dumps that were due and left out, because the budget was spent.
  case deferredDumps
  /// Samples that could not be taken.
  case failedSamples
  /// Failed connects with a known process, in another network namespace than the one collected.
  case connectFailuresElsewhere

  /// The key in documents, with its unit.
  public var key: String {
    switch self {
    case .ticks: "ticks"
    case .lateTicks: "late_ticks"
    case .skippedTicks: "skipped_ticks"
    case .dumps: "dumps"
    case .focuses: "focuses"
    case .sideWalks: "side_walks"
    case .rows: "rows"
    case .cpuNanoseconds: "cpu_ns"
    case .dumpNanoseconds: "dump_ns"
    case .activeOpens: "active_opens"
    case .timeWaitOverflows: "time_wait_overflows"
    case .timeWaitReused: "time_wait_reused"
    case .connectFailures: "connect_failures"
    case .connectFailuresAttributed: "connect_failures_attributed"
    case .connectFailuresUnattributed: "connect_failures_unattributed"
    case .connectFailuresLost: "connect_failures_lost"
    case .possibleBindFailures: "possible_bind_failures"
    case .possibleUDPFailures: "possible_udp_failures"
    case .deferredDumps: "deferred_dumps"
    case .failedSamples: "failed_samples"
    case .connectFailuresElsewhere: "connect_failures_elsewhere"
    }
  }
}
