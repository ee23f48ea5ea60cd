public import Inet

/// What a census counts within, and how much it may remember.
public struct CensusLimits: Hashable, Sendable {
  /// The most connect pools (source, destination, destination port) remembered at once: 64 bytes each
  /// (IPv6: 96), and 20 to 36 for the index.
  public var pools: Int
  /// The most local addresses remembered at once: 3.5 KB each with the default range.
  public var addresses: Int

  /// Limits; the defaults hold every pool of a proxy with 131,072 destinations.
  public init(pools: Int = 131_072, addresses: Int = 1024) {
    self.pools = pools
    self.addresses = addresses
  }
}

/// The part of the port space that counting needs while rows pass.
public struct CensusSpace: Hashable, Sendable {
  /// E, the range.
  public var range: PortRange
  /// R, the reserved ports.
  public var reserved: PortSet
  /// When a TIME_WAIT may be taken over.
  public var reuse: TimeWaitReuse

  /// The space given.
  public init(range: PortRange, reserved: PortSet, reuse: TimeWaitReuse) {
    self.range = range
    self.reserved = reserved
    self.reuse = reuse
  }
}
