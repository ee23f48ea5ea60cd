internal import Inet
internal import Pools

/// A finding in words: what it is called, what is the case, and why.
struct FindingWords {
  /// "10.0.0.5 → 10.1.2.3:443 is running out".
  let title: String
  /// "26,747 of 28,229 ports taken; at most 1,482 left"; nil where the title says it all.
  let what: String?
  /// "66.1 % of its ports are TIME_WAIT: this side closes first, …".
  let why: String

  init(_ finding: Finding, _ names: inout Names) {
    if let pool = finding.pool {
      title = "\(Sentences.name(pool, &names)) \(Self.state(finding))"
      what = Self.what(finding)
    } else {
      title = Self.title(finding)
      what = nil
    }
    why = Self.why(finding, &names)
  }

  /// One sentence: title and reason.
  var sentence: String { "\(title): \(why)" }

  private static func state(_ finding: Finding) -> String {
    switch finding.severity {
    case .exhausted: "has run out"
    case .critical: "is running out"
    case .warning: "is filling up"
    case .notice where finding.id == .closeWait: "leaks"
    case .notice where finding.pool?.kind == .connect: "makes every connect search"
    case .notice: "is filling up"
    case .info: "is tight too"
    }
  }

  static func count(_ finding: Finding, _ name: FindingEvidence.Name) -> String {
    Decimal.grouped(Int(min(max(0, finding[name] ?? 0), 1e15)))
  }

