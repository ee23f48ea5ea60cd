extension CapacityPlan {
  /// What becomes of a plan: with or without tcp_tw_reuse, or if the peer closed first.
  public struct Outcome: Hashable, Sendable {
    /// Whether this side closes first, and has the TIME_WAIT.
    public let closesHere: Bool
    /// Whether TIME_WAIT is taken over.
    public let reuses: Bool
    /// How long a port is kept after the connection's end, in seconds, at most.
    public let waitSeconds: Double
    /// How long one connect keeps its port: hold and wait.
    public let heldSeconds: Double
    /// What the ports can carry for ever, all of them in use; nil where a port is kept for no time.
    public let sustainable: Rates?
    /// What they can carry before connect() has to search; nil likewise.
    public let beforeCliff: Rates?
    /// Ports of each tuple in use at the wanted rate, at the most.
    public let portsHeld: Int
    /// The share of the ports of each tuple; above 1 it does not fit.
    public let usage: Double
    /// Whether the wanted rate can go on for ever.
    public let fits: Bool
    /// Whether connect() searches half the range for each connection.
    public let isSearching: Bool
    /// Local addresses that carry the rate, to as many destinations as planned; nil without any ports.
    public let sourcesNeeded: Int?
    /// Local addresses with which no connect() searches; nil likewise.
    public let sourcesBeforeCliff: Int?
    /// Destinations that carry the rate, from as many local addresses as planned; nil likewise.
    public let destinationsNeeded: Int?
    /// Ports that each tuple needs; see `CapacityPlan.portsMax`.
    public let portsNeeded: Int
    /// How long connections may be open for the rate to fit, in seconds; nil where it never does.
    public let longestHoldSeconds: Double?
    /// Sockets in TIME_WAIT at the wanted rate, over all tuples; nil where they are taken over.
    public let timeWaitSockets: Int?

    /// Whether one range can have the ports needed.
    public var fitsInOneRange: Bool { portsNeeded <= CapacityPlan.portsMax }

    /// The outcome of `plan`.
    init(_ plan: CapacityPlan, reuses: Bool) {
      self.reuses = reuses
      closesHere = plan.closesHere
      waitSeconds = Self.wait(plan, reuses)
      heldSeconds = plan.hold + waitSeconds
      let ports = Double(max(0, plan.ports)),
        cliff = Double(max(0, min(plan.cliffPorts, plan.ports)))
      sustainable = Rates(plan, ports: ports, heldSeconds: heldSeconds)
      beforeCliff = Rates(plan, ports: cliff, heldSeconds: heldSeconds)
      let demand = plan.rate * heldSeconds
      let held = demand / Double(plan.tuples)
      portsHeld = CapacityPlan.roundedUp(held)
      portsNeeded = portsHeld
      usage = CapacityPlan.ratio(held, ports)
      fits = portsHeld <= plan.ports
      isSearching = Double(portsHeld) > cliff
      sourcesNeeded = Self.needed(demand, ports, over: plan.destinations)
      sourcesBeforeCliff = Self.needed(demand, cliff, over: plan.destinations)
      destinationsNeeded = Self.needed(demand, ports, over: plan.sources)
      longestHoldSeconds = Self.longestHold(plan, ports, waitSeconds)
      timeWaitSockets =
        plan.closesHere && !reuses ? CapacityPlan.roundedUp(plan.rate * waitSeconds) : nil
    }

    /// TIME_WAIT and the tooth, or the delay of reuse where that is shorter; nothing where the peer has it.
    private static func wait(_ plan: CapacityPlan, _ reuses: Bool) -> Double {
      guard plan.closesHere else { return 0 }
      let expiry = sane(plan.timeWaitSeconds) + sane(plan.toothSeconds)
      guard reuses, let delay = plan.reuseDelaySeconds else { return expiry }
      return min(expiry, sane(delay))
    }

    /// Addresses that hold `demand` ports, each with `ports` for each of `partners` on the other side.
    private static func needed(_ demand: Double, _ ports: Double, over partners: Int) -> Int? {
      guard ports > 0 else { return nil }
      // Whole ports: a tuple cannot take half of one.
      let pieces = Double(max(1, partners))
      return max(1, CapacityPlan.roundedUp(demand / pieces / ports))
    }

    private static func longestHold(
      _ plan: CapacityPlan, _ ports: Double, _ wait: Double
    ) -> Double? {
      guard plan.rate > 0 else { return nil }
      let hold = ports * Double(plan.tuples) / plan.rate - wait
      // What arithmetic takes from 0 does not make it less.
      return hold >= -1e-9 * wait && ports > 0 ? max(0, hold) : nil
    }

    private static func sane(_ value: Double) -> Double { CapacityPlan.sane(value) }
  }

  /// Connects a second.
  public struct Rates: Hashable, Sendable {
    /// To one destination from one local address.
    public let perTuple: Double
    /// From one local address to all destinations.
    public let perSource: Double
    /// From all local addresses to all destinations.
    public let total: Double

    init?(_ plan: CapacityPlan, ports: Double, heldSeconds: Double) {
      guard heldSeconds > 0 else { return nil }
      perTuple = min(ports / heldSeconds, 1e18)
      perSource = min(perTuple * Double(max(1, plan.destinations)), 1e18)
      total = min(perTuple * Double(plan.tuples), 1e18)
    }
  }
}
