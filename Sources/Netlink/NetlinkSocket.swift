internal import CNetlink
internal import Kernel

/// A netlink socket of the namespace in which its thread opened it.
///
/// NB: it stays with that namespace and keeps it alive; open one per sample and let it end.
@safe
public struct NetlinkSocket: ~Copyable, DatagramTransport {
  /// The port id that the kernel gave us. Not the process id, except by luck.
  public let portID: UInt32
  private let socket: OpaquePointer
  private static let timeoutSeconds = 10

  /// Opens a NETLINK_SOCK_DIAG socket in the calling thread's network namespace.
  ///
  /// Throws EPROTONOSUPPORT on a kernel without sock_diag. Needs no privilege.
  public static func socketDiagnostics() throws(NetlinkError) -> NetlinkSocket {
    try NetlinkSocket(family: CNetlink_SOCK_DIAG(), operation: "open a sock_diag socket")
  }

  private init(family: Int32, operation: String) throws(NetlinkError) {
    // SAFETY: libmnl returns an owned socket or NULL with errno set.
    guard let socket = unsafe mnl_socket_open2(family, CNetlink_CLOEXEC()) else {
      throw NetlinkError(operation, .system(Errno.last))
    }
    // SAFETY: the socket is open until deinit, or until the close on the failing paths here.
    guard unsafe CNetlink_bind(socket) == 0,
      unsafe CNetlink_set_receive_timeout(socket, Int32(Self.timeoutSeconds)) == 0
    else {
      let errno = Errno.last
      unsafe mnl_socket_close(socket)
      throw NetlinkError(operation, .system(errno))
    }
    unsafe CNetlink_wish_extended_ack(socket)
    unsafe self.socket = socket
    portID = unsafe mnl_socket_get_portid(socket)
  }

  deinit {
    // SAFETY: closed once, here.
    unsafe mnl_socket_close(socket)
  }

  /// The cookie of the namespace that this socket lives in; nil before Linux 5.14.
  public var namespaceCookie: UInt64? {
    // SAFETY: the socket is open.
    networkNamespaceCookie(ofSocket: unsafe mnl_socket_get_fd(socket))
  }

  /// Sends one request.
  public mutating func send(_ request: [UInt8], operation: String) throws(NetlinkError) {
    while true {
      // SAFETY: the array's storage lives for the call.
      let result = unsafe request.withUnsafeBytes {
        unsafe mnl_socket_sendto(socket, $0.baseAddress, $0.count)
      }
      if result >= 0 { return }
      let errno = Errno.last
      if errno != .interrupted { throw NetlinkError(operation, .system(errno)) }
    }
  }

  /// Waits for the next datagram, ten seconds at most.
  public mutating func receive(
    into buffer: inout ReceiveBuffer, operation: String
  ) throws(NetlinkError) {
    try unsafe buffer.fill { (destination, capacity) throws(NetlinkError) in
      while true {
        // SAFETY: the destination has `capacity` bytes; libmnl says ENOSPC when more came.
        let count = unsafe mnl_socket_recvfrom(socket, destination, capacity)
        if count >= 0 { return count }
        let errno = Errno.last
        switch errno {
        case .interrupted: continue
        case .noSpace: throw NetlinkError(operation, .truncated(capacity: capacity))
        case .again: throw NetlinkError(operation, .timedOut(seconds: Self.timeoutSeconds))
        default: throw NetlinkError(operation, .system(errno))
        }
      }
    }
  }
}
