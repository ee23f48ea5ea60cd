import Collector
import Console
import HostFacts
import Inet
import Kernel
import Probe
import Rendering
import SocketDiag

/// Asks whether the next connect() or bind() gets a port, on the calling thread.
struct PoolQuestion {
  var transport: TransportProtocol
  var destination: ProbeEndpoint
  var source: ProbeAddress?
  var count: Int
  /// Whether a TIME_WAIT may be taken over.
  var forces: Bool

  /// The question with its answer.
  func ask() throws(Failure) -> ProbeQuestion {
    let zone = source?.interface ?? destination.host.interface
    // A wildcard leaves the choice to the route, as no source does.
    let from = source.flatMap { $0.address.isWildcard ? nil : $0.address }
    let target = ProbeTarget(
      transport, source: from, destination: destination.host.address,
      port: destination.port, interface: try Self.index(zone), isMapped: destination.host.isMapped)
    let known = try Failure.rewording { () throws(ProbeError) in try RouteProbe.source(of: target) }
    let waiting = try transport == .tcp ? reusablePorts(target, from: known) : nil
    let series = try Failure.rewording { () throws(ProbeError) in
      try ConnectProbe.series(target, count: count)
    }
    var question = ProbeQuestion(
      .connect(
        source: known ?? series.grantedAddress, destination: destination.host.address,
        port: destination.port),
      transport, probeCount: count)
    question.interface = zone
    question.fill(series)
    if let waiting {
      question.reusableCount = waiting.count
      question.consumedCount = series.grantedPorts.intersection(waiting).count
    }
    return question
  }

  /// The question of a bind() with its answer.
  static func ask(
    _ transport: TransportProtocol, bind: ProbeAddress, count: Int
  ) throws(Failure) -> ProbeQuestion {
    let interface = try index(bind.interface)
    let series = try Failure.rewording { () throws(ProbeError) in
      try BindProbe.series(transport, bind.address, interface: interface, count: count)
    }
    var question = ProbeQuestion(.bind(bind.address), transport, probeCount: count)
    question.interface = bind.interface
    question.fill(series)
    return question
  }

  /// Ports of the pool whose TIME_WAIT a probe could take over; nil where none ever could.
  ///
  /// Fails where there are some, unless it is forced.
  private func reusablePorts(
    _ target: ProbeTarget, from source: IPAddress?
  ) throws(Failure) -> PortSet? {
    let facts = try Failure.rewording { () throws(FactError) in try NamespaceFacts.read() }
    let rule = TimeWaitRule(facts.settings, on: .running())
    guard
      rule.applies(
        source: source, destination: target.destination, interface: target.interface)
    else { return nil }
    var filters: [SocketFilter] = [
      .destination(AddressPrefix(target.destination)),
      .destinationPort(PortRange(target.port)), .sourcePort(facts.range),
      .states(StateSet(.timeWait)),
    ]
    if let source { filters.append(.source(AddressPrefix(source))) }
    // What grows old enough while the probes run counts too.
    let margin = UInt32(200 + count)
    var ports = PortSet()
    do throws(SampleError) {
      _ = try SocketLister(filter: .every(filters), transports: [.tcp]).list { socket in
        guard socket.state == .timeWait, let left = socket.expiresMilliseconds,
          rule.isReusable(leftMilliseconds: left, within: margin)
        else { return }
        ports.insert(socket.sourcePort)
      }
    } catch {
      throw Failure(error)
    }
    if let reserved = facts.reserved { ports.subtract(reserved) }
    guard ports.isEmpty || forces else { throw Self.refusal(ports.count, rule) }
    return ports
  }

  private static func refusal(_ count: Int, _ rule: TimeWaitRule) -> Failure {
    let mode = rule.mode.map { "net.ipv4.tcp_tw_reuse is \($0)" } ?? "tcp_tw_reuse is not known"
    return Failure(
      "not probed: \(count) TIME_WAIT of this pool may be taken over by connect() now (\(mode)), so "
        + "that one most likely gets a port; a probe might take one just so: it would end before "
        + "its time, and TWRecycled rise by one; --force probes nevertheless")
  }

  /// The index of an interface given by name or index; 0 for none.
  private static func index(_ zone: String?) throws(Failure) -> UInt32 {
    guard let zone else { return 0 }
    if let index = NetworkInterface.index(named: zone) { return index }
    if let index = UInt32(zone), index > 0 { return index }
    throw Failure("there is no interface '\(zone)' in this network namespace")
  }
}

extension ProbeSeries {
  /// An address that was granted.
  fileprivate var grantedAddress: IPAddress? {
    for case .granted(let address, _) in answers.map(\.outcome) { return address }
    return nil
  }

  /// The ports that were granted.
  fileprivate var grantedPorts: PortSet {
    PortSet(
      answers.compactMap { answer in
        if case .granted(_, let port) = answer.outcome { port } else { nil }
      })
  }
}

extension ProbeQuestion {
  /// Takes over what the probes found.
  fileprivate mutating func fill(_ series: ProbeSeries) {
    grantedCount = series.grantedCount
    for answer in series.answers {
      if case .granted(let address, let port) = answer.outcome {
        (lastAddress, lastPort) = (address, port)
      } else if reason == .granted {
        reason = Reason(answer.outcome)
        errno = answer.outcome.errno
      }
    }
    times = series.times.map(Times.init)
    unusedTimes = series.unused.map(Times.init)
    plainTimes = series.withoutSearch.map(Times.init)
    isSearching = series.isSearching
    isTooNarrow = series.isTooNarrow
    establishedResetCount = series.establishedCount
  }
}

extension ProbeQuestion.Times {
  fileprivate init(_ times: CallTimes) {
    self.init(minimum: times.minimum, median: times.median, maximum: times.maximum)
  }
}

extension ProbeQuestion.Reason {
  fileprivate init(_ outcome: ProbeOutcome) {
    self =
      switch outcome {
      case .granted: .granted
      case .exhausted: .exhausted
      case .sourceNotLocal: .sourceNotLocal
      case .noSource: .noSource
      case .noRoute: .noRoute
      case .refused: .refused
      }
  }
}
