public import Frames
public import Inet
public import Pools

/// Which pools of frames are wanted: chosen ones, or all that match.
public struct PoolFilter: Hashable, Sendable {
  /// Only these; empty for all.
  public var keys: [PoolKey] = []
  /// Only this family; nil for both.
  public var family: AddressFamily?
  /// Only these local addresses.
  public var source: AddressPrefix?
  /// Only connect pools to these addresses.
  public var destination: AddressPrefix?
  /// Only connect pools to these ports.
  public var destinationPorts: PortRange?
  /// Only pools with a port in one of these states; those of which no states are known have none.
  public var states: StateSet?

  /// All pools.
  public init() {}

  /// Whether nothing is left out.
  public var isEmpty: Bool { self == PoolFilter() }

  /// Whether the pool is wanted as it stood in a frame.
  public func includes(_ pool: PoolRecord) -> Bool {
    guard includes(pool.key) else { return false }
    guard let states else { return true }
    return SocketState.allCases.contains { states.contains($0) && (pool.states?[$0] ?? 0) > 0 }
  }

  /// Whether the pool of `key` is wanted, in whatever states its ports are.
  public func includes(_ key: PoolKey) -> Bool {
    if !keys.isEmpty, !keys.contains(key) { return false }
    switch key {
    case .connect(let source, let destination, let port, _):
      return includes(source) && (self.destination?.contains(destination) ?? true)
        && (destinationPorts?.contains(port) ?? true)
    case .bind(let local), .udpBind(let local):
      guard destination == nil, destinationPorts == nil else { return false }
      switch local {
      case .address(let address): return includes(address)
      case .anyIPv4: return source == nil && family != .ipv6
      case .any: return source == nil && family == nil
      }
    case .udp(let family):
      return destination == nil && destinationPorts == nil && source == nil
        && (self.family.map { $0 == family } ?? true)
    }
  }

  private func includes(_ address: IPAddress) -> Bool {
    (family.map { $0 == address.family } ?? true) && (source?.contains(address) ?? true)
  }
}
