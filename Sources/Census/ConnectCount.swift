public import Inet

/// What a census says of one connect pool.
public struct ConnectCount: Hashable, Sendable {
  /// The local address.
  public var source: IPAddress
  /// The remote address.
  public var destination: IPAddress
  /// The remote port.
  public var destinationPort: UInt16
  /// The interface for scoped addresses and VRFs; 0 for none.
  public var interface: UInt32
  /// Ports of E with a tuple, by state; their total is in_use.
  public var states: StateCounts
  /// Ports of A with the parity of the range's low end that connect() cannot take.
  public var takenLow: Int
  /// Ports of A with the other parity that connect() cannot take.
  public var takenOther: Int
  /// Ports of A with low's parity in TIME_WAIT that the next connect() may take over.
  public var reclaimableLow: Int
  /// The same of the other parity.
  public var reclaimableOther: Int

  /// The pool of connects from `source` to `destination`, without a port in use.
  public init(
    source: IPAddress, destination: IPAddress, destinationPort: UInt16, interface: UInt32
  ) {
    self.init(
      source: source, destination: destination, destinationPort: destinationPort,
      interface: interface, states: StateCounts(), takenLow: 0, takenOther: 0, reclaimableLow: 0,
      reclaimableOther: 0)
  }

  init(
    source: IPAddress, destination: IPAddress, destinationPort: UInt16, interface: UInt32,
    states: StateCounts, takenLow: Int, takenOther: Int, reclaimableLow: Int,
    reclaimableOther: Int
  ) {
    self.source = source
    self.destination = destination
    self.destinationPort = destinationPort
    self.interface = interface
    self.states = states
    self.takenLow = takenLow
    self.takenOther = takenOther
    self.reclaimableLow = reclaimableLow
    self.reclaimableOther = reclaimableOther
  }

  /// Whether `other` counts the same connects.
  public func isOfSamePool(as other: ConnectCount) -> Bool {
    source == other.source && destination == other.destination
      && destinationPort == other.destinationPort && interface == other.interface
  }
}
