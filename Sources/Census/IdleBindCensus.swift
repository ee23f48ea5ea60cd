public import Inet
public import Netlink
internal import SocketDiag

/// Counts bound-inactive TCP sockets: bound, neither listening nor connected.
///
/// Their ports are blocked for every connect(), whatever the address.
public struct IdleBindCensus: Sendable {
  /// The ports, by address.
  public private(set) var use: BindUse
  /// The number of such sockets.
  public private(set) var socketCount = 0

  /// A census of the ports in `range`.
  public init(range: PortRange, limits: CensusLimits = CensusLimits()) {
    use = BindUse(
      range: range, addressLimit: limits.addresses, seed: .random())
  }

  /// Whether every address that was seen is still known.
  public var isExact: Bool { use.addresses.lostMaximum == 0 }

  /// Starts a pass from nothing, keeping the memory.
  public mutating func begin() {
    use.removeAll()
    socketCount = 0
  }

  /// Starts a second pass that counts the addresses still known exactly and admits no new ones.
  public mutating func beginRecount() {
    use.freeze()
    socketCount = 0
  }

  /// Counts the rows of one datagram of a BOUND_INACTIVE dump; the kernel reports them as CLOSE.
  public mutating func count(_ rows: inout ReplyCursor) throws(NetlinkError) {
    while let row = try rows.nextRow() {
      socketCount += 1
      let address = row.source
      if address.isWildcard {
        use.countWildcard(address, row.sourcePort, v6Only: row.isV6Only ?? false)
      } else {
        use.count(
          address, row.sourcePort, state: SocketState.boundInactive.rawValue,
          perhapsConnectBound: false)
      }
    }
  }
}
