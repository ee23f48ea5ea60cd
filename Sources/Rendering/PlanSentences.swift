internal import Inet
internal import Pools

/// What a plan says in words: its verdict, and its advice with the command where there is one.
enum PlanSentences {
  /// "2,500 connects/s do not fit: …".
  static func verdict(_ plan: CapacityPlan) -> String {
    let outcome = plan.outcome
    let rate = demand(plan)
    let usage = PlanNumber.share(outcome.usage)
    let of = plan.tuples == 1 ? "of the ports" : "of each tuple's ports"
    guard outcome.fits else {
      let remedy = outcome.sourcesNeeded.map {
        "; \(PlanNumber.sources($0)) would carry them"
      }
      return "\(rate) do not fit: \(PlanNumber.rate(outcome.sustainable?.total)) can go on for ever"
        + (plan.ports > 0 ? remedy ?? "" : ", for there is no port to draw from")
    }
    guard outcome.isSearching else { return "\(rate) fit, with \(usage) \(of) in use" }
    let cliff = share(ofCliffIn: plan)
    let core = plan.connectsPerSecond * plan.searchSeconds
    return "\(rate) fit, with \(usage) \(of) in use; past \(Decimal.percent(cliff)) "
      + "each connect() searches: about \(PlanNumber.time(plan.searchSeconds)), "
      + "\(PlanNumber.share(core)) of a core"
  }

  /// "2,500 connects/s".
  static func demand(_ plan: CapacityPlan) -> String {
    "\(PlanNumber.number(plan.connectsPerSecond)) connect\(plan.connectsPerSecond == 1 ? "" : "s")/s"
  }

  /// The advice, and the command for it on Linux.
  static func text(
    _ advice: CapacityPlan.Advice, _ plan: CapacityPlan, _ basis: PlanBasis
  ) -> (text: String, command: String?) {
    switch advice {
    case .keepAlive(let connections, let usage):
      let which =
        connections == 0
        ? "keep connections open between uses"
        : "keep connections open: \(PlanNumber.integer(connections)) of them carry the same work with "
          + "\(PlanNumber.share(usage)) of the ports"
      return ("\(which), and the need for new ones ends; or let the peer close first", nil)
    case .reuse(let usage, let sources):
      let delay = PlanNumber.time(plan.reuseDelaySeconds ?? 1)
      let effect =
        sources <= max(1, plan.sources)
        ? "\(PlanNumber.share(usage)) in use" : "enough with \(PlanNumber.sources(sources))"
      return (
        "let connect() take over TIME_WAIT after \(delay): \(effect); safe where both sides use "
          + "timestamps, useless where one does not", reuseCommand
      )
    case .widenRange(let ports):
      let range = widened(
        ports + (basis.reserved ?? 0) + (basis.blocked ?? 0), from: basis.range)
      let purpose = plan.outcome.fits ? "none searches" : "it fits"
      return (
        "widen the range to \(PlanNumber.integer(ports)) usable ports and \(purpose); reserve those of "
          + "your listeners in it (ip_local_reserved_ports)",
        basis.ports == .number ? nil : rangeCommand(range)
      )
    case .sources(let needed, let beforeCliff):
      let first =
        needed > max(1, plan.sources)
        ? "use \(PlanNumber.sources(needed)), evenly (\(PlanNumber.integer(beforeCliff)), and no "
          + "connect() searches)"
        : "use \(PlanNumber.sources(beforeCliff)), evenly, and no connect() searches"
      return (
        "\(first); bind with IP_BIND_ADDRESS_NO_PORT, or each port serves one destination only", nil
      )
    case .everything(let sources):
      let reuse = plan.canReuse ? "tcp_tw_reuse=1, " : ""
      return (
        "all together: \(reuse)the widest range and \(PlanNumber.sources(sources))",
        basis.ports == .number
          ? nil : rangeCommand(widened(CapacityPlan.portsMax, from: basis.range))
      )
    }
  }

  private static let reuseCommand = "sudo sysctl -w net.ipv4.tcp_tw_reuse=1"

  private static func rangeCommand(_ range: PortRange) -> String {
    "sudo sysctl -w net.ipv4.ip_local_port_range=\"\(range.low) \(range.high)\""
  }

  /// A range of `ports` ports that begins where this one does, or lower where it must; an even number of
  /// them, because the kernel wants ends of different parity.
  private static func widened(_ ports: Int, from range: PortRange?) -> PortRange {
    let even = max(0, min(ports, CapacityPlan.portsMax))
    let count = max(2, even + even % 2)
    let low = min(Int(range?.low ?? .max), 65_536 - count)
    return PortRange(low: UInt16(clamping: low), high: UInt16(clamping: low + count - 1)) ?? .all
  }

  /// Where the cliff stands, as a share of the ports.
  static func share(ofCliffIn plan: CapacityPlan) -> Double {
    plan.ports > 0 ? Double(max(0, plan.cliffPorts)) / Double(plan.ports) : 0
  }
}
