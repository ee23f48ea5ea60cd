import Glibc
public import Inet
public import Kernel

/// Connects that fail for want of a port, among others that fail otherwise or succeed, and a ledger of them.
///
/// Runs in the calling thread's namespace, whose range is set to ten ports. All go to one port, by which a
/// counter's filter can tell them from those of other tests.
public struct FailingConnects {
  /// What failed for want of a port: how many, from where to where.
  public struct Pair: Hashable, Sendable {
    /// The local address.
    public var source: IPAddress
    /// The remote address.
    public var destination: IPAddress

    /// From `source` to `destination`.
    public init(source: IPAddress, destination: IPAddress) {
      self.source = source
      self.destination = destination
    }
  }

  /// The remote port of all.
  public let port: UInt16
  /// Failures for want of a port, by pair.
  public private(set) var ledger: [Pair: Int] = [:]
  /// Attempts that ended otherwise, by errno; 0 for those that succeeded.
  public private(set) var others: [Int32: Int] = [:]
  private var kept: [TestSocket] = []

  /// Failures for want of a port, all of them.
  public var total: Int { ledger.values.reduce(0, +) }

  private static let loopback = IPAddress(ipv4: 0x7f00_0001)
  private static let loopbackIPv6 = IPAddress(high: 0, low: 1)

  /// Listens at 127.0.0.1 and ::1, and takes all ports to both.
  public init(_ namespace: TestNamespace, port: UInt16) throws(SystemCallError) {
    self.port = port
    try namespace.setPortRange(40_000, 40_009)
    kept.append(try TestSocket.listener(Endpoint(Self.loopback, port)))
    kept.append(try TestSocket.listener(Endpoint(Self.loopbackIPv6, port)))
    for _ in 0..<10 {
      try fill(Endpoint(Self.loopback, port))
      try fill(Endpoint(Self.loopbackIPv6, port))
    }
  }

  private mutating func fill(_ destination: Endpoint) throws(SystemCallError) {
    kept.append(try TestSocket.connected(to: destination))
    others[0, default: 0] += 1
  }

  /// `count` attempts of each kind: plain, mapped, IPv6, with and without waiting, and from an address that
  /// was bound without a port.
  public mutating func fail(_ count: Int) {
    for _ in 0..<count {
      attempt(Endpoint(Self.loopback, port))
      attempt(Endpoint(Self.loopback, port, isMapped: true))
      attempt(Endpoint(Self.loopbackIPv6, port))
      attempt(Endpoint(Self.loopback, port), waits: false)
      attempt(Endpoint(Self.loopback, port), from: Endpoint(Self.loopback))
    }
  }

  /// `count` plain attempts as fast as they go.
  public mutating func failFast(_ count: Int) {
    for _ in 0..<count { attempt(Endpoint(Self.loopback, port)) }
  }

  /// Attempts that fail for other reasons: refused, unreachable, without an answer in time, given up, and two
  /// that fail with EADDRNOTAVAIL although ports were not looked for, or with an old one at hand.
  public mutating func failOtherwise() throws(SystemCallError) {
    for _ in 0..<3 {
      attempt(Endpoint(IPAddress(ipv4: 0x7f00_0003), port))
      attempt(Endpoint(IPAddress(ipv4: 0xcb00_7109), port))
    }
    let deaf = try TestSocket.listener(Endpoint(IPAddress(ipv4: 0x7f00_0004), port))
    try deaf.goDeaf()
    let late = try TestSocket(.tcp)
    try late.set(Int32(IPPROTO_TCP), Self.userTimeout, 300)
    attempt(Endpoint(IPAddress(ipv4: 0x7f00_0004), port), with: late)
    do {
      let givenUp = try TestSocket(.tcp)
      try givenUp.startConnecting(Endpoint(IPAddress(ipv4: 0x7f00_0004), port))
    }
    // A tuple that an explicit bind made and somebody has already.
    let ends = [try TestSocket(.tcp), try TestSocket(.tcp)]
    for end in ends {
      try end.set(SOL_SOCKET, SO_REUSEADDR, 1)
      try end.bind(Endpoint(IPAddress(ipv4: 0x7f00_0002), 30_001))
    }
    for end in ends { attempt(Endpoint(Self.loopback, port), with: end) }
    // A socket that was refused keeps its source port, and is not without one when it fails the next time.
    let again = try TestSocket(.tcp)
    attempt(Endpoint(IPAddress(ipv4: 0x7f00_0003), port), with: again)
    attempt(Endpoint(Self.loopback, port), with: again)
    kept += ends
  }

  /// TCP_USER_TIMEOUT of include/uapi/linux/tcp.h, in milliseconds.
  private static let userTimeout: Int32 = 18

  private mutating func attempt(
    _ destination: Endpoint, from source: Endpoint? = nil, with own: TestSocket? = nil,
    waits: Bool = true
  ) {
    do throws(SystemCallError) {
      let socket: TestSocket
      if let own {
        socket = own
      } else {
        socket = try TestSocket(.tcp, isIPv6: destination.isIPv6Socket)
      }
      if let source {
        // IP_BIND_ADDRESS_NO_PORT
        try socket.set(Int32(IPPROTO_IP), 24, 1)
        try socket.bind(source)
      }
      if waits {
        try socket.connect(destination)
      } else {
        try socket.startConnecting(destination)
      }
      others[0, default: 0] += 1
    } catch {
      guard error.errno.rawValue == EADDRNOTAVAIL, own == nil else {
        others[error.errno.rawValue, default: 0] += 1
        return
      }
      // The local address of a destination of this host is the destination's own.
      ledger[Pair(source: destination.address, destination: destination.address), default: 0] += 1
    }
  }
}

extension DedicatedThread where Value == Void {
  /// What the kernel calls the calling thread from now on, 15 bytes at most.
  public static func renameCalling(_ name: String) throws(SystemCallError) {
    let file = try Descriptor(opening: "/proc/thread-self/comm", flags: O_WRONLY)
    try ByteStream(descriptor: file.number).write(Array(name.utf8))
  }

  /// The number of the calling thread.
  public static func callingThreadID() throws(SystemCallError) -> Int32 {
    let stat = try KernelFile.read("/proc/thread-self/stat", limit: 2048)
    return Int32(String(decoding: stat.prefix { $0 != 0x20 }, as: UTF8.self)) ?? 0
  }
}

extension FailingConnects {
  /// A port below the test's range that hardly anybody else connects to.
  public static func anyPort() -> UInt16 { UInt16.random(in: 20_000..<40_000) }
}
