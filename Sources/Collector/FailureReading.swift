public import HostFacts
public import Pools

/// Failed connects between two readings, and what the way of counting them can see.
public struct FailureReading: Hashable, Sendable {
  /// What is counted.
  public var coverage: ConnectFailures.Coverage
  /// Failed connects.
  public var total: UInt64 = 0
  /// Of those, with process, namespace and addresses.
  public var attributed: UInt64 = 0
  /// Of those, seen by the counter alone.
  public var unattributed: UInt64 = 0
  /// Of those, lost by a full buffer; nil where that cannot be known.
  public var lost: UInt64?
  /// Whether there may have been more than `total`.
  public var isLowerBound = false
  /// Whether failures can be attributed at all.
  public var isAttributing = true
  /// bind() calls that failed with EADDRINUSE, for whatever reason; nil when not counted.
  public var possibleBind: UInt64?
  /// UDP connect() calls that failed with EAGAIN, for whatever reason; nil when not counted.
  public var possibleUDP: UInt64?
  /// The attributed ones, of all namespaces.
  public var failures: [ConnectFailure] = []

  /// Failed connects known to be of other namespaces; nil where that cannot be known.
  var elsewhere: UInt64? {
    switch coverage {
    case .namespace: 0
    case .host: isAttributing ? UInt64(failures.count { !$0.isOwnNamespace }) : nil
    }
  }

  /// What a counter of the whole host read.
  init(_ reading: ConnectFailureCounter.Reading, isAttributing: Bool) {
    coverage = .host
    total = reading.total
    attributed = reading.attributed
    unattributed = reading.unattributed
    lost = reading.lost
    self.isAttributing = isAttributing
    possibleBind = reading.possibleBind
    possibleUDP = reading.possibleUDP
    failures = reading.failures
  }

  /// Nothing failed.
  public init(_ coverage: ConnectFailures.Coverage) { self.coverage = coverage }
}
