internal import Collector
public import Kernel

/// How a run is recorded.
public struct RecordingOptions: Sendable {
  /// The time between samples; what is not within 10 ms and a minute counts as that.
  public var intervalNanoseconds: UInt64 = 20_000_000
  /// The share of one core to use at most; what is not within 0.001 and 1 counts as that.
  public var budgetShare = 0.05
  /// Whether a recording that is there already is replaced. Anything else that is there never is.
  public var replaces = false
  /// Whether other processes of this user may leave marks too: `ullage mark`, by `RunRecording.inboxPath`.
  public var takesMarks = false
  /// The network namespace to record; nil for that of the thread that starts.
  public var namespace: NetworkNamespace?
  /// How it is called; nil for what it is called.
  public var identity: NamespaceIdentity?

  /// Fifty samples a second of the own namespace, for 5 % of one core.
  public init() {}

  /// What the collector goes by.
  var collector: CollectorOptions {
    var options = CollectorOptions()
    options.intervalNanoseconds = min(max(intervalNanoseconds, 10_000_000), 60_000_000_000)
    options.budgetShare = min(max(budgetShare, 0.001), 1)
    return options
  }
}
