/// How many series there may be, and for how long one stays.
///
/// A series that enters a list takes one of its places for ten minutes at least, so that within ten minutes
/// no more series than there are places come new, whatever comes and goes on the host.
public struct MetricLimits: Hashable, Sendable {
  /// Network namespaces that are told of; what others are is not observed.
  public var namespaces = 64
  /// Connect pools that are told by destination, of each namespace.
  ///
  /// A quarter of the places is kept free for pools that are tight already when they come.
  public var pools = 32
  /// Local addresses, of each namespace, those of both protocols together.
  public var addresses = 64
  /// Owners, of each namespace.
  public var owners = 32
  /// Alarms, of each namespace.
  public var alarms = 32
  /// How long a series keeps its place: nanoseconds.
  public var stickyNanoseconds: UInt64 = 600_000_000_000
  /// The usage from which time counts as above the threshold: 0 to 1.
  public var threshold = 0.8

  /// The defaults.
  public init() {}
}
