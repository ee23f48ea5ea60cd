/// A namespace with what a few counters say of it: how full its pools can be at most, without a walk.
public struct NamespaceBound: Hashable, Sendable {
  /// Why nothing is known of a namespace that was found.
  public enum Trouble: Hashable, Sendable {
    /// Nothing that led to it at the begin of the look led there when it was its turn: it went, or whoever
    /// else is in it is found by the next look.
    case gone
    /// Its turn to be entered has not come yet.
    case pending
    /// It may not be entered, or its files not be read; why.
    case refused(String)
  }

  /// The namespace.
  public var entry: NamespaceEntry
  /// Its counters; nil when they could not be read.
  public var reading: GuardReading?
  /// Its ports; nil when it could not be entered.
  public var space: NamespaceSpace?
  /// Why something is nil.
  public var trouble: Trouble?

  /// The bound of `entry`, nothing known.
  public init(_ entry: NamespaceEntry) { self.entry = entry }

  /// The most TCP sockets that can stand in anybody's way: those that listen or are connected, both ends,
  /// and minisocks. Sockets that are bound and idle are not in it, nor in any counter of a namespace.
  public var tcpSockets: Int? {
    guard let inUse = reading?.tcpInUse, let waiting = reading?.timeWait else { return nil }
    let (sum, overflows) = inUse.addingReportingOverflow(waiting)
    return overflows ? .max : sum
  }

  /// The most that any pool can be used, from 0 to 1, when at most `idleBinds` sockets are bound and idle;
  /// nil when that is not known.
  ///
  /// Every port of a pool that is taken or blocked has a socket, and a pool's share is largest when all of
  /// them stand in one pool and none is blocked: so it is divided by |E \\ R|.
  public func usageMaximum(idleBinds: Int) -> Double? {
    guard let capacity = space?.capacity, let tcp = tcpSockets, let udp = reading?.udpInUse else {
      return nil
    }
    guard capacity > 0 else { return 1 }
    let (sum, overflows) = tcp.addingReportingOverflow(max(0, idleBinds))
    return min(1, max(0, Double(max(overflows ? .max : sum, udp)) / Double(capacity)))
  }
}
