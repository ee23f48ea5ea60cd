/// How fast ports of a pool are taken, from its history, and how sure that is.
///
/// Over a short time chance decides, over a long one the load may have changed: the longest time is taken
/// that no shorter one contradicts (Lepski's rule), and the deviation says what chance leaves open. How
/// much chance there is, is measured too: evenly paced connects are far more certain than bursts.
public struct ArrivalEstimate: Hashable, Sendable {
  /// Ports taken a second, gross.
  public var perSecond: Double
  /// Its standard deviation.
  public var deviation: Double
  /// The variance of arrivals over their mean.
  public var dispersion: Double
  /// The time that it was measured over.
  public var seconds: Double
  /// Ports a second by which what is not waiting grows, where that is more than chance; otherwise 0.
  public var growthPerSecond: Double
  /// The standard deviation of that.
  public var growthDeviation: Double
  /// For how long it is taken to go on: as long as it has gone on; beside TIME_WAIT a minute less.
  public var growthSeconds: Double
  /// Ports that were taken and not waiting, on average over `seconds`.
  public var live: Double

  /// The least number of teeth to measure over.
  public static var leastTeeth: Double { 3 }
  /// The deviations that an announcement must bear.
  public static var certainty: Double { 3 }
  /// The deviations below which it is withdrawn.
  public static var doubt: Double { 1 }
}

extension PoolHistory {
  /// The times to measure over, in teeth: up to a minute, then longer for what grows slowly.
  private static var windows: [Double] { [3, 4, 6, 8, 11, 15, 20, 28, 58, 146, 292] }

  /// What the counts so far say of arrivals; nil before there are three teeth's worth of them, or where what
  /// comes back is not known.
  ///
  /// Connections that vanish without TIME_WAIT (the peer closed first, or a reset) give their port back
  /// unseen: they are missing here, and the rate is the lower bound that matters for the ports.
  public func arrivals() -> ArrivalEstimate? {
    guard let newest = samples.last, let oldest = samples.first,
      isScheduled || isWithoutWaiting || !waitsForTeeth
    else { return nil }
    let tooth = comb.toothSeconds
    // A hair of tolerance, so that counts at the comb's own pace are enough.
    let reach = (newest.seconds - oldest.seconds) * 1.001
    guard reach >= ArrivalEstimate.leastTeeth * tooth else { return nil }
    let dispersion = dispersion()
    var chosen: Window?
    var low = -Double.infinity, high = Double.infinity
    for teeth in Self.windows {
      guard teeth * tooth <= reach else { break }
      let window = window(teeth * tooth, dispersion)
      low = max(low, window.perSecond - 2.5 * window.deviation)
      high = min(high, window.perSecond + 2.5 * window.deviation)
      if low > high { break }
      chosen = window
    }
    guard let chosen else { return nil }
    var estimate = ArrivalEstimate(
      perSecond: chosen.perSecond, deviation: chosen.deviation, dispersion: dispersion,
      seconds: chosen.seconds, growthPerSecond: 0, growthDeviation: 0,
      growthSeconds: chosen.seconds, live: chosen.live)
    if hasFallenSilent(estimate) {
      estimate.perSecond = 0
    } else {
      measureGrowth(&estimate, chosen, reach, dispersion)
    }
    if isScheduled {
      // Until the first connections have lived their time all that comes is growth, and it ends by itself:
      // what grows beside TIME_WAIT must have done so for a minute before it is believed to go on.
      estimate.growthSeconds = max(0, estimate.growthSeconds - waitSeconds)
    } else {
      // Without a schedule nothing is known to come back: all that is taken is growth.
      estimate.growthPerSecond = estimate.perSecond
      estimate.growthDeviation = 0
    }
    return estimate
  }

  /// Whether nothing has arrived for so long, a tooth's distance at least, that it is no chance.
  ///
  /// All counts of that time must agree: one that a tooth blurred says nothing.
  private func hasFallenSilent(_ estimate: ArrivalEstimate) -> Bool {
    guard estimate.perSecond > 0, let newest = samples.last, samples.count >= 3 else {
      return false
    }
    let ports = Self.silentPorts * max(1, estimate.dispersion)
    let start = newest.seconds - max(comb.toothSeconds, ports / estimate.perSecond)
    guard start >= samples[0].seconds else { return false }
    let expected = estimate.perSecond * (newest.seconds - start)
    var first = samples.count - 3
    while samples[first].seconds > start { first -= 1 }
    let gross = samples[first...].map(\.gross)
    guard let low = gross.min(), let high = gross.max() else { return false }
    return high - low <= expected / Self.silentPorts
  }

