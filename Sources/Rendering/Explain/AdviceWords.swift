internal import Inet
internal import Pools

/// One advice in words: what to do, the exact command, what it is worth here, and what it may cost.
struct AdviceWords {
  let text: String
  /// Nil where it is no command but a change of a program.
  let command: String?
  let effect: String
  let risk: String

  init(_ advice: FindingAdvice, of finding: Finding, _ names: inout Names) {
    let shell = ShellCommand(in: finding.namespace, &names)
    let words = Self.text(advice.step, finding)
    let command = Self.command(advice.step, finding, shell, &names)
    if let command, let handwork = shell.handwork, Self.isInside(advice.step) {
      text = "\(words); \(handwork): \(command)"
      self.command = nil
    } else {
      text = words
      self.command = command
    }
    effect = Self.effect(advice)
    risk = Self.risk(advice.step)
  }

  private static func text(_ step: FindingAdvice.Step, _ finding: Finding) -> String {
    switch step {
    case .reuseTimeWait: "let connect() take over TIME_WAIT"
    case .useTimestamps: "turn TCP timestamps on, then let connect() take over TIME_WAIT"
    case .widenRange(let proposal): "widen the range to \(proposal.range)"
    case .addSource:
      isLoopback(finding)
        ? "connect from 127.0.0.2 too: all of 127.0.0.0/8 is local"
        : "connect from a second address"
    case .keepAlive: "keep connections and use them again"
    case .closeLeak: "find the program that does not close; correct it, or restart it"
    case .lowerSynRetries: "give up sooner on who does not answer"
    case .removeBackend: "take the destination out of service until it answers"
    case .lowerFinTimeout: "wait less for the peers of orphans"
    case .lowerOrphanRetries: "send the FINs of orphans less often again"
    case .boundPeer: "make the peer close, or reset what it does not close"
    case .bindLate: "set IP_BIND_ADDRESS_NO_PORT before bind(address, 0)"
    case .reserve: "reserve the ports, so that their services find them free"
    case .moveListeners: "let the services listen outside the range"
    case .unreserve: "reserve only what a service needs"
    case .evenRange(let range): "make it even: \(range)"
    case .raiseTimeWaitBuckets: "allow more sockets in TIME_WAIT"
    case .closeUDP: "close UDP sockets that nobody uses, or share one"
    case .spreadUDP: "bind each UDP socket to an address: each has ports of its own"
    case .raiseConntrack: "allow more entries"
    case .bypassConntrack: "do not follow connections that need no rule (NOTRACK)"
    case .raiseTCPMemory: "allow TCP more memory"
    case .raiseFileMaximum: "allow more open files"
    case .raiseOrphans: "allow more orphans"
    case .raiseNeighbours: "allow more neighbours"
    }
  }

  private static func isLoopback(_ finding: Finding) -> Bool {
    switch finding.pool {
    case .connect(let source, _, _, _)?, .bind(.address(let source))?:
      source.isLoopback && source.isIPv4
    default: false
    }
  }

  /// Whether its command has to run in the namespace: ullage goes there itself, and the host's limits are
  /// of no namespace.
  private static func isInside(_ step: FindingAdvice.Step) -> Bool {
    switch step {
    case .closeLeak, .removeBackend, .boundPeer, .closeUDP, .raiseConntrack, .raiseTCPMemory,
      .raiseFileMaximum, .raiseOrphans, .raiseNeighbours:
      false
    default: true
    }
  }

  private static func command(
    _ step: FindingAdvice.Step, _ finding: Finding, _ shell: ShellCommand, _ names: inout Names
  ) -> String? {
    func sysctl(_ name: String, _ value: String) -> String { shell.sysctl(name, value) }
    func host(_ name: String, _ value: String) -> String {
      shell.host("sysctl -w \(name)=\(value)")
    }
    switch step {
    case .reuseTimeWait: return sysctl("tcp_tw_reuse", "1")
    case .useTimestamps:
      return shell.inside("sysctl -w net.ipv4.tcp_timestamps=1 net.ipv4.tcp_tw_reuse=1")
    case .widenRange(let proposal):
      let range = "\"\(proposal.range.low) \(proposal.range.high)\""
      guard let reserved = proposal.reserved else { return sysctl("ip_local_port_range", range) }
      return sysctl("ip_local_reserved_ports", list(reserved))
        + " && \(sysctl("ip_local_port_range", range))"
    case .addSource:
      return isLoopback(finding) ? nil : shell.inside("ip addr add ADDRESS dev INTERFACE")
    case .closeLeak: return shell.ullage("sockets --state close_wait\(filter(finding, &names))")
    case .removeBackend:
      let state = finding.id == .synSent ? "syn_sent" : "fin_wait1,closing,last_ack"
      return shell.ullage("sockets --state \(state)\(filter(finding, &names))")
    case .boundPeer: return shell.ullage("sockets --state fin_wait2\(filter(finding, &names))")
    case .lowerSynRetries(let count): return sysctl("tcp_syn_retries", "\(count)")
    case .lowerFinTimeout(let seconds): return sysctl("tcp_fin_timeout", "\(seconds)")
    case .lowerOrphanRetries(let count): return sysctl("tcp_orphan_retries", "\(count)")
    case .reserve(let ports): return sysctl("ip_local_reserved_ports", list(ports))
    case .unreserve(let ports):
      // The kernel clears the list for an empty line, and does nothing for an empty write.
      return ports.isEmpty
        ? shell.inside("sh -c 'echo > /proc/sys/net/ipv4/ip_local_reserved_ports'")
        : sysctl("ip_local_reserved_ports", list(ports))
    case .evenRange(let range):
      return sysctl("ip_local_port_range", "\"\(range.low) \(range.high)\"")
    case .raiseTimeWaitBuckets(let count): return sysctl("tcp_max_tw_buckets", "\(count)")
    case .closeUDP: return shell.ullage("sockets --protocol udp")
    case .raiseConntrack(let count): return host("net.netfilter.nf_conntrack_max", "\(count)")
    case .raiseTCPMemory(let low, let pressure, let maximum):
      return host("net.ipv4.tcp_mem", "\"\(low) \(pressure) \(maximum)\"")
    case .raiseFileMaximum(let count): return host("fs.file-max", "\(count)")
    case .raiseOrphans(let count): return host("net.ipv4.tcp_max_orphans", "\(count)")
    case .raiseNeighbours(let family, let count):
      let table = "net.\(family.rawValue).neigh.default"
      return shell.host(
        "sysctl -w \(table).gc_thresh3=\(count) \(table).gc_thresh2=\(count / 2)")
    case .keepAlive, .bindLate, .moveListeners, .spreadUDP, .bypassConntrack: return nil
    }
  }

  private static func filter(_ finding: Finding, _ names: inout Names) -> String {
    guard case .connect(let source, let destination, let port, _)? = finding.pool else { return "" }
    return
      " --source \(names.text(source)) --destination \(names.text(destination)) --dport \(port)"
  }

  /// "8080,9000-9010", as the kernel has it.
  static func list(_ ports: PortSet) -> String {
    var ranges: [(low: UInt16, high: UInt16)] = []
    for port in ports {
      if let last = ranges.last, last.high < .max, last.high + 1 == port {
        ranges[ranges.count - 1].high = port
      } else {
        ranges.append((port, port))
      }
    }
    return ranges.map { $0.low == $0.high ? "\($0.low)" : "\($0.low)-\($0.high)" }
      .joined(separator: ",")
  }
}
