public import Inet
public import Netlink
internal import SocketDiag

/// Counts a UDP table: ports by address, and by what they take from the pool of each family.
public struct UDPCensus: Sendable {
  /// The ports, by address.
  public private(set) var use: BindUse
  /// Sockets by state: established (connected) and close.
  public private(set) var states = StateCounts()

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
    states = StateCounts()
  }

  /// Starts a second pass that counts the addresses still known exactly and admits no new ones.
  public mutating func beginRecount() {
    use.freeze()
    states = StateCounts()
  }

  /// Counts the rows of one datagram of a UDP dump.
  ///
  /// A connected native IPv6 socket bound the wildcard of both families, or one address: the dump does
  /// not tell which. One that is not connected and has an address was bound to it, which makes it v6only.
  public mutating func count(_ rows: inout ReplyCursor) throws(NetlinkError) {
    while let row = try rows.nextRow() {
      let raw = row.rawState
      states.count(raw: raw)
      let address = row.source
      if address.isWildcard {
        use.countWildcard(address, row.sourcePort, v6Only: row.isV6Only ?? false)
      } else {
        use.count(
          address, row.sourcePort, state: raw,
          perhapsConnectBound: raw == SocketState.established.rawValue)
      }
    }
  }
}
