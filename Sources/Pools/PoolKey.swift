public import Inet

/// What a pool is the pool of: everything that must be equal for one port to stand in another's way.
public enum PoolKey: Hashable, Sendable {
  /// TCP connect() from `source` to `destination`:`port`; interface 0 unless scoped or in a VRF.
  case connect(source: IPAddress, destination: IPAddress, port: UInt16, interface: UInt32)
  /// TCP bind(local, 0).
  case bind(BindLocal)
  /// UDP connect() and sendto() of one family: they bind the wildcard first, so all share it.
  case udp(AddressFamily)
  /// UDP bind(local, 0).
  case udpBind(BindLocal)

  /// The contract's word: "connect", "bind", "udp", "udp-bind".
  public var kind: PoolKind {
    switch self {
    case .connect: .connect
    case .bind: .bind
    case .udp: .udp
    case .udpBind: .udpBind
    }
  }

  /// Connect pools: whether both ends of its connections are surely of this host, by their addresses, so
  /// that one setting of tcp_timestamps goes for both.
  public var isWithinHost: Bool {
    guard case .connect(let source, let destination, _, _) = self else { return false }
    return source.isLoopback || destination.isLoopback
  }

  /// The protocol whose sockets draw from the pool.
  public var transport: TransportProtocol {
    switch self {
    case .connect, .bind: .tcp
    case .udp, .udpBind: .udp
    }
  }
}

/// The kinds of pool, in the order in which equals are listed.
public enum PoolKind: String, Hashable, Sendable, CaseIterable, Comparable {
  /// TCP connect().
  case connect
  /// TCP bind(…, 0).
  case bind
  /// UDP connect() and sendto().
  case udp
  /// UDP bind(…, 0).
  case udpBind = "udp-bind"

  /// Listed before.
  public static func < (left: PoolKind, right: PoolKind) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .connect: 0
    case .bind: 1
    case .udp: 2
    case .udpBind: 3
    }
  }
}

/// What a bind names: one address or a wildcard.
public enum BindLocal: Hashable, Sendable {
  /// One local address.
  case address(IPAddress)
  /// 0.0.0.0: every IPv4 address.
  case anyIPv4
  /// [::] without v6only: every address of both families.
  case any
}

extension BindLocal: CustomStringConvertible {
  /// "10.0.0.5", "0.0.0.0" or "*".
  public var description: String {
    switch self {
    case .address(let address): "\(address)"
    case .anyIPv4: "0.0.0.0"
    case .any: "*"
    }
  }
}

extension PoolKey: Comparable {
  /// By kind, then address by address, then port: the order of pools that are equally tight.
  public static func < (left: PoolKey, right: PoolKey) -> Bool {
    switch (left, right) {
    case (.connect(let s, let d, let p, let i), .connect(let s2, let d2, let p2, let i2)):
      (s, d, p, i) < (s2, d2, p2, i2)
    case (.bind(let local), .bind(let other)), (.udpBind(let local), .udpBind(let other)):
      local < other
    case (.udp(let family), .udp(let other)): family.rawValue < other.rawValue
    default: left.kind < right.kind
    }
  }
}

extension BindLocal: Comparable {
  /// Addresses in numerical order, then 0.0.0.0, then *.
  public static func < (left: BindLocal, right: BindLocal) -> Bool {
    switch (left, right) {
    case (.address(let address), .address(let other)): address < other
    default: left.rank < right.rank
    }
  }

  private var rank: Int {
    switch self {
    case .address: 0
    case .anyIPv4: 1
    case .any: 2
    }
  }
}
