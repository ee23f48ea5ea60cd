internal import Inet
internal import Kernel

/// What is said about probes, in words.
struct ProbeSentences {
  var names: Names
  /// The namespace that was asked in.
  private let namespace: String

  init(_ names: Names, in namespace: String) {
    self.names = names
    self.namespace = namespace
  }

  /// The answer: "the next connect() from 10.0.0.5 to 10.1.2.3:443 gets a port".
  mutating func verdict(_ question: ProbeQuestion) -> String {
    let call = name(question)
    if question.isYes { return "the next \(call) gets a port" }
    if question.grantedCount > 0 {
      return "only \(question.grantedCount) of \(question.probeCount) probes of \(call) got a port"
    }
    let errno = question.errno.map { " (\($0.name))" } ?? ""
    switch (question.reason, question.operation) {
    case (.exhausted, _), (.granted, _): return "the next \(call) gets no port\(errno)"
    case (.sourceNotLocal, .connect(let source, _, _)):
      let address = source.map { names.text($0) } ?? "the source"
      return "\(address) is no address of this host\(errno); this is not about ports"
    case (.sourceNotLocal, .bind(let address)):
      return "\(names.text(address)) is no address of this host\(errno); this is not about ports"
    case (.noSource, _):
      return "no address of this host fits the \(call)\(errno); this is not about ports"
    case (.noRoute, _): return "no route for the \(call)\(errno); this is not about ports"
    case (.refused, _): return "the next \(call) is refused\(errno); this is not about ports"
    }
  }

  /// What was found, one sentence a line.
  mutating func facts(_ question: ProbeQuestion) -> [String] {
    var facts: [String] = []
    var count = "\(question.grantedCount) of \(question.probeCount) probes got a port"
    if let address = question.lastAddress, let port = question.lastPort {
      count += ", the last one \(names.endpoint(address, port))"
    }
    if let errno = question.errno {
      count += question.grantedCount > 0 ? "; the others: \(errno)" : ": \(errno)"
    }
    facts.append(count)
    // How fast something fails that is not about ports says nothing about them.
    if let times = question.times, question.grantedCount > 0 || question.reason == .exhausted {
      facts.append(Self.sentence(question, times))
    }
    if let reusable = question.reusableCount {
      let taken = question.consumedCount ?? 0
      facts.append(
        reusable == 0
          ? "tcp_tw_reuse: no TIME_WAIT of this pool is old enough to be taken over"
          : "tcp_tw_reuse: \(Decimal.grouped(reusable)) TIME_WAIT could be taken over; "
            + "the probes took \(Decimal.grouped(taken)), as so many connects would have "
            + "(TWRecycled +\(taken))")
    }
    if question.reason == .exhausted,
      case .connect(_, let destination, let port) =
        question.operation, question.transport == .tcp, !names.isRedacted
    {
      let command = ShellCommand(in: namespace, &names)
        .ullage("--destination \(names.text(destination)) --dport \(port)")
      facts.append("who has the ports: \(command)")
    }
    return facts
  }

  private static func sentence(
    _ question: ProbeQuestion, _ times: ProbeQuestion.Times
  ) -> String {
    var text: String
    if case .bind = question.operation { text = "bind()" } else { text = "connect()" }
    text += " took \(duration(times.median))"
    if question.probeCount > 1 {
      text += " (\(duration(times.minimum)) to \(duration(times.maximum)))"
    }
    if let unused = question.unusedTimes {
      text += "; to an unused destination \(duration(unused.median))"
    }
    switch (question.isSearching, question.reason) {
    case (true?, .exhausted): text += ": the kernel looks at every port before it gives up"
    case (true?, _): text += ": searching, the first half of the range has no port left"
    case (false?, .granted): text += ": no search"
    case (nil, _) where question.isTooNarrow:
      text += "; whether the kernel searches is not known: a search of so few ports takes no time"
    case (false?, _), (nil, _): break
    }
    return text
  }

  /// What asking has done to the host.
  static func sideEffects(_ question: ProbeQuestion) -> String {
    guard case .connect = question.operation, question.transport == .tcp else {
      return "no packet was sent; a port was held for microseconds by each probe that got one"
    }
    return sideEffects(established: question.establishedResetCount)
  }

  private static func sideEffects(established count: Int) -> String {
    if count == 0 { return "no packet was sent (TCP_REPAIR), and no port held" }
    return
      "no packet was sent (TCP_REPAIR), but EstabResets rose by \(Decimal.grouped(count)), and "
      + "each time a port was held for microseconds"
  }

  /// The answer about blocked ports.
  static func verdict(_ blocked: BlockedPortList) -> String {
    let count = Decimal.grouped(blocked.ports.count), all = Decimal.grouped(blocked.probedCount)
    switch (blocked.probedCount, blocked.ports.count) {
    case (0, _): return "all ports are reserved: no connect() can get one"
    case (1, 0): return "the only port is not blocked"
    case (1, _): return "the only port is blocked: no connect() can get one"
    case (_, 0): return "none of \(all) ports is blocked"
    case (let probed, let some) where probed == some:
      return "all \(all) ports are blocked: no connect() can get one"
    case (_, let some):
      return "\(count) of \(all) ports \(some == 1 ? "is" : "are") blocked for every connect(); "
        + "\(Decimal.grouped(blocked.capacity)) \(blocked.capacity == 1 ? "is" : "are") not"
    }
  }

  /// The range, and how long asking took.
  static func space(_ blocked: BlockedPortList) -> String {
    "range \(blocked.range): \(Decimal.grouped(blocked.range.count)) "
      + "port\(blocked.range.count == 1 ? "" : "s"), "
      + "\(Decimal.grouped(blocked.reservedCount)) reserved; the others were asked for in "
      + Decimal.duration(nanoseconds: blocked.nanoseconds)
  }

  /// What finding the blocked ports has done to the host.
  static func sideEffects(_ blocked: BlockedPortList) -> String {
    sideEffects(established: blocked.capacity)
  }

  /// What is seen on a blocked port.
  static func words(_ holder: BlockedPortList.Holder) -> String {
    switch holder {
    case .listener: "listener"
    case .idleBind: "idle bind"
    case .connection: "connection (bound first, or accepted)"
    case .timeWait: "TIME_WAIT of such a connection"
    case .unknown: "nothing (gone since, or not shown)"
    }
  }

  /// "connect() from 10.0.0.5 to 10.1.2.3:443", "UDP bind(10.0.0.5, 0)".
  private mutating func name(_ question: ProbeQuestion) -> String {
    let transport = question.transport == .udp ? "UDP " : ""
    let scope = question.interface.map { " on \(names.freeText($0))" } ?? ""
    switch question.operation {
    case .connect(let source, let destination, let port):
      let from = source.map { "from \(names.text($0)) " } ?? ""
      return "\(transport)connect() \(from)to \(names.endpoint(destination, port))\(scope)"
    case .bind(let address): return "\(transport)bind(\(names.text(address)), 0)\(scope)"
    }
  }

  /// "3.4 µs" where tenths matter.
  private static func duration(_ nanoseconds: UInt64) -> String {
    nanoseconds < 10_000
      ? "\(nanoseconds / 1000).\(nanoseconds / 100 % 10) µs"
      : Decimal.duration(nanoseconds: nanoseconds)
  }
}
