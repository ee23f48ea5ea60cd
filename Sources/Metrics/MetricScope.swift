/// What the series of a family are told apart by, and how many there can be.
public enum MetricScope: Hashable, Sendable {
  /// One: the program.
  case build
  /// One: the host.
  case host
  /// One for each network namespace.
  case namespace
  /// One for each protocol of a namespace.
  case transport
  /// One for each socket state of a namespace, and UDP.
  case state
  /// One for each kind of pool of a namespace.
  case kind
  /// One for the connect pools of a namespace.
  case connectKind
  /// One for each connect pool that has a place.
  case connectPool
  /// The same, and one for each pool that belongs to no address.
  case pool
  /// The same, and one for what the connect pools without a place can be at most.
  case poolAndOther
  /// One for each local address that has a place.
  case address
  /// One for each owner that has a place.
  case owner
  /// One for each alarm that has a place.
  case alarm

  /// The pools of a namespace that belong to no address: wildcards, and UDP by family.
  static let sharedPools = 6

  /// The names of the labels.
  public var labels: [String] {
    switch self {
    case .build: ["version", "layout"]
    case .host: []
    case .namespace: ["namespace"]
    case .transport: ["namespace", "protocol"]
    case .state: ["namespace", "protocol", "state"]
    case .kind, .connectKind: ["namespace", "kind"]
    case .connectPool:
      ["namespace", "kind", "protocol", "source", "destination", "port", "interface"]
    case .pool, .poolAndOther:
      [
        "namespace", "kind", "protocol", "source", "destination", "port", "family", "interface",
      ]
    case .address: ["namespace", "protocol", "address"]
    case .owner: ["namespace", "kind", "owner"]
    case .alarm: ["namespace", "alarm", "severity"]
    }
  }

  /// The most series that a family has on a host.
  public func seriesCountMax(_ limits: MetricLimits) -> Int {
    let places = max(0, limits.pools) + Self.sharedPools
    let each: Int? =
      switch self {
      case .build, .host: nil
      case .namespace, .connectKind: 1
      case .transport: 2
      case .state: 12
      case .kind: 4
      case .connectPool: max(0, limits.pools)
      case .pool: places
      case .poolAndOther: places + 1
      case .address: max(0, limits.addresses)
      case .owner: max(0, limits.owners)
      case .alarm: max(0, limits.alarms)
      }
    return each.map { $0 * max(0, limits.namespaces) } ?? 1
  }

  /// The bound in words.
  public var bound: String {
    switch self {
    case .build, .host: "1"
    case .namespace, .connectKind: "namespaces"
    case .transport: "2 x namespaces"
    case .state: "12 x namespaces"
    case .kind: "4 x namespaces"
    case .connectPool: "pools x namespaces"
    case .pool: "(pools + \(Self.sharedPools)) x namespaces"
    case .poolAndOther: "(pools + \(Self.sharedPools + 1)) x namespaces"
    case .address: "addresses x namespaces"
    case .owner: "owners x namespaces"
    case .alarm: "alarms x namespaces"
    }
  }
}

extension MetricLimits {
  /// The most series that there are on a host, whatever happens on it.
  public var seriesCountMax: Int {
    MetricFamily.allCases.reduce(0) { $0 + $1.scope.seriesCountMax(self) }
  }
}
