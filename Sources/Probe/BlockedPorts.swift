internal import HostFacts
public import Inet
internal import Kernel

/// Which ports of the range are blocked for every connect(), found port by port.
///
/// A dump cannot tell: a socket that was bound before it connected, its TIME_WAIT, an accepted child
/// whose listener has gone look like plain connections. The kernel's own selection can: asked for one
/// port alone, towards a destination that nobody uses, it fails if and only if the port's bucket has an
/// owner that did not come by it through connect().
/// Source: net/ipv4/inet_hashtables.c, __inet_hash_connect(); `fastreuse >= 0`.
public enum BlockedPorts {
  /// Asks for each port of `range` that is not `reserved`; both are what the namespace says now.
  ///
  /// `destination` must be routed and have no connection with `destinationPort`; by default a random
  /// address of 127.0.0.0/8, which is routed once the loopback interface has been up. tcp_tw_reuse
  /// cannot matter: only a TIME_WAIT to this very destination could be taken over, and there is none.
  /// What is bound within a VRF has buckets of its own there, and is not seen from outside.
  ///
  /// Four system calls a port: 1.5 µs, 40 ms for the default range; on a busy host, or while somebody
  /// listens to tracepoints or destroy messages, three times that. On the calling thread, whose
  /// namespace it is. No packet; `EstabResets` rises by one per free port. Each port is held for
  /// microseconds, in which a bind() to it would fail. Needs CAP_NET_ADMIN and Linux 6.3.
  public static func probe(
    _ range: PortRange, reserved: PortSet, destination: IPAddress? = nil,
    destinationPort: UInt16? = nil
  ) throws(ProbeError) -> BlockedReading {
    let unused = UnusedDestination.random()
    let target = SocketAddress(
      destination ?? unused.address, port: destinationPort ?? unused.port)
    var ports = PortSet(range).subtracting(reserved)
    // To IP_LOCAL_PORT_RANGE 0 is "unset"; no namespace's range can hold it.
    ports.remove(0)
    let start = Clock.monotonicNanoseconds()
    let blocked = try ProbeThread.during { () throws(ProbeError) in
      try blockedPorts(of: ports, target)
    }
    let end = Clock.monotonicNanoseconds()
    // A port outside the range would have been answered for the whole range; one that was reserved
    // meanwhile is blocked and is not in B.
    guard try isUnchanged(range, reserved) else { throw .changed }
    return BlockedReading(ports: blocked, probedCount: ports.count, nanoseconds: end - start)
  }

  private static func blockedPorts(
    of ports: PortSet, _ target: SocketAddress
  ) throws(ProbeError) -> PortSet {
    var blocked = PortSet()
    let socket = try ProbeError.rewording { () throws(SystemCallError) in
      try ProbeSocket(.connecting, isIPv6: target.isIPv6)
    }
    for port in ports {
      try ProbeError.rewording { () throws(SystemCallError) in
        try socket.setLocalPortRange(port, port)
      }
      switch socket.connect(target).errno {
      case nil:
        let local = try ProbeError.rewording { () throws(SystemCallError) in
          let local = try socket.local
          try socket.disconnect()
          return local
        }
        // Granted another port: the range has moved away from under this one.
        guard local.port == port else { throw .changed }
      case .addressNotAvailable?: blocked.insert(port)
      case let errno?: throw ProbeError(errno, to: target.address)
      }
    }
    return blocked
  }

  private static func isUnchanged(
    _ range: PortRange, _ reserved: PortSet
  ) throws(ProbeError) -> Bool {
    do throws(FactError) {
      let within = PortSet(range)
      guard try LocalPortRange.read() == range else { return false }
      return try ReservedPorts.read().intersection(within) == reserved.intersection(within)
    } catch {
      throw .fact(error)
    }
  }
}
