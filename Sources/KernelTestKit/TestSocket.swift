internal import CKernel
import Glibc
public import Inet
public import Kernel

/// A socket of a test: closed when its last reference goes.
///
/// The calls are named as the system's, and none waits for ever: a socket's own waits end after five
/// seconds with EAGAIN.
public final class TestSocket: Sendable {
  /// The descriptor, open as long as this object lives.
  public let descriptor: Int32
  private let owner: Descriptor

  init(owning number: Int32) throws(SystemCallError) {
    guard number >= 0 else { throw SystemCallError("open", "a socket", Errno.last) }
    descriptor = number
    owner = Descriptor(owning: number)
    try setWaitLimit(seconds: 5)
  }

  /// A TCP or UDP socket of AF_INET, or of AF_INET6.
  public convenience init(
    _ transport: TransportProtocol, isIPv6: Bool = false
  ) throws(SystemCallError) {
    let type = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
    try self.init(
      owning: socket(
        isIPv6 ? AF_INET6 : AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
  }

  /// The local endpoint (getsockname).
  public var local: Endpoint {
    get throws(SystemCallError) {
      // SAFETY: the pointers come from `reading` and are good for the call.
      let endpoint = unsafe Endpoint.reading { unsafe getsockname(descriptor, $0, $1) }
      guard let endpoint else { throw SystemCallError("name", "a socket", Errno.last) }
      return endpoint
    }
  }

  /// Binds, with an own port if the endpoint has none.
  public func bind(_ endpoint: Endpoint) throws(SystemCallError) {
    // SAFETY: the pointer comes from `withSocketAddress` and is good for the call.
    try check("bind", "a socket to \(endpoint.address)") {
      unsafe endpoint.withSocketAddress { unsafe Glibc.bind(descriptor, $0, $1) }
    }
  }

  /// Connects and waits for the outcome.
  public func connect(_ endpoint: Endpoint) throws(SystemCallError) {
    // SAFETY: as in `bind`.
    try check("connect", "a socket to \(endpoint.address)") {
      unsafe endpoint.withSocketAddress { unsafe Glibc.connect(descriptor, $0, $1) }
    }
  }

  /// Begins to connect and does not wait (EINPROGRESS is success).
  public func startConnecting(_ endpoint: Endpoint) throws(SystemCallError) {
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(descriptor, F_SETFL, flags) }
    do throws(SystemCallError) {
      try connect(endpoint)
    } catch {
      if error.errno.rawValue != EINPROGRESS { throw error }
    }
  }

  /// Listens.
  public func listen(backlog: Int32 = 4096) throws(SystemCallError) {
    try check("listen") { Glibc.listen(descriptor, backlog) }
  }

  /// Accepts the next connection.
  public func accept() throws(SystemCallError) -> TestSocket {
    // Programs that a test starts meanwhile do not get the socket.
    let number = CKernel_accept_cloexec(descriptor)
    guard number >= 0 else { throw SystemCallError("accept", "a connection", Errno.last) }
    return try TestSocket(owning: number)
  }

  /// Sends a FIN and keeps the socket (SHUT_WR).
  public func shutDownWriting() throws(SystemCallError) {
    try check("shut down") { shutdown(descriptor, Int32(SHUT_WR)) }
  }

  /// Sets an option of integer type.
  public func set(_ level: Int32, _ option: Int32, _ value: Int32) throws(SystemCallError) {
    var value = value
    // SAFETY: the kernel reads four bytes of the variable.
    try check("set an option of") {
      unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  func check(
    _ operation: String, _ subject: @autoclosure () -> String = "a socket", _ call: () -> Int32
  ) throws(SystemCallError) {
    if call() < 0 {
      let errno = Errno.last
      throw SystemCallError(operation, subject(), errno)
    }
  }

  private func setWaitLimit(seconds: Int) throws(SystemCallError) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    let length = socklen_t(MemoryLayout<timeval>.size)
    // SAFETY: the kernel reads the struct. SO_SNDTIMEO limits connect() too.
    try check("set the wait limit of") {
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, length)
    }
    try check("set the wait limit of") {
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, length)
    }
  }
}
