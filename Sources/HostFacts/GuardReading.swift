/// The counters that tell, for the price of a few small reads, how much can have changed in a socket
/// table of any size.
///
/// Read them *before* the dump that they are held against: then what they have risen since is an upper
/// bound of what came after.
public struct GuardReading: Hashable, Sendable {
  /// Tcp ActiveOpens: connects that found a port, of this namespace. Sockets under TCP_REPAIR skip it.
  public var activeOpens: UInt64?
  /// sockstat's and sockstat6's TCP inuse: sockets that listen or are connected.
  public var tcpInUse: Int?
  /// sockstat's TCP tw: TIME_WAIT and orphaned FIN_WAIT2 minisocks.
  public var timeWait: Int?
  /// sockstat's TCP orphan, host-wide.
  public var orphans: Int?
  /// sockstat's TCP alloc, host-wide: a rise without one of `tcpInUse` betrays bound, idle sockets.
  public var tcpAllocated: Int?
  /// sockstat's and sockstat6's UDP inuse.
  public var udpInUse: Int?

  /// Nothing known.
  public init() {}

  /// The most ports that any pool can have gained since `earlier`; nil when a counter is missing.
  ///
  /// The larger of the rise of ActiveOpens and the rise of inuse + tw: the first counts connects that
  /// are gone again as well, the second what skips it (TCP_REPAIR, accepted connections).
  public func rise(since earlier: GuardReading) -> Int? {
    guard let opens = activeOpens, let opensBefore = earlier.activeOpens, let inUse = tcpInUse,
      let inUseBefore = earlier.tcpInUse, let timeWait, let timeWaitBefore = earlier.timeWait
    else { return nil }
    let connects = opens >= opensBefore ? Int(clamping: opens - opensBefore) : 0
    let sockets = (inUse &+ timeWait) &- (inUseBefore &+ timeWaitBefore)
    // More than there are ports is as good as any number, and sums with it stay numbers.
    return min(max(connects, sockets, 0), Int(UInt32.max))
  }

  /// Whether nothing that a TCP count would show has changed since `earlier`, as far as counters tell.
  public func isUnchanged(since earlier: GuardReading) -> Bool {
    activeOpens != nil && tcpInUse != nil && timeWait != nil
      && activeOpens == earlier.activeOpens && tcpInUse == earlier.tcpInUse
      && timeWait == earlier.timeWait
  }

  /// Whether bound, idle sockets may have come since `earlier`.
  public func mayHaveIdleBinds(since earlier: GuardReading) -> Bool {
    guard let allocated = tcpAllocated, let before = earlier.tcpAllocated else { return true }
    return allocated - before > max(0, (tcpInUse ?? 0) - (earlier.tcpInUse ?? 0))
  }
}
