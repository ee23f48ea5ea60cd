/// How samples are taken.
public struct SampleOptions: Hashable, Sendable {
  /// The most connect pools remembered at once; the largest of more are counted in a second pass.
  public var maxPools: Int
  /// The most local addresses remembered at once.
  public var maxAddresses: Int
  /// Whether the slow walks run on a second thread; nil: where that is free (two processors, and a
  /// kernel that runs dumps of different sockets at once).
  public var walksBeside: Bool?
  /// Whether the owners of pools are counted: a second look at each row.
  public var countsOwners: Bool
  /// The most sockets whose owners are remembered from sample to sample, so that their TIME_WAIT has an
  /// owner that was seen: 20 bytes each; 0 for none.
  public var rememberedSockets: Int
  /// How the processes that hold sockets of connect pools are found; nil: they are not.
  public var processes: ProcessSearch?
  /// Whether each sample first probes which ports are blocked, so that it knows all of them: 1.5 µs a port,
  /// without a packet. Needs CAP_NET_ADMIN in the namespace, and Linux 6.3.
  public var probesBlocked: Bool

  /// Options; the defaults suit a host of a million sockets and 131,072 destinations.
  public init(
    maxPools: Int = 131_072, maxAddresses: Int = 1024, walksBeside: Bool? = nil,
    probesBlocked: Bool = false, countsOwners: Bool = false, rememberedSockets: Int = 0,
    processes: ProcessSearch? = nil
  ) {
    self.maxPools = maxPools
    self.maxAddresses = maxAddresses
    self.walksBeside = walksBeside
    self.countsOwners = countsOwners
    self.rememberedSockets = rememberedSockets
    self.probesBlocked = probesBlocked
    self.processes = processes
  }
}
