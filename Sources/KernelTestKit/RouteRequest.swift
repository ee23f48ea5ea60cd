import Glibc
internal import Inet
internal import Kernel
internal import Netlink

/// The two rtnetlink requests that a namespace for tests needs.
///
/// Source: include/uapi/linux/rtnetlink.h, if_addr.h.
struct RouteRequest {
  private let request: Request
  private let subject: String

  /// RTM_NEWLINK with IFF_UP: struct ifinfomsg.
  static func setUp(interface: UInt32) -> RouteRequest {
    var payload: [UInt8] = [0, 0, 0, 0]
    // ifi_index, ifi_flags, ifi_change: IFF_UP is bit 0.
    for number in [interface, 1, 1] { payload.appendHostOrder(number) }
    return RouteRequest(
      request: Request(
        type: MessageType(rawValue: 16), flags: acknowledged, sequence: 1, payload: payload),
      subject: "interface \(interface)")
  }

  /// RTM_NEWADDR: struct ifaddrmsg, IFA_LOCAL and IFA_ADDRESS.
  static func add(_ address: IPAddress, length: Int, interface: UInt32) -> RouteRequest {
    // IFA_F_NODAD: otherwise an IPv6 address cannot be bound to until a worker has looked at it.
    let noDetection: UInt8 = address.isIPv4 ? 0 : 0x02
    var payload: [UInt8] = [
      address.isIPv4 ? UInt8(AF_INET) : UInt8(AF_INET6), UInt8(length), noDetection, 0,
    ]
    payload.appendHostOrder(interface)
    var bytes: [UInt8] = []
    if address.isIPv4 {
      bytes.appendNetworkOrder(UInt32(truncatingIfNeeded: address.low))
    } else {
      bytes.appendNetworkOrder(address.high)
      bytes.appendNetworkOrder(address.low)
    }
    var request = Request(
      type: MessageType(rawValue: 20), flags: [acknowledged, creating], sequence: 1,
      payload: payload)
    request.appendAttribute(2, bytes)
    request.appendAttribute(1, bytes)
    return RouteRequest(request: request, subject: "address \(address)")
  }

  /// Sends the request and waits for its acknowledgement.
  func send() throws(SystemCallError) {
    let number = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0)
    guard number >= 0 else { throw SystemCallError("open", "a route socket", Errno.last) }
    let descriptor = Descriptor(owning: number)
    let bytes = request.bytes
    // SAFETY: both arrays live for the calls, with the counts that are given.
    guard unsafe Glibc.send(descriptor.number, bytes, bytes.count, 0) == bytes.count else {
      throw SystemCallError("set up", subject, Errno.last)
    }
    var reply = [UInt8](repeating: 0, count: 1024)
    let count = unsafe recv(descriptor.number, &reply, reply.count, 0)
    // struct nlmsghdr, then the errno of struct nlmsgerr.
    guard count >= 20 else { throw SystemCallError("set up", subject, Errno.last) }
    let code = (0..<4).reduce(UInt32(0)) { $0 | UInt32(reply[16 + $1]) << (8 * UInt32($1)) }
    guard code == 0 else {
      throw SystemCallError("set up", subject, Errno(rawValue: -Int32(bitPattern: code)))
    }
  }

  /// NLM_F_REQUEST and NLM_F_ACK.
  private static let acknowledged = MessageFlags(rawValue: 0x1 | 0x4)
  /// NLM_F_CREATE and NLM_F_REPLACE.
  private static let creating = MessageFlags(rawValue: 0x400 | 0x100)
}
