public import Inet
internal import Kernel

/// Whether the next bind(address, 0) would get a port: it is tried, and closed at once.
///
/// Exact for programs that bind before they connect, and for listen() without a port. No packet, no
/// privilege; the port is held for microseconds.
public enum BindProbe {
  /// `count` probes of `address`, a wildcard too, each closed before the next.
  ///
  /// `interface` is the index that a link-local address needs. A `::` is bound for both families.
  public static func series(
    _ transport: TransportProtocol, _ address: IPAddress, interface: UInt32 = 0, count: Int
  ) throws(ProbeError) -> ProbeSeries {
    try ProbeThread.during { () throws(ProbeError) in
      var series = ProbeSeries(answers: [], establishedCount: 0)
      for _ in 0..<count { series.answers.append(try ask(transport, address, interface)) }
      return series
    }
  }

  private static func ask(
    _ transport: TransportProtocol, _ address: IPAddress, _ interface: UInt32
  ) throws(ProbeError) -> ProbeAnswer {
    let socket = try ProbeError.rewording { () throws(SystemCallError) in
      try ProbeSocket(transport == .tcp ? .binding : .udp, isIPv6: !address.isIPv4)
    }
    let start = Clock.monotonicNanoseconds()
    do throws(SystemCallError) {
      try socket.bind(SocketAddress(address, port: 0, scope: interface))
      let end = Clock.monotonicNanoseconds()
      let port = try socket.local.port
      return ProbeAnswer(
        outcome: .granted(address: address, port: port), nanoseconds: end - start)
    } catch {
      let end = Clock.monotonicNanoseconds()
      guard error.operation == "bind" else { throw ProbeError(error) }
      return ProbeAnswer(outcome: failure(error.errno), nanoseconds: end - start)
    }
  }

  /// What the errno of a bind() means.
  static func failure(_ errno: Errno) -> ProbeOutcome {
    switch errno {
    case .addressInUse: .exhausted(errno)
    case .addressNotAvailable: .sourceNotLocal(errno)
    default: .refused(errno)
    }
  }
}
