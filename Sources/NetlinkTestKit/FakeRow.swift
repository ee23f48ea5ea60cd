public import Inet
internal import Netlink

/// A socket row before it is bytes: struct inet_diag_msg and its attributes.
///
/// The fields stand in the kernel's order, and are written in it: a second hand beside the layout that
/// the reader uses.
public struct FakeRow: Hashable, Sendable {
  /// idiag_family: AF_INET 2 or AF_INET6 10. With 10, IPv4 addresses are written as mapped ones.
  public var family: UInt8 = 2
  /// idiag_state.
  public var state: UInt8 = 1
  /// idiag_timer; 3 says minisock.
  public var timer: UInt8 = 0
  /// idiag_retrans.
  public var retransmits: UInt8 = 0
  /// The local port.
  public var sourcePort: UInt16 = 40_000
  /// The remote port.
  public var destinationPort: UInt16 = 443
  /// The local address.
  public var source = IPAddress(ipv4: 0x0a00_0001)
  /// The remote address.
  public var destination = IPAddress(ipv4: 0x0a00_0002)
  /// idiag_if.
  public var interface: UInt32 = 0
  /// idiag_cookie.
  public var cookie: UInt64 = 1
  /// idiag_expires, in milliseconds.
  public var expires: UInt32 = 0
  /// idiag_rqueue.
  public var receiveQueue: UInt32 = 0
  /// idiag_wqueue.
  public var sendQueue: UInt32 = 0
  /// idiag_uid.
  public var uid: UInt32 = 0
  /// idiag_inode.
  public var inode: UInt32 = 0
  /// The attributes behind the struct, as bytes.
  public var attributeBytes: [UInt8] = []

  /// An established IPv4 connection from 10.0.0.1:40000 to 10.0.0.2:443, changed by `change`.
  public init(_ change: (inout FakeRow) -> Void = { _ in }) { change(&self) }

  /// Adds an attribute.
  public mutating func append(_ attribute: FakeAttribute) { attributeBytes += attribute.bytes }

  /// struct inet_diag_msg and the attributes.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = [family, state, timer, retransmits]
    bytes.reserveCapacity(72 + attributeBytes.count)
    bytes.appendNetworkOrder(sourcePort)
    bytes.appendNetworkOrder(destinationPort)
    append(source, to: &bytes)
    append(destination, to: &bytes)
    bytes.appendHostOrder(interface)
    bytes.appendHostOrder(cookie)
    for number in [expires, receiveQueue, sendQueue, uid, inode] { bytes.appendHostOrder(number) }
    return bytes + attributeBytes
  }

  private func append(_ address: IPAddress, to bytes: inout [UInt8]) {
    if family == 2 {
      bytes.appendNetworkOrder(UInt32(truncatingIfNeeded: address.low))
      bytes += Array(repeating: 0, count: 12)
    } else {
      bytes.appendNetworkOrder(address.high)
      bytes.appendNetworkOrder(address.low)
    }
  }
}
