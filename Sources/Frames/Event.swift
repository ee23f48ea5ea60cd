public import Kernel

/// Something that happened at a moment, worth a line in a log and a tick on a time axis.
public struct Event: Hashable, Sendable {
  /// What happened.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// An alarm was raised.
    case alarmRaised = 0
    /// An alarm was cleared.
    case alarmCleared = 1
    /// The range or the reserved ports changed.
    case rangeChanged = 2
    /// The collector started.
    case collectorStarted = 3
    /// The collector stopped in good order.
    case collectorStopped = 4
    /// The collector read its configuration again.
    case configurationReloaded = 5
    /// Somebody left a mark.
    case mark = 6
    /// A sample could not be taken.
    case sampleFailed = 7
    /// The wall clock was set.
    case clockChanged = 8
    /// No sample was taken for a while: the host slept, or the collector was stopped.
    case samplesMissed = 9
    /// Samples succeed again.
    case samplesRecovered = 10
    /// Connects failed for want of a port.
    case connectsFailed = 11
    /// A recorded command began; the text is its command line.
    case runStarted = 12
    /// A recorded command ended; the text says how.
    case runEnded = 13

    /// The key in documents.
    public var name: String {
      switch self {
      case .alarmRaised: "alarm_raised"
      case .alarmCleared: "alarm_cleared"
      case .rangeChanged: "range_changed"
      case .collectorStarted: "collector_started"
      case .collectorStopped: "collector_stopped"
      case .configurationReloaded: "configuration_reloaded"
      case .mark: "mark"
      case .sampleFailed: "sample_failed"
      case .clockChanged: "clock_changed"
      case .samplesMissed: "samples_missed"
      case .samplesRecovered: "samples_recovered"
      case .connectsFailed: "connects_failed"
      case .runStarted: "run_started"
      case .runEnded: "run_ended"
      }
    }
  }

  /// What happened.
  public var kind: Kind
  /// The boot that the monotonic clock belongs to.
  public var boot: BootID
  /// When: CLOCK_REALTIME nanoseconds since 1970 UTC.
  public var atNanoseconds: UInt64
  /// The same moment on CLOCK_MONOTONIC.
  public var monotonicNanoseconds: UInt64
  /// The collector's tick.
  public var tick: UInt64
  /// The alarm that was raised or cleared.
  public var alarm: AlarmRecord?
  /// In words; at most 512 bytes of UTF-8, longer ones are cut.
  public var text: String

  /// The event given.
  public init(
    _ kind: Kind, boot: BootID, atNanoseconds: UInt64, monotonicNanoseconds: UInt64, tick: UInt64,
    alarm: AlarmRecord? = nil, text: String
  ) {
    self.kind = kind
    self.boot = boot
    self.atNanoseconds = atNanoseconds
    self.monotonicNanoseconds = monotonicNanoseconds
    self.tick = tick
    self.alarm = alarm
    self.text = text
  }
}
