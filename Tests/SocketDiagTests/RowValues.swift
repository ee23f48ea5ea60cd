import Inet
import Netlink
import NetlinkTestKit
import SocketDiag

/// A row's every field by value, so that tests can compare and keep rows.
struct RowValues: Hashable {
  var rawFamily: UInt8
  var rawState: UInt8
  var isMinisock: Bool
  var isMapped: Bool
  var source: IPAddress
  var sourcePort: UInt16
  var destination: IPAddress
  var destinationPort: UInt16
  var interface: UInt32
  var cookie: UInt64
  var expiresMilliseconds: UInt32
  var receiveQueue: UInt32
  var sendQueue: UInt32
  var uid: UInt32
  var inode: UInt32
  var isV6Only: Bool?
  var cgroupID: UInt64?

  init(_ row: borrowing SocketRow) {
    rawFamily = row.rawFamily
    rawState = row.rawState
    isMinisock = row.isMinisock
    isMapped = row.isMapped
    source = row.source
    sourcePort = row.sourcePort
    destination = row.destination
    destinationPort = row.destinationPort
    interface = row.interface
    cookie = row.cookie
    expiresMilliseconds = row.expiresMilliseconds
    receiveQueue = row.receiveQueue
    sendQueue = row.sendQueue
    uid = row.uid
    inode = row.inode
    isV6Only = row.isV6Only
    cgroupID = row.cgroupID
  }

  /// The values that the reader finds in a row that was built.
  init(_ row: FakeRow) throws(FrameError) {
    let buffer = ReceiveBuffer(holding: row.bytes)
    self.init(try SocketRow(buffer.bytes(), at: 0))
  }
}

extension RowValues {
  /// What does not change between two dumps.
  var stable: RowValues {
    var copy = self
    copy.expiresMilliseconds = 0
    return copy
  }

  /// What a filter looks at.
  func fields(boundInactive: Bool = false) -> SocketFields {
    SocketFields(
      source: source, sourcePort: sourcePort, destination: destination,
      destinationPort: destinationPort,
      rawState: boundInactive ? SocketState.boundInactive.rawValue : rawState)
  }
}
