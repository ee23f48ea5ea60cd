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

  /// Where the cliff stands, as a share of the ports.
  static func share(ofCliffIn plan: CapacityPlan) -> Double {
    plan.ports > 0 ? Double(max(0, plan.cliffPorts)) / Double(plan.ports) : 0
  }
}
