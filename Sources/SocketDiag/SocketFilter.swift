public import Inet

/// Which sockets are wanted: prefixes, port ranges and states, joined by and, or, not.
///
/// A filter has two readings that tests hold equal: `matches`, here in user space, and inet_diag
/// bytecode for the kernel (`Bytecode`), for what the kernel can decide.
public indirect enum SocketFilter: Hashable, Sendable {
  /// Every socket.
  case all
  /// Sockets whose local address lies in the prefix.
  case source(AddressPrefix)
  /// Sockets whose remote address lies in the prefix.
  case destination(AddressPrefix)
  /// Sockets whose local port lies in the range.
  case sourcePort(PortRange)
  /// Sockets whose remote port lies in the range; an unconnected one has remote port 0.
  case destinationPort(PortRange)
  /// Sockets in one of the states. The kernel's bytecode cannot say it; the request's mask can.
  case states(StateSet)
  /// Sockets that match both.
  case and(SocketFilter, SocketFilter)
  /// Sockets that match either.
  case or(SocketFilter, SocketFilter)
  /// Sockets that do not match.
  case not(SocketFilter)

  /// The conjunction of several filters; `all` of none.
  public static func every(_ filters: [SocketFilter]) -> SocketFilter {
    filters.reduce(.all) { $0 == .all ? $1 : .and($0, $1) }
  }

  /// The disjunction of several filters; nothing matches the disjunction of none.
  public static func any(_ filters: [SocketFilter]) -> SocketFilter {
    guard let first = filters.first else { return .not(.all) }
    return filters.dropFirst().reduce(first) { .or($0, $1) }
  }

  /// Whether a socket with these properties matches.
  public func matches(_ socket: SocketFields) -> Bool {
    switch self {
    case .all: true
    case .source(let prefix): prefix.contains(socket.source)
    case .destination(let prefix): prefix.contains(socket.destination)
    case .sourcePort(let range): range.contains(socket.sourcePort)
    case .destinationPort(let range): range.contains(socket.destinationPort)
    case .states(let states): states.rawValue & (1 << UInt32(socket.rawState & 31)) != 0
    case .and(let left, let right): left.matches(socket) && right.matches(socket)
    case .or(let left, let right): left.matches(socket) || right.matches(socket)
    case .not(let inner): !inner.matches(socket)
    }
  }

  /// The states that a match can be in: what the request's mask must ask for at least.
  public var possibleStates: StateSet {
    switch self {
    case .states(let states): states
    case .and(let left, let right): left.possibleStates.intersection(right.possibleStates)
    case .or(let left, let right): left.possibleStates.union(right.possibleStates)
    case .not(.states(let states)): StateSet(rawValue: ~states.rawValue)
    case .all, .source, .destination, .sourcePort, .destinationPort, .not:
      StateSet(rawValue: .max)
    }
  }
}

/// The properties of a socket that a filter looks at, by value.
public struct SocketFields: Hashable, Sendable, BitwiseCopyable {
  /// The local address, folded.
  public var source: IPAddress
  /// The remote address, folded.
  public var destination: IPAddress
  /// The local port.
  public var sourcePort: UInt16
  /// The remote port.
  public var destinationPort: UInt16
  /// The state's number; 13 for a bound-inactive socket, which the kernel reports as 7.
  public var rawState: UInt8

  /// The properties given.
  public init(
    source: IPAddress, sourcePort: UInt16, destination: IPAddress, destinationPort: UInt16,
    rawState: UInt8
  ) {
    self.source = source
    self.sourcePort = sourcePort
    self.destination = destination
    self.destinationPort = destinationPort
    self.rawState = rawState
  }

  /// The properties of a row. `boundInactive` says that the row comes from such a walk.
  public init(_ row: borrowing SocketRow, boundInactive: Bool = false) {
    source = row.source
    destination = row.destination
    sourcePort = row.sourcePort
    destinationPort = row.destinationPort
    rawState = boundInactive ? SocketState.boundInactive.rawValue : row.rawState
  }
}
