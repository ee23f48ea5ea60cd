import Glibc
public import Kernel

extension TestSocket {
  /// Lets close() send a reset, so that nothing of the connection stays (SO_LINGER of no time).
  public func setReset() throws(SystemCallError) {
    var none = linger(l_onoff: 1, l_linger: 0)
    // SAFETY: the kernel reads the struct within the call.
    try check("set SO_LINGER of") {
      unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
    }
  }

  /// Leaves the choice of a port to connect() (IP_BIND_ADDRESS_NO_PORT).
  public func setBindsLate() throws(SystemCallError) { try set(Int32(IPPROTO_IP), 24, 1) }

  /// Narrows the ports that it may be given (IP_LOCAL_PORT_RANGE).
  public func setPortRange(_ low: UInt16, _ high: UInt16) throws(SystemCallError) {
    try set(Int32(IPPROTO_IP), 51, Int32(bitPattern: UInt32(high) << 16 | UInt32(low)))
  }

  /// Binds it to an interface (SO_BINDTOIFINDEX).
  public func setInterface(_ index: Int32) throws(SystemCallError) {
    try set(SOL_SOCKET, 62, index)
  }

  /// Whether TCP has given it up: a time limit, a reset or an ICMP error (TCP_INFO's state is CLOSE).
  public var isClosed: Bool {
    var state: UInt8 = 0
    var length: socklen_t = 1
    // SAFETY: the kernel writes no more than the one byte.
    let status = unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), 11, &state, &length)
    return status == 0 && state == 7
  }

  /// The error that waits for the next call (SO_ERROR), taken; 0 for none.
  public func takeError() -> Int32 {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // SAFETY: the kernel writes four bytes.
    _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    return error
  }

  /// Lets connect() end without a packet (TCP_REPAIR).
  public func setRepair() throws(SystemCallError) { try set(Int32(IPPROTO_TCP), 19, 1) }
}
