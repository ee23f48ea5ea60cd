public import Inet

/// A wider range of ephemeral ports, and what connects would gain by it on this host.
///
/// From 10000 on, below which most services live, or from the lowest that is allowed, to 65535. Its number
/// of ports is even. Ports of listeners within are to be reserved first, so that no connect() takes one
/// while its service restarts.
public struct RangeProposal: Hashable, Sendable {
  /// The range to set.
  public let range: PortRange
  /// The reserved ports to set first: what is reserved now, and the listeners that the new range would
  /// take in; nil when there is nothing to change, or what is reserved now is not known.
  public let reserved: PortSet?
  /// |A| in the new range, as far as blocked ports are known.
  public let capacity: Int
  /// What every connect pool gains.
  public let gainedPorts: Int

  /// A proposal over `space`; nil when no range is worth the trouble: a tenth more at least.
  ///
  /// `reserved` and `listeners` are those of the namespace, within the range and outside.
  public init?(
    over space: PortSpace, reserved: PortSet?, listeners: PortSet, lowest: Int = 1024
  ) {
    let lowest = min(max(lowest, 1024), 65_534)
    for low in [max(10_000, lowest), lowest] {
      let even = UInt16(low + low % 2)
      guard even <= space.range.low, let range = PortRange(low: even, high: .max) else { continue }
      let added = listeners.intersection(PortSet(range)).subtracting(PortSet(space.range))
        .subtracting(reserved ?? PortSet())
      let all = (reserved ?? space.reserved).union(added)
      let wide = PortSpace(
        range: range, reserved: all, blocked: space.blocked.union(listeners))
      let gained = wide.connectCapacity - space.connectCapacity
      guard gained > 0, gained * 10 >= space.connectCapacity else { continue }
      self.range = range
      self.reserved = reserved == nil || added.isEmpty ? nil : all
      capacity = wide.connectCapacity
      gainedPorts = gained
      return
    }
    return nil
  }
}
