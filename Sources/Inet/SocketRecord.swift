/// One socket by value: what `ullage sockets` lists, outliving the buffer it was read from.
public struct SocketRecord: Hashable, Sendable {
  /// TCP or UDP.
  public var transport: TransportProtocol
  /// The state; bound-inactive ones are told from closed ones by how they were asked for.
  public var state: SocketState?
  /// The local address, folded.
  public var source: IPAddress
  /// The local port.
  public var sourcePort: UInt16
  /// The remote address, folded; a wildcard when not connected.
  public var destination: IPAddress
  /// The remote port; 0 when not connected.
  public var destinationPort: UInt16
  /// Whether an AF_INET6 socket uses IPv4 addresses.
  public var isMapped: Bool
  /// The index of the interface that it is bound to, or of its scope; 0 for none.
  public var interface: UInt32
  /// Unique per boot; kept from the live socket into its TIME_WAIT.
  public var cookie: UInt64
  /// The owner's user id; nil for minisocks, whose owner the kernel has forgotten.
  public var uid: UInt32?
  /// The socket's inode; nil where the kernel reports 0: minisocks, orphans, not yet accepted.
  public var inode: UInt32?
  /// The id of the cgroup in which it was created; nil for minisocks.
  public var cgroupID: UInt64?
  /// Milliseconds of life left; minisocks alone.
  public var expiresMilliseconds: UInt32?
  /// Bytes waiting to be read.
  public var receiveQueue: UInt32
  /// Bytes not yet acknowledged.
  public var sendQueue: UInt32

  /// The socket with these properties.
  public init(
    transport: TransportProtocol, state: SocketState?, source: IPAddress, sourcePort: UInt16,
    destination: IPAddress, destinationPort: UInt16, isMapped: Bool, interface: UInt32,
    cookie: UInt64, uid: UInt32?, inode: UInt32?, cgroupID: UInt64?, expiresMilliseconds: UInt32?,
    receiveQueue: UInt32, sendQueue: UInt32
  ) {
    self.transport = transport
    self.state = state
    self.source = source
    self.sourcePort = sourcePort
    self.destination = destination
    self.destinationPort = destinationPort
    self.isMapped = isMapped
    self.interface = interface
    self.cookie = cookie
    self.uid = uid
    self.inode = inode
    self.cgroupID = cgroupID
    self.expiresMilliseconds = expiresMilliseconds
    self.receiveQueue = receiveQueue
    self.sendQueue = sendQueue
  }
}
