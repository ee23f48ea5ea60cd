import Inet
import Netlink
import SocketDiag

/// What rows of one datagram are handed to. A bad frame may be thrown on; a trap is a find.
///
/// NB: an engine that takes rows gets its case here, and the whole datagram for itself.
enum RowConsumer: CaseIterable {
  /// Reads every field and holds the fields against each other.
  case everyField

  /// Takes the rows of one datagram; returns something that depends on all that was read.
  func consume(
    _ rows: inout ReplyCursor, _ filter: SocketFilter
  ) throws(NetlinkError) -> UInt64 {
    switch self {
    case .everyField: try readEveryField(&rows, filter)
    }
  }
}

private func readEveryField(
  _ rows: inout ReplyCursor, _ filter: SocketFilter
) throws(NetlinkError) -> UInt64 {
  var digest: UInt64 = 0
  while let row = try rows.nextRow() {
    let fields = SocketFields(row)
    let bound = SocketFields(row, boundInactive: true)
    precondition(bound.rawState == 13)
    precondition(!row.isMapped || fields.source.isIPv4)
    precondition((row.state == nil) == !(1...13).contains(row.rawState))
    for address in [fields.source, fields.destination] {
      precondition(IPAddress(address.description) == address)
      precondition(AddressPrefix(address).contains(address))
    }
    precondition(filter.matches(fields) != SocketFilter.not(filter).matches(fields))
    if filter.matches(fields), fields.rawState < 32 {
      precondition(filter.possibleStates.rawValue & (1 << UInt32(fields.rawState)) != 0)
    }
    let numbers = [row.expiresMilliseconds, row.receiveQueue, row.sendQueue, row.uid, row.inode]
    digest &+= row.cookie &+ UInt64(numbers.max() ?? 0) &+ UInt64(row.interface)
    digest &+= (row.cgroupID ?? 0) &+ (row.isV6Only == true ? 1 : 0)
    digest &+= row.isMinisock ? 1 : 0
  }
  return digest
}
