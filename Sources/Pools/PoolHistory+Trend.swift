extension PoolHistory {
  /// Where the pool is going, as of `seconds` (not before the last count).
  ///
  /// Exhaustion is announced when it comes even if ports in use stay three deviations below what is
  /// expected, and withdrawn when one deviation is enough to avoid it. The time is the expected one.
  public mutating func trend(at seconds: Double) -> PoolTrend? {
    advance(past: seconds)
    guard let last else { return nil }
    var trend = PoolTrend()
    trend.releasesPerSecond = releasesPerSecond(at: seconds)
    guard let estimate = arrivals() else {
      isRunningOut = false
      return nil
    }
    trend.arrivalsPerSecond = estimate.perSecond
    let forecasting = forecasting(last, estimate, at: seconds)
    let isFull = fullAt.map { seconds - $0 < 3 * comb.toothSeconds } ?? false
    var load = Forecasting.Load(
      perSecond: estimate.perSecond, deviation: estimate.deviation,
      dispersion: estimate.dispersion, growthPerSecond: estimate.growthPerSecond,
      growthDeviation: estimate.growthDeviation, growthSeconds: estimate.growthSeconds,
      live: estimate.live)
    // While no port is left, what fails is not seen: then what was seen before still stands.
    if isFull {
      load.perSecond = max(load.perSecond, offeredPerSecond)
    } else {
      offeredPerSecond = estimate.perSecond
    }
    let outcome = forecasting.outcome(of: load)
    let needed = isFull ? 0 : isRunningOut ? ArrivalEstimate.doubt : ArrivalEstimate.certainty
    isRunningOut = outcome.secondsToExhaustion != nil && outcome.certainty >= needed
    if isRunningOut { trend.secondsToExhaustion = outcome.secondsToExhaustion }
    if last.taken >= last.capacity { trend.secondsToExhaustion = 0 }
    if outcome.cliffCertainty >= ArrivalEstimate.certainty {
      trend.secondsToCliff = outcome.secondsToCliff
    }
    fillSteadyState(&trend, estimate, last)
    return trend
  }

  /// What is known to come back after `seconds`; nil where it was not looked at.
  public func schedule(at seconds: Double) -> ReleaseSchedule? {
    guard let last else { return nil }
    guard waitsForTeeth else {
      let waiting = last.timeWait
      return ReleaseSchedule(waiting > 0 ? [Tooth(seconds: waitSeconds, ports: waiting)] : [])
    }
    guard walkedAt != nil else { return nil }
    return ReleaseSchedule(
      teeth(last, at: seconds).map { Tooth(seconds: $0.seconds - seconds, ports: $0.ports) })
  }

  /// What is to be played forward from `seconds` on: the last count, and what must have come and gone since.
  private func forecasting(
    _ last: Count, _ estimate: ArrivalEstimate, at seconds: Double
  ) -> Forecasting {
    let counted = last.seconds.upperBound
    let back = passed.reduce(0) { $0 + ($1.seconds > counted ? $1.ports : 0) }
    let come = min(estimate.perSecond * max(0, seconds - counted), Double(last.capacity))
    let taken = min(max(0, last.taken + Int(come) - back), max(last.capacity - 1, last.taken))
    var forecasting = Forecasting(capacity: last.capacity, taken: taken, comb: comb)
    forecasting.cliffAt = last.cliffAt
    forecasting.schedule = schedule(at: seconds) ?? ReleaseSchedule()
    forecasting.waitSeconds = isScheduled ? waitSeconds : nil
    let tooth = comb.toothSeconds
    let past = ((seconds - toothAt) / tooth).rounded(.down)
    forecasting.nextToothSeconds = toothAt + (past + 1) * tooth - seconds
    return forecasting
  }

  /// The teeth to come, with what began to wait since the walk.
  private func teeth(_ last: Count, at seconds: Double) -> [Tooth] {
    guard let walkedAt else { return [] }
    let known = coming.reduce(0) { $0 + $1.ports }
    let fresh = waiting(last) - known
    let tooth = comb.toothSeconds
    let first = toothAt + ((walkedAt + waitSeconds - toothAt) / tooth).rounded(.up) * tooth
    let count = Int(min(64, max(1, ((seconds - walkedAt) / tooth).rounded(.up))))
    guard fresh > 0 else { return coming }
    var teeth = coming
    var given = 0
    for index in 0..<count {
      // What cannot be told apart is spread evenly, to the port.
      let ports = fresh * (index + 1) / count - given
      given += ports
      let moment = first + Double(index) * tooth
      if let same = teeth.lastIndex(where: { abs($0.seconds - moment) < tooth / 8 }) {
        teeth[same].ports += ports
      } else if ports > 0 {
        teeth.append(Tooth(seconds: moment, ports: ports))
      }
    }
    return teeth
  }

  /// Ports that came back, over whole teeth.
  private func releasesPerSecond(at seconds: Double) -> Double? {
    guard isScheduled, let first = samples.first else { return nil }
    let tooth = comb.toothSeconds
    let teeth = min(8, ((seconds - first.seconds) / tooth).rounded(.down))
    guard teeth >= 1 else { return nil }
    let ports = passed.reduce(0) { $0 + ($1.seconds > seconds - teeth * tooth ? $1.ports : 0) }
    return Double(ports) / (teeth * tooth)
  }

  private func fillSteadyState(
    _ trend: inout PoolTrend, _ estimate: ArrivalEstimate, _ last: Count
  ) {
    var arrivals = estimate.perSecond
    // Where TIME_WAIT is taken over, those that are too young for it are the arrivals of the last moments.
    if !waitsForTeeth { arrivals = max(arrivals, Double(last.timeWait) / max(waitSeconds, 0.001)) }
    trend.arrivalsPerSecond = arrivals
    let wait = waitSeconds + (waitsForTeeth ? comb.toothSeconds : 0)
    let isKnown = arrivals > ArrivalEstimate.certainty * estimate.deviation
    let hold = estimate.live < 0.5 ? 0 : isKnown ? estimate.live / arrivals : .infinity
    if hold <= Forecasting.horizonSeconds {
      trend.sustainablePerSecond = Double(last.capacity) / (wait + hold)
    }
    guard trend.secondsToExhaustion == nil, last.capacity > 0 else { return }
    // What grows has not settled, and where only the net is known nobody knows where it will.
    let isGrowing = estimate.growthPerSecond > ArrivalEstimate.certainty * estimate.deviation
    guard !isGrowing else { return }
    let waiting = isScheduled || !waitsForTeeth ? arrivals * wait : Double(last.timeWait)
    trend.steadyUsage = min(1, (estimate.live + waiting) / Double(last.capacity))
  }
}
