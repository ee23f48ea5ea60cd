public import Inet

/// The ports that no connect() may take, as the kernel itself has answered.
public struct BlockedReading: Hashable, Sendable {
  /// B: ports of the range, not reserved, that were blocked when each was asked for.
  public var ports: PortSet
  /// How many ports were asked for: the range without the reserved ones.
  public var probedCount: Int
  /// How long that took.
  public var nanoseconds: UInt64
}
