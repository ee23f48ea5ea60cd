/// What carries requests out and datagrams in: the kernel's netlink socket, or a fake in a test.
public protocol DatagramTransport: ~Copyable, SendableMetatype {
  /// The port id to which replies are addressed.
  var portID: UInt32 { get }

  /// The cookie of the network namespace that answers; nil where it is not known.
  var namespaceCookie: UInt64? { get }

  /// Sends one request.
  mutating func send(_ request: [UInt8], operation: String) throws(NetlinkError)

  /// Waits for the next datagram and puts it into `buffer`. A signal does not end the wait.
  mutating func receive(into buffer: inout ReceiveBuffer, operation: String) throws(NetlinkError)
}

extension DatagramTransport where Self: ~Copyable {
  /// Not known.
  public var namespaceCookie: UInt64? { nil }
}