  static func rate(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "?" }
    return value >= 10
      ? Decimal.grouped(Int(min(value.rounded(), 1e15))) : Decimal.fixed(value, places: 1)
  }

  private static func what(_ finding: Finding) -> String {
    let left = finding[.headroomPorts] ?? 0
    var text =
      "\(count(finding, .inUsePorts)) of \(count(finding, .capacityPorts)) ports taken"
    if let reclaimable = finding[.reclaimablePorts], reclaimable > 0 {
      text += ", \(count(finding, .reclaimablePorts)) of which may be taken over"
    }
    text += left == 0 ? "; none left" : "; at most \(count(finding, .headroomPorts)) left"
    if let cliff = finding[.cliffPorts], finding.severity == .notice, finding.id != .closeWait {
      text +=
        "; from \(Decimal.grouped(Int(cliff))) on each connect searches half the range (0.3 ms)"
    }
    if let seconds = finding[.secondsToExhaustion] {
      text += "; full in about \(LiveWords.span(seconds: seconds))"
    }
    if let failed = finding[.failedConnects], failed > 0 {
      text += "; \(count(finding, .failedConnects)) connect\(failed == 1 ? "" : "s") failed"
    }
    return text
  }

  private static func title(_ finding: Finding) -> String {
    let usage = Decimal.percent(finding[.usage] ?? 0)
    switch finding.id {
    case .bindBeforeConnect:
      let ports = finding[.ports] == 1 ? "1 port" : "\(count(finding, .ports)) ports"
      let lost = "\(ports) \(finding[.ports] == 1 ? "is" : "are") lost to everybody"
      return finding[.isExact] == 1
        ? "programs bind before they connect: \(lost)"
        : "programs may bind before they connect: then \(lost)"
    case .listenerInRange:
      let ports = finding[.ports] == 1 ? "1 port" : "\(count(finding, .ports)) ports"
      return "\(ports) of the range \(finding[.ports] == 1 ? "is" : "are") no use for connects"
    case .reservedPorts:
      return "reserved ports eat \(Decimal.percent(finding[.share] ?? 0)) of the range"
    case .oddRange: return "the range has an odd number of ports"
    case .narrowRange: return "the range is narrow: \(count(finding, .rangePorts)) ports"
    case .timeWaitOverflow: return "TIME_WAIT is cut short: \(usage) of tcp_max_tw_buckets"
    case .conntrackFull: return "not ports: the table of followed connections is \(usage) full"
    case .tcpMemory: return "not ports: TCP has used \(usage) of its memory"
    case .descriptors: return "not ports: \(usage) of the system's file descriptors are in use"
    case .orphans: return "not ports: \(usage) of the orphaned sockets that are allowed"
    case .neighbours: return "not ports: a neighbour table is \(usage) full"
    default: return finding.id.name
    }
  }

  private static func why(_ finding: Finding, _ names: inout Names) -> String {
    switch finding.id {
    case .timeWait, .closeWait, .synSent, .finWait2, .closing, .established:
      return state(finding, &names)
    case .bindBeforeConnect:
      return finding[.isExact] == 1
        ? "a probe finds them blocked, and no listener or idle bind is there: sockets that were bound "
          + "(bind(address, 0) without IP_BIND_ADDRESS_NO_PORT) before they connected, and their "
          + "TIME_WAIT, stand in the way of every destination"
        : "they have the parity that connect() takes last, while the first half has room: such "
          + "sockets block their port for every destination, in TIME_WAIT too (a guess: --exact knows)"
    case .listenerInRange: return blocked(finding)
    case .reservedPorts:
      return "\(count(finding, .ports)) of \(count(finding, .rangePorts)) ports are in "
        + "ip_local_reserved_ports: connects have \(count(finding, .capacityPorts))"
    case .oddRange:
      return "\(count(finding, .rangePorts)) ports: the kernel's search, one parity after the "
        + "other, may miss one, and its log says so"
    case .narrowRange:
      return "the kernel's default has 28,232; \(rate(finding[.sustainablePerSecond])) connects a "
        + "second are the most that one tuple can carry where this side closes first"
    case .bindHeld:
      return
        "whatever stands on the address, to whichever destination, is in the way of bind(…, 0) "
        + "(EADDRINUSE); connects without bind have pools of their own"
    case .udpHeld:
      return "a UDP port is held as long as its socket is open, for all destinations at once; "
        + "programs get EAGAIN from connect() and sendto(), EADDRINUSE from bind()"
    default: return pressure(finding)
    }
  }

  private static func state(_ finding: Finding, _ names: inout Names) -> String {
    let share = "\(Decimal.percent(finding[.share] ?? 0)) of its ports"
    var peer = "the peer"
    if case .connect(_, let destination, let port, _)? = finding.pool {
      peer = names.endpoint(destination, port)
    }
    switch finding.id {
    case .timeWait:
      return "\(share) are TIME_WAIT: this side closes first, some "
        + "\(rate(finding[.closesPerSecond])) times a second; "
        + "\(rate(finding[.sustainablePerSecond])) a second are the most that one tuple can carry"
    case .closeWait:
      return "\(share) are CLOSE_WAIT: \(peer) has closed and our program has not. A leak: "
        + "no setting gives these ports back, only the program does"
    case .synSent:
      let held =
        finding[.heldSeconds].map { ", and each attempt holds its port for \(rate($0)) s" } ?? ""
      return "\(share) are SYN_SENT: \(peer) does not answer\(held)"
    case .finWait2:
      let held = finding[.heldSeconds].map { "; an orphan holds its port for \(rate($0)) s" } ?? ""
      return "\(share) are FIN_WAIT2: this side has closed and \(peer) never does\(held)"
    case .closing:
      return
        "\(share) wait for an answer to a FIN (FIN_WAIT1, CLOSING, LAST_ACK): \(peer), or the way "
        + "to it, is gone"
    default:
      return
        "\(share) are ESTABLISHED: connections that live, more at once than one address can have "
        + "to one destination"
    }
  }

  private static func blocked(_ finding: Finding) -> String {
    var kinds: [String] = []
    let shown = finding.ports.prefix(5).map(String.init).joined(separator: ", ")
    let more = finding.ports.count > 5 ? ", …" : ""
    if let listeners = finding[.listenerPorts], listeners > 0 {
      kinds.append("\(listeners == 1 ? "a listener" : "listeners") on \(shown)\(more)")
    }
    if let idle = finding[.idleBindPorts], idle > 0 {
      let isAlone = finding[.listenerPorts] == 0
      kinds.append(
        "\(count(finding, .idleBindPorts)) \(idle == 1 ? "socket" : "sockets") bound and idle"
          + (isAlone ? " (\(shown)\(more))" : ""))
    }
    let restart =
      finding[.listenerPorts] ?? 0 > 0 ? ", and may take it while its service is down" : ""
    return kinds.joined(separator: ", ")
      + ": connect() skips such a port for every address and destination\(restart)"
  }

  private static func pressure(_ finding: Finding) -> String {
    let of = "\(count(finding, .used)) of \(count(finding, .limit))"
    func refused(_ words: String) -> String {
      guard let refused = finding[.refused], refused > 0 else { return "" }
      return "; \(count(finding, .refused)) \(words)"
    }
    switch finding.id {
    case .timeWaitOverflow:
      return "\(of) sockets\(refused("were not let in (TCPTimeWaitOverflow)")): more closes end "
        + "at once, which costs no port, but late packets may then meet a new connection, and peers "
        + "that have not closed are left alone"
    case .conntrackFull:
      return "\(of) entries (nf_conntrack_count)\(refused("packets dropped")); when it is full the "
        + "first packet of a connection is dropped, and connects time out"
    case .tcpMemory:
      return
        "\(of) pages (tcp_mem), saving from \(count(finding, .pressure)) on: buffers shrink, then "
        + "sockets are refused and connections dropped"
    case .descriptors:
      return "\(of) (fs.file-nr): at the limit socket() and accept() fail with ENFILE"
    case .orphans:
      return "\(of) (tcp_max_orphans): above it, and earlier where a peer does not answer, sockets "
        + "that programs have closed are reset"
    case .neighbours:
      return
        "\(of) entries (gc_thresh3)\(refused("refused (table_fulls)")): at the limit nobody new "
        + "on the wire is reached"
    default: return of
    }
  }
}
