/// Plays arrivals forward against the release schedule, tooth by tooth.
///
///     taken
///       C ┤- - - - - - - - - - - - - - -╱- -   the first moment at the capacity: exhaustion
///         │            ╱│     ╱│     ╱│╱
///         │     ╱│   ╱  │   ╱  │   ╱         between teeth arrivals add up,
///         │   ╱  │ ╱    │ ╱    │ ╱            at a tooth what waited long enough comes back:
///         │ ╱    │╱     │╱                    first what was counted, later what arrives now
///         └──────┴──────┴──────┴──── time
///
/// Pure: a value in, a value out; some 300 steps for ten minutes ahead.
public struct Forecasting: Hashable, Sendable {
  /// |A|.
  public var capacity: Int
  /// Ports of A that connect() cannot take now.
  public var taken: Int
  /// The number of taken ports at which connect() begins to search; nil when it does already, or it is not
  /// known.
  public var cliffAt: Int?
  /// What is known to come back, by seconds from now.
  public var schedule: ReleaseSchedule
  /// Seconds until the next tooth.
  public var nextToothSeconds: Double
  /// Seconds between two teeth.
  public var toothSeconds: Double
  /// How long a port waits before the tooth that releases it; nil where nothing of what arrives comes back
  /// in sight.
  public var waitSeconds: Double?
  /// The farthest that is looked ahead.
  public static var horizonSeconds: Double { 600 }

  /// Nothing comes back and nothing is known of a cliff.
  public init(capacity: Int, taken: Int, comb: ReleaseComb) {
    self.capacity = capacity
    self.taken = taken
    schedule = ReleaseSchedule()
    toothSeconds = comb.toothSeconds
    nextToothSeconds = comb.toothSeconds
    waitSeconds = ReleaseComb.timeWaitSeconds
  }

  /// What arrives: gross, the part of it that stays, and how sure that is.
  public struct Load: Hashable, Sendable {
    /// Ports taken a second.
    public var perSecond: Double
    /// The standard deviation of `perSecond`.
    public var deviation: Double
    /// The variance of arrivals over their mean: 1 for independent ones, near 0 for paced ones.
    public var dispersion: Double
    /// Of these, ports a second that do not begin to wait: sustained growth of what is not TIME_WAIT.
    public var growthPerSecond: Double
    /// The standard deviation of `growthPerSecond`.
    public var growthDeviation: Double
    /// How long the growth is taken to go on: as long as it has gone on, no longer.
    public var growthSeconds: Double
    /// Ports that are taken and do not wait: how many there are changes by chance too.
    public var live: Double

    /// A load, perfectly known, whose ports all come back after their wait.
    public init(
      perSecond: Double, deviation: Double = 0, dispersion: Double = 0,
      growthPerSecond: Double = 0, growthDeviation: Double = 0, growthSeconds: Double = 0,
      live: Double = 0
    ) {
      self.perSecond = max(0, perSecond)
      self.deviation = max(0, deviation)
      self.dispersion = max(0, dispersion)
      self.growthPerSecond = min(max(0, growthPerSecond), self.perSecond)
      self.growthDeviation = max(0, growthDeviation)
      self.growthSeconds = growthSeconds
      self.live = max(0, live)
    }
  }

  /// When what happens; nil for what does not happen within the horizon.
  public struct Outcome: Hashable, Sendable {
    /// Seconds until connect() begins to search.
    public var secondsToCliff: Double?
    /// By how many standard deviations the number of taken ports exceeds the cliff where it does most.
    public var cliffCertainty = -Double.infinity
    /// Seconds until no port is free.
    public var secondsToExhaustion: Double?
    /// By how many standard deviations the ports wanted exceed the capacity where they do most.
    public var certainty = -Double.infinity
  }

  /// What `load` leads to if it goes on.
  public func outcome(of load: Load) -> Outcome {
    var outcome = Outcome()
    guard capacity > 0, taken < capacity else {
      outcome.secondsToExhaustion = 0
      outcome.certainty = .infinity
      return outcome
    }
    guard toothSeconds > 0, load.perSecond > 0 else { return outcome }
    let returning = load.perSecond - load.growthPerSecond
    var level = Double(taken), time = 0.0, known = 0
    var tooth = max(0, nextToothSeconds)
    let teeth = schedule.teeth
    // From then on it repeats itself.
    let settled = min(
      Self.horizonSeconds,
      max(teeth.last?.seconds ?? 0, load.growthPerSecond > 0 ? load.growthSeconds : 0)
        + (waitSeconds ?? 0) + 3 * toothSeconds)
    while time < settled {
      // What is known of the schedule may lie beside the comb: each of its teeth is a step of its own.
      let isKnown = known < teeth.count && teeth[known].seconds <= tooth
      let next = isKnown ? max(time, teeth[known].seconds) : tooth
      level = rise(from: level, time, next, load, returning, &outcome)
      time = next
      if isKnown {
        level = max(0, level - Double(teeth[known].ports))
        known += 1
      } else {
        level = max(0, level - released(at: tooth, load))
        tooth += toothSeconds
      }
    }
    return outcome
  }

  /// The level after the arrivals from `start` to `end`; notes what they reach. Beyond the capacity it is
  /// the number of ports that are wanted.
  private func rise(
    from level: Double, _ start: Double, _ end: Double, _ load: Load, _ returning: Double,
    _ outcome: inout Outcome
  ) -> Double {
    var level = level, start = start
    // Where nothing comes back, growth may end within the step: then a step of each kind.
    let growth = waitSeconds == nil ? min(end, load.growthSeconds) : end
    for (stop, rate) in [(growth, load.perSecond), (end, returning)] {
      guard stop > start else { continue }
      let reached = level + rate * (stop - start)
      func moment(_ limit: Int) -> Double? {
        reached >= Double(limit) && rate > 0
          ? start + max(0, Double(limit) - level) / rate : nil
      }
      let deviation = deviation(at: stop, load)
      outcome.certainty = max(outcome.certainty, (reached - Double(capacity)) / deviation)
      if outcome.secondsToExhaustion == nil { outcome.secondsToExhaustion = moment(capacity) }
      if let cliffAt {
        outcome.cliffCertainty = max(
          outcome.cliffCertainty, (reached - Double(cliffAt)) / deviation)
        if outcome.secondsToCliff == nil { outcome.secondsToCliff = moment(cliffAt) }
      }
      level = reached
      start = stop
    }
    return level
  }

  /// The standard deviation of the level after `seconds`: of the rate, over the time after which ports come
  /// back, of the growth, of the arrivals meanwhile, and of how long connections live.
  private func deviation(at seconds: Double, _ load: Load) -> Double {
    let time = min(seconds, (waitSeconds ?? .infinity) + toothSeconds)
    let rate = load.deviation * time
    let growth = load.growthDeviation * min(seconds, load.growthSeconds)
    let arrivals = load.perSecond * time
    return
      (rate * rate + growth * growth + load.dispersion * arrivals + min(load.live, arrivals)
      + 0.25).squareRoot()
  }

  /// Ports that arrive from now on and come back at `tooth`: while it grows, not all of them do.
  private func released(at tooth: Double, _ load: Load) -> Double {
    guard let waitSeconds else { return 0 }
    let last = tooth - waitSeconds
    guard last > 0 else { return 0 }
    let began = max(0, last - toothSeconds)
    let growing = max(0, min(last, load.growthSeconds) - began)
    return load.perSecond * (last - began) - load.growthPerSecond * growing
  }
}
