internal import CKernel

/// The owner of a socket that asks for a port and never sends a packet.
///
/// A TCP socket that may connect is in repair mode from its first moment: connect() goes through the
/// kernel's own selection of a port, straight to ESTABLISHED, and close() says nothing to anybody.
/// Source: net/ipv4/tcp.c, TCP_REPAIR; tcp_output.c, tcp_connect(). A thread that uses one calls
/// itself so (``ProbeThread``).
public struct ProbeSocket: ~Copyable {
  /// What the socket is for.
  public enum Kind: Hashable, Sendable {
    /// TCP in repair mode: connects. Needs CAP_NET_ADMIN in its namespace.
    case connecting
    /// TCP as everybody's: binds and does not connect. In repair mode bind() would share any port.
    case binding
    /// UDP, where connect() sends nothing anyway.
    case udp
  }

  /// What a connect() came to.
  public struct Attempt: Hashable, Sendable {
    /// Why it failed; nil when it was granted.
    public var errno: Errno?
    /// How long the call took, and nothing else.
    public var nanoseconds: UInt64
  }

  /// What an error of `init` calls the option that needs CAP_NET_ADMIN.
  public static let repairing = "set TCP_REPAIR of"
  /// What an error of `setLocalPortRange` calls the option that came with Linux 6.3.
  public static let narrowing = "set IP_LOCAL_PORT_RANGE of"

  private let descriptor: Descriptor
  private let kind: Kind

  /// Opens the socket. EPERM means that CAP_NET_ADMIN is missing.
  public init(_ kind: Kind, isIPv6: Bool) throws(SystemCallError) {
    descriptor = try Self.open(kind, isIPv6)
    self.kind = kind
  }

  private static func open(_ kind: Kind, _ isIPv6: Bool) throws(SystemCallError) -> Descriptor {
    let number = try retrying("open", "a socket") {
      CKernel_inet_socket(isIPv6 ? 1 : 0, kind == .udp ? 1 : 0)
    }
    let descriptor = Descriptor(owning: number)
    if kind == .connecting {
      try retrying(repairing, "a socket") { CKernel_repair(number) }
    }
    return descriptor
  }

  /// Narrows the ports that the socket may be given to `low`…`high` (IP_LOCAL_PORT_RANGE, 6.3).
  ///
  /// An end outside net.ipv4.ip_local_port_range is ignored by the kernel, without a sign.
  public func setLocalPortRange(_ low: UInt16, _ high: UInt16) throws(SystemCallError) {
    try retrying(Self.narrowing, "a socket") {
      CKernel_local_port_range(descriptor.number, low, high)
    }
  }

  /// Binds to an address; its port stays open until connect() (IP_BIND_ADDRESS_NO_PORT, 4.2).
  public func bindAddress(_ address: SocketAddress) throws(SystemCallError) {
    try retrying("set IP_BIND_ADDRESS_NO_PORT of", "a socket") {
      CKernel_bind_address_no_port(descriptor.number)
    }
    try bind(address)
  }

  /// Binds to an address and a port, of the kernel's choice if it is 0.
  public func bind(_ address: SocketAddress) throws(SystemCallError) {
    try retrying("bind", "a socket") {
      var endpoint = address.endpoint
      // SAFETY: the kernel reads the struct within the call.
      return unsafe CKernel_bind_endpoint(descriptor.number, &endpoint)
    }
  }

  /// Connects; nothing is sent and nothing waited for. 3 µs, or 0.3 ms where the kernel searches.
  public func connect(_ destination: SocketAddress) -> Attempt {
    precondition(kind != .binding, "a socket that is not in repair mode would send a packet")
    var endpoint = destination.endpoint
    var took: UInt64 = 0
    // SAFETY: both variables live for the call.
    let number = unsafe CKernel_connect_endpoint(descriptor.number, &endpoint, &took)
    return Attempt(errno: number == 0 ? nil : Errno(rawValue: number), nanoseconds: took)
  }

  /// Undoes a connect(): the port is free, and the socket can connect again.
  public func disconnect() throws(SystemCallError) {
    try retrying("disconnect", "a socket") { CKernel_disconnect(descriptor.number) }
  }

  /// The address and port that the socket has now.
  public var local: SocketAddress {
    get throws(SystemCallError) {
      var endpoint = CKernel_endpoint()
      try retrying("name", "a socket") {
        // SAFETY: the kernel's answer is written into the struct within the call.
        unsafe CKernel_local_endpoint(descriptor.number, &endpoint)
      }
      return SocketAddress(endpoint)
    }
  }
}
