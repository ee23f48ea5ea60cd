public import Inet

/// When and how a sample was counted.
public struct SampleTiming: Hashable, Sendable {
  /// When: nanoseconds since 1970-01-01 UTC.
  public var takenAtNanoseconds: UInt64 = 0
  /// The same moment on CLOCK_MONOTONIC.
  public var startedAtMonotonic: UInt64 = 0
  /// How long it took in all.
  public var durationNanoseconds: UInt64 = 0
  /// Wall time of the walks over the connected states: one, or two where limits were met.
  public var dumpNanoseconds: UInt64 = 0
  /// Rows of those walks.
  public var dumpRows = 0
  /// Rows of those walks and of the listeners before them.
  public var rows = 0
  /// Processor time of all threads meanwhile.
  public var cpuNanoseconds: UInt64 = 0
  /// Whether the slow walks ran on a second thread.
  public var walkedBeside = false
  /// Whether the kernel refused one request for both families, and each was asked for alone.
  public var fellBack = false
  /// Families that this kernel does not have.
  public var missingFamilies: [AddressFamily] = []
  /// Whether the kernel flagged a dump as possibly inconsistent.
  public var wasInterrupted = false
  /// Whether limits were met, and a second pass counted what was still known.
  public var wasRecounted = false
}
