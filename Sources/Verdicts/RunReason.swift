/// One reason for a verdict: an id and the numbers. The words are for who shows it.
public enum RunReason: Hashable, Sendable {
  /// So many connects failed for want of a port, surely in this namespace.
  case connectsFailed(UInt64)
  /// So many failed, in this namespace or another one.
  case failuresOfUnknownPlace(UInt64)
  /// A count found no port left.
  case exhausted
  /// Every failed connect was counted, and there was none.
  case noneFailed
  /// Failed connects could not be counted.
  case failuresNotCounted
  /// Failed connects are seen only once their sockets are closed.
  case failuresOfClosedSockets
  /// More connects may have failed than were counted.
  case failuresLowerBound
  /// The tightest pool was never used more than this, as counted.
  case usedAtMost(Double)
  /// Sockets were never counted.
  case notCounted
  /// So many seconds passed without a count.
  case countsMissing(seconds: Double)
  /// So many seconds passed without any sample.
  case samplesMissing(seconds: Double)
  /// No program connected out.
  case nothingOutbound
  /// Connects searched half the range from this second on.
  case searching(fromSecond: Double)
  /// At worst so many connects waited for an answer at once, of so many ports in use: the peer is slow.
  case waitingForPeers(Int, inUse: Int)
  /// The command kept this many cores busy.
  case commandBusy(cores: Double)
  /// All processors of the host were busy to this many percent.
  case hostBusy(percent: Int)

  /// Its name in documents.
  public var id: String {
    switch self {
    case .connectsFailed: "connects_failed"
    case .failuresOfUnknownPlace: "failures_of_unknown_place"
    case .exhausted: "exhausted"
    case .noneFailed: "none_failed"
    case .failuresNotCounted: "failures_not_counted"
    case .failuresOfClosedSockets: "failures_of_closed_sockets"
    case .failuresLowerBound: "failures_lower_bound"
    case .usedAtMost: "used_at_most"
    case .notCounted: "not_counted"
    case .countsMissing: "counts_missing"
    case .samplesMissing: "samples_missing"
    case .nothingOutbound: "nothing_outbound"
    case .searching: "searching"
    case .waitingForPeers: "waiting_for_peers"
    case .commandBusy: "command_busy"
    case .hostBusy: "host_busy"
    }
  }
}