  /// Ports that would have come by now: for one or none to come instead is a chance of 1 in 2,000.
  private static var silentPorts: Double { 10 }

  private struct Window {
    var seconds: Double
    var perSecond: Double
    var deviation: Double
    var live: Double
    var liveRise: Double
  }

  /// The rate over the last `seconds`.
  private func window(_ seconds: Double, _ dispersion: Double) -> Window {
    guard let newest = samples.last else {
      return Window(seconds: 1, perSecond: 0, deviation: 0, live: 0, liveRise: 0)
    }
    let start = sample(at: newest.seconds - seconds)
    let span = max(newest.seconds - start.seconds, 0.001)
    let live = max(0, (newest.live + start.live) / 2)
    var ports = max(0, newest.gross - start.gross)
    // Of connections that come and go without a trace, as many as there are live may be here or not.
    var unseen = 2 * live
    if let opens = newest.opens, let before = start.opens, opens >= before {
      // No pool takes more than the whole namespace opens; the count's own time is not in the counter.
      let opened = Double(opens - before)
      ports = min(ports, opened * 1.02 + 2)
      unseen = min(unseen, max(0, opened - ports))
    }
    let variance = dispersion * max(ports, 1) + unseen + Self.countVariance
    return Window(
      seconds: span, perSecond: ports / span, deviation: variance.squareRoot() / span, live: live,
      liveRise: newest.live - start.live)
  }

  /// The sustained growth of what is not waiting, if it is more than chance and still goes on.
  private func measureGrowth(
    _ estimate: inout ArrivalEstimate, _ chosen: Window, _ reach: Double, _ dispersion: Double
  ) {
    /// By how much the number of live connections may change by chance in a window.
    func chance(_ window: Window) -> Double {
      let changes = min(2 * chosen.live, 2 * estimate.perSecond * window.seconds)
      return max(1, max(1, dispersion) * changes).squareRoot()
    }
    var perSecond = chosen.liveRise / chosen.seconds
    guard chosen.liveRise >= 3, chosen.liveRise > ArrivalEstimate.certainty * chance(chosen) else {
      return
    }
    // What has slowed down will settle: the last part of the time must show it as well.
    for part in [2.0, 4.0] {
      let window = window(max(comb.toothSeconds, chosen.seconds / part), dispersion)
      let certain = window.liveRise - 1.5 * chance(window)
      guard certain > perSecond * window.seconds / 2 else { return }
      perSecond = min(perSecond, window.liveRise / window.seconds)
    }
    estimate.growthPerSecond = perSecond
    estimate.growthDeviation = chance(chosen) / chosen.seconds
    for teeth in Self.windows {
      let longer = min(teeth * comb.toothSeconds, reach)
      guard longer > estimate.growthSeconds else { continue }
      let window = window(longer, dispersion)
      guard window.liveRise / window.seconds >= perSecond / 2 else { break }
      estimate.growthSeconds = window.seconds
    }
  }

  /// The variance of arrivals over their mean: 1 for independent arrivals, near 0 for paced ones, more for
  /// bursts. From differences of neighbours, and without the two largest, so that a step of the rate does
  /// not count; drawn towards 1 where there are few.
  private func dispersion() -> Double {
    guard let newest = samples.last else { return 1 }
    let least = comb.toothSeconds * 0.9
    var upper = newest, before: (rate: Double, seconds: Double)?
    var sum = 0.0, largest = 0.0, second = 0.0, differences = 0.0
    for sample in samples.reversed() {
      let seconds = upper.seconds - sample.seconds
      guard seconds >= least else { continue }
      let rate = (upper.gross - sample.gross) / seconds
      if let before {
        let square =
          (rate - before.rate) * (rate - before.rate) / (1 / seconds + 1 / before.seconds)
        sum += square
        second = max(second, min(square, largest))
        largest = max(largest, square)
        differences += 1
      }
      before = (rate, seconds)
      upper = sample
      if differences >= 28 { break }
    }
    let span = newest.seconds - upper.seconds
    guard differences >= 3, span > 0 else { return 1 }
    let mean = max(0.1, (newest.gross - upper.gross) / span)
    // What leaving out the two largest takes away from chance alone is about five.
    let kept = (sum - largest - second) / mean * (1 + 5 / differences)
    return min(max((kept + 4) / (differences + 2), 0.02), 50)
  }

  /// The newest sample that is not newer than `seconds`, by bisection.
  private func sample(at seconds: Double) -> Sample {
    var low = 0, high = samples.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if samples[middle].seconds <= seconds { low = middle } else { high = middle - 1 }
    }
    return samples[low]
  }

  /// The variance of one count: the rounding of two whole numbers, and a connect or two while it ran.
  private static var countVariance: Double { 0.5 }
}
