public import Inet
public import Netlink
internal import SocketDiag

/// Counts who holds ports where every socket has an owner: beside a census of UDP, or of idle binds.
public struct BoundOwnerCensus: Sendable {
  private(set) var numbers: OwnerNumbers
  private(set) var ports: OwnerPorts
  private let range: PortRange
  /// Rows whose owner did not fit.
  public private(set) var lostRowCount = 0

  /// A census of owners of the ports of `range`, in 1 MiB at most.
  public init(range: PortRange) {
    let seed = HashSeed.random()
    self.range = range
    numbers = OwnerNumbers(seed: seed)
    ports = OwnerPorts(range: range, byteLimit: 1 << 20, seed: seed)
  }

  /// Starts a pass from nothing, keeping the memory.
  public mutating func begin() {
    numbers.removeAll()
    ports.removeAll()
    lostRowCount = 0
  }

  /// Counts the rows of one datagram.
  public mutating func count(_ rows: inout ReplyCursor) throws(NetlinkError) {
    while let row = try rows.nextRow() { count(row) }
  }

  mutating func count(_ row: borrowing SocketRow) {
    let port = row.sourcePort
    guard range.contains(port) else { return }
    let isConnected = row.rawState == SocketState.established.rawValue
    let owner = numbers.number(of: row)
    guard owner >= 0,
      let place = ports.place(
        of: HeldEnd(row, perhapsConnectBound: isConnected),
        owner: UInt32(truncatingIfNeeded: owner)),
      ports.insert(port, at: place, .living)
    else {
      lostRowCount += 1
      return
    }
  }
}
