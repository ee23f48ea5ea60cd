internal import Inet
internal import Pools

/// What helps, in words, with the commands for it.
extension PlanSentences {
  /// The advice, and the command for it on Linux, in the namespace that the plan is of.
  static func text(
    _ advice: CapacityPlan.Advice, _ plan: CapacityPlan, _ basis: PlanBasis, _ names: inout Names
  ) -> (text: String, command: String?) {
    var namespace = "host"
    if case .host(let name) = basis.ports { namespace = name }
    let shell = ShellCommand(in: namespace, &names)
    let words = words(advice, plan, basis)
    guard let command = command(advice, plan, basis, shell) else { return (words, nil) }
    guard let handwork = shell.handwork else { return (words, command) }
    return ("\(words); \(handwork): \(command)", nil)
  }

  private static func words(
    _ advice: CapacityPlan.Advice, _ plan: CapacityPlan, _ basis: PlanBasis
  ) -> String {
    switch advice {
    case .keepAlive(let connections, let usage):
      let which =
        connections == 0
        ? "keep connections open between uses"
        : "keep connections open: \(PlanNumber.integer(connections)) of them carry the same work with "
          + "\(PlanNumber.share(usage)) of the ports"
      return "\(which), and the need for new ones ends; or let the peer close first"
    case .reuse(let usage, let sources):
      let delay = PlanNumber.time(plan.reuseDelaySeconds ?? 1)
      let effect =
        sources <= max(1, plan.sources)
        ? "\(PlanNumber.share(usage)) in use" : "enough with \(PlanNumber.sources(sources))"
      return
        "let connect() take over TIME_WAIT after \(delay): \(effect); safe where both sides use "
        + "timestamps, useless where one does not"
    case .widenRange(let ports):
      let purpose = plan.outcome.fits ? "none searches" : "it fits"
      return "widen the range to \(PlanNumber.integer(ports)) usable ports and \(purpose); reserve "
        + "those of your listeners in it (ip_local_reserved_ports)"
    case .sources(let needed, let beforeCliff):
      let first =
        needed > max(1, plan.sources)
        ? "use \(PlanNumber.sources(needed)), evenly (\(PlanNumber.integer(beforeCliff)), and no "
          + "connect() searches)"
        : "use \(PlanNumber.sources(beforeCliff)), evenly, and no connect() searches"
      return "\(first); bind with IP_BIND_ADDRESS_NO_PORT, or each port serves one destination only"
    case .everything(let sources):
      var parts = plan.canReuse ? ["tcp_tw_reuse=1"] : []
      if let proposal = basis.proposal {
        parts.append("the range \(proposal.range)")
      } else if basis.range == nil {
        parts.append("the widest range")
      }
      parts.append(PlanNumber.sources(sources))
      let last = parts.removeLast()
      let all = parts.isEmpty ? last : "\(parts.joined(separator: ", ")) and \(last)"
      return "all together: \(all)"
    }
  }

  private static func command(
    _ advice: CapacityPlan.Advice, _ plan: CapacityPlan, _ basis: PlanBasis, _ shell: ShellCommand
  ) -> String? {
    let reuse = shell.sysctl("tcp_tw_reuse", "1")
    switch advice {
    case .keepAlive, .sources: return nil
    case .reuse: return reuse
    case .widenRange(let ports):
      guard basis.range != nil else { return nil }
      let (range, reserved) = widened(to: ports, basis)
      return set(range, reserved, shell)
    case .everything:
      let range = basis.proposal.map { set($0.range, $0.reserved, shell) }
      let commands = [range, plan.canReuse && basis.range != nil ? reuse : nil].compactMap { $0 }
      return commands.isEmpty ? nil : commands.joined(separator: " && ")
    }
  }

  /// The listeners' ports first, so that no connect() takes one in between.
  private static func set(
    _ range: PortRange, _ reserved: PortSet?, _ shell: ShellCommand
  ) -> String {
    let command = shell.sysctl("ip_local_port_range", "\"\(range.low) \(range.high)\"")
    guard let reserved else { return command }
    return shell.sysctl("ip_local_reserved_ports", AdviceWords.list(reserved)) + " && " + command
  }

  /// A range with `ports` usable ports, and what to reserve for it: the listeners that it takes in.
  private static func widened(
    to ports: Int, _ basis: PlanBasis
  ) -> (range: PortRange, reserved: PortSet?) {
    var count = ports + (basis.reserved ?? 0) + (basis.blocked ?? 0)
    while true {
      let range = widened(count, from: basis.range)
      let all = PortSet(range)
      let reserved = basis.reservedPorts ?? PortSet()
      let old = basis.range.map { PortSet($0) } ?? PortSet()
      let added = basis.listeners.intersection(all).subtracting(old).subtracting(reserved)
      // What is reserved outside the old range now counts too.
      let lost =
        (basis.blocked ?? 0) + added.count + reserved.intersection(all).count
      let missing = ports - (range.count - lost)
      if missing <= 0 || range.count >= CapacityPlan.portsMax {
        let isKnown = basis.reservedPorts != nil && !added.isEmpty
        return (range, isKnown ? reserved.union(added) : nil)
      }
      count = range.count + missing
    }
  }

  /// A range of `ports` ports that begins where this one does, or lower where it must; an even number of
  /// them, because the kernel wants ends of different parity.
  private static func widened(_ ports: Int, from range: PortRange?) -> PortRange {
    let even = max(0, min(ports, CapacityPlan.portsMax))
    let count = max(2, even + even % 2)
    let low = min(Int(range?.low ?? .max), 65_536 - count)
    return PortRange(low: UInt16(clamping: low), high: UInt16(clamping: low + count - 1)) ?? .all
  }
}
