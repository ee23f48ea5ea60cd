public import Inet
public import Pools

/// Which pools and addresses are wanted, in which order, and how many connect pools.
public struct PoolSelection: Hashable, Sendable {
  /// What decides the order; ties go by key.
  public enum SortKey: String, Hashable, Sendable, CaseIterable {
    /// Usage, highest first.
    case usage
    /// Ports in use, most first.
    case inUse = "in-use"
    /// Headroom, least first.
    case headroom
    /// Ports in TIME_WAIT, most first.
    case timeWait = "time-wait"
    /// Source, destination, port.
    case address
  }

  /// Only this family; nil for both.
  public var family: AddressFamily?
  /// Only these local addresses.
  public var source: AddressPrefix?
  /// Only connect pools to these addresses.
  public var destination: AddressPrefix?
  /// Only connect pools to these ports.
  public var destinationPorts: PortRange?
  /// Only connect pools with a port in one of these states.
  public var states: StateSet?
  /// The order.
  public var sort = SortKey.usage
  /// How many connect pools at most.
  public var top = 20
  /// What turns usage into a verdict.
  public var thresholds = VerdictThresholds()

  /// Everything, tightest first.
  public init() {}

  /// Whether the selection leaves anything out by its filters.
  public var isFiltered: Bool {
    family != nil || source != nil || destination != nil || destinationPorts != nil || states != nil
  }

  /// Whether pools of `address` are wanted.
  func includes(source address: IPAddress) -> Bool {
    (family.map { $0 == address.family } ?? true) && (source?.contains(address) ?? true)
  }

  /// Whether a connect pool is wanted.
  func includes(
    source: IPAddress, destination: IPAddress, port: UInt16, states: StateCounts
  ) -> Bool {
    includes(source: source)
      && (self.destination?.contains(destination) ?? true)
      && (destinationPorts?.contains(port) ?? true)
      && (self.states.map { wanted in
        SocketState.allCases.contains { wanted.contains($0) && states[$0] > 0 }
      } ?? true)
  }

  /// Whether `left` is listed before `right`.
  func precedes(_ left: Pool, _ right: Pool) -> Bool {
    switch sort {
    case .usage where left.usage != right.usage: left.usage > right.usage
    case .inUse where left.inUse != right.inUse: left.inUse > right.inUse
    case .headroom where left.headroom != right.headroom: left.headroom < right.headroom
    case .timeWait where Self.timeWait(left) != Self.timeWait(right):
      Self.timeWait(left) > Self.timeWait(right)
    default: left.key < right.key
    }
  }

  private static func timeWait(_ pool: Pool) -> Int { pool.states?[.timeWait] ?? 0 }
}
