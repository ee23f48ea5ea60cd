internal import HostFacts
internal import Inet
internal import Kernel

/// Whether the next connect() to a destination would get a port, asked of the kernel itself.
///
/// TCP: a socket in repair mode goes through the kernel's selection of a port and sends nothing.
/// Needs CAP_NET_ADMIN in the namespace. Each probe that is granted a port holds it for microseconds
/// and raises `EstabResets` by one; each, granted or not, makes a destroy message of sock_diag. Where a
/// TIME_WAIT could be taken over (``TimeWaitRule``) it may take it. UDP: connect() binds and sends
/// nothing; no privilege.
public enum ConnectProbe {
  /// One probe, on the calling thread, in its namespace. 3 µs, or 0.6 ms where the kernel searches.
  public static func once(_ target: ProbeTarget) throws(ProbeError) -> ProbeAnswer {
    try ProbeThread.during { () throws(ProbeError) in try ask(target) }
  }

  /// `count` probes, each closed before the next, after some to an unused destination for comparison.
  public static func series(
    _ target: ProbeTarget, count: Int
  ) throws(ProbeError) -> ProbeSeries {
    try ProbeThread.during { () throws(ProbeError) in
      var series = ProbeSeries(answers: [], establishedCount: 0)
      // Also warms what the first call would pay for.
      if target.transport == .tcp {
        series.rangeCount = try? LocalPortRange.read().count
        try compare(isIPv6: target.isIPv6Socket, &series)
      }
      for _ in 0..<count { series.answers.append(try ask(target)) }
      if target.transport == .tcp { series.establishedCount += series.grantedCount }
      return series
    }
  }

  private static func ask(_ target: ProbeTarget) throws(ProbeError) -> ProbeAnswer {
    let isTCP = target.transport == .tcp
    let socket = try ProbeError.rewording { () throws(SystemCallError) in
      try ProbeSocket(isTCP ? .connecting : .udp, isIPv6: target.isIPv6Socket)
    }
    if let local = target.local {
      do throws(SystemCallError) {
        try socket.bindAddress(local)
      } catch {
        guard error.operation == "bind" else { throw ProbeError(error) }
        return ProbeAnswer(outcome: BindProbe.failure(error.errno), nanoseconds: nil)
      }
    }
    let attempt = socket.connect(target.remote)
    let outcome: ProbeOutcome
    switch attempt.errno {
    case nil:
      let local = try ProbeError.rewording { () throws(SystemCallError) in try socket.local }
      outcome = .granted(address: local.address, port: local.port)
    case .addressNotAvailable? where isTCP:
      outcome =
        try lacksSource(target)
        ? .noSource(.addressNotAvailable) : .exhausted(.addressNotAvailable)
    case .addressNotAvailable?: outcome = .noSource(.addressNotAvailable)
    case .again? where !isTCP: outcome = .exhausted(.again)
    case let errno?: outcome = errno.isOfRoute ? .noRoute(errno) : .refused(errno)
    }
    return ProbeAnswer(outcome: outcome, nanoseconds: attempt.nanoseconds)
  }

  /// Whether EADDRNOTAVAIL is not about ports: IPv6 says it too where no address fits the destination.
  ///
  /// UDP calls an empty pool EAGAIN, so from it EADDRNOTAVAIL can mean nothing else.
  private static func lacksSource(_ target: ProbeTarget) throws(ProbeError) -> Bool {
    guard target.source == nil, !target.destination.isIPv4 else { return false }
    var target = target
    target.transport = .udp
    if case .noSource = try ask(target).outcome { return true }
    return false
  }

  /// Times the call to an unused destination: with every port to choose from, and with one.
  private static func compare(isIPv6: Bool, _ series: inout ProbeSeries) throws(ProbeError) {
    let unused = UnusedDestination.random()
    let target = ProbeTarget(destination: unused.address, port: unused.port, isMapped: isIPv6)
    var times: [UInt64] = []
    var port: UInt16?
    for _ in 0..<comparisonCount {
      let answer = try ask(target)
      guard case .granted(_, let granted) = answer.outcome else { return }
      if let nanoseconds = answer.nanoseconds { times.append(nanoseconds) }
      port = granted
      series.establishedCount += 1
    }
    series.unused = CallTimes(times)
    guard let port else { return }
    times = []
    for _ in 0..<comparisonCount {
      let socket = try ProbeError.rewording { () throws(SystemCallError) in
        try ProbeSocket(.connecting, isIPv6: isIPv6)
      }
      // Linux 6.3; before it, the unused destination has to do.
      do throws(SystemCallError) {
        try socket.setLocalPortRange(port, port)
      } catch { return }
      let attempt = socket.connect(target.remote)
      // Somebody else has bound the port meanwhile.
      guard attempt.errno == nil else { return }
      times.append(attempt.nanoseconds)
      series.establishedCount += 1
    }
    series.withoutSearch = CallTimes(times)
  }

  private static var comparisonCount: Int { 5 }
}

extension Errno {
  var isOfRoute: Bool { self == .networkUnreachable || self == .hostUnreachable }
}
