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

  /// Lets connect() end without a packet (TCP_REPAIR).
  public func setRepair() throws(SystemCallError) { try set(Int32(IPPROTO_TCP), 19, 1) }
}
