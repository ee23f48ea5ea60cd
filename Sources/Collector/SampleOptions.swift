public import Census

/// How samples are taken.
public struct SampleOptions: Hashable, Sendable {
  /// How much the census may remember.
  public var limits: CensusLimits
  /// Whether the slow walks run on a second thread; nil: where that is free (two processors, and a
  /// kernel that runs dumps of different sockets at once).
  public var walksBeside: Bool?

  /// Options; the defaults suit a host of a million sockets.
  public init(limits: CensusLimits = CensusLimits(), walksBeside: Bool? = nil) {
    self.limits = limits
    self.walksBeside = walksBeside
  }
}
