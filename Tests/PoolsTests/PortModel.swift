import Glibc
import Pools
import PropertyTestKit

/// The ports of one connect pool, played second by second as the kernel does: a naive model, exact to the
/// tick, in which connects fail when no port is left.
struct PortModel {
  /// How connects are spread over time.
  enum Stream: CaseIterable {
    /// At even distances.
    case paced
    /// Independent of each other.
    case random
    /// Several at once, at independent moments.
    case bursts
  }

  let capacity: Int
  let clock: ReleaseClock
  /// Now: seconds of CLOCK_MONOTONIC.
  private(set) var seconds: Double
  private(set) var live = 0
  private(set) var waiting = 0
  /// Ports by the moment of their release, in nanoseconds.
  private var teeth: [UInt64: Int] = [:]
  /// The ends of connections, the next one last.
  private var ends: [Double] = []
  /// The first connect that found no port.
  private(set) var failedAt: Double?

  init(capacity: Int, clock: ReleaseClock, at seconds: Double) {
    self.capacity = capacity
    self.clock = clock
    self.seconds = seconds
  }

  var taken: Int { live + waiting }

  /// A connect now, whose connection ends after `hold` seconds; nil is never.
  mutating func connect(holding hold: Double?) {
    guard taken < capacity else {
      failedAt = failedAt ?? seconds
      return
    }
    live += 1
    guard let hold else { return }
    let end = seconds + hold
    var index = ends.count
    while index > 0, ends[index - 1] < end { index -= 1 }
    ends.insert(end, at: index)
    if hold == 0 { advance(to: seconds) }
  }

  /// Lets time pass: connections end and wait, and what waited long enough comes back.
  mutating func advance(to later: Double) {
    while let end = ends.last, end <= later {
      ends.removeLast()
      release(until: end)
      let nanoseconds = UInt64(end * 1e9)
      teeth[clock.release(expiresMilliseconds: 60_000, at: nanoseconds), default: 0] += 1
      live -= 1
      waiting += 1
    }
    release(until: later)
    seconds = max(seconds, later)
  }

  private mutating func release(until later: Double) {
    let passed = teeth.keys.filter { Double($0) / 1e9 <= later }
    for tooth in passed { waiting -= teeth.removeValue(forKey: tooth) ?? 0 }
  }

  /// What a walk of the ports in TIME_WAIT shows.
  var schedule: [PoolHistory.Tooth] {
    teeth.sorted { $0.key < $1.key }
      .map { PoolHistory.Tooth(seconds: Double($0.key) / 1e9, ports: $0.value) }
  }

  /// What a count shows.
  var count: PoolHistory.Count {
    PoolHistory.Count(
      at: seconds, capacity: capacity, taken: taken, timeWait: waiting,
      cliffAt: taken < capacity / 2 ? capacity / 2 : nil)
  }
}

/// A load on a `PortModel`, watched as a collector does.
struct WatchedLoad {
  var model: PortModel
  var history: PoolHistory
  let stream: PortModel.Stream
  let perSecond: Double
  /// How long connections live on average; nil for ever.
  let hold: Double?
  let hasRandomHold: Bool
  let countSeconds: Double
  let walkSeconds: Double
  private var next: Double
  private var nextWalk: Double
  private(set) var forecasts: [(at: Double, seconds: Double)] = []
  private(set) var watched = 0
  private(set) var lastTrend: PoolTrend?

  init(
    capacity: Int, perSecond: Double, _ stream: PortModel.Stream, hold: Double? = 0,
    hasRandomHold: Bool = false, countSeconds: Double = 1, walkSeconds: Double = 10,
    ticksPerSecond: Int = 250, _ generator: inout SeededGenerator
  ) {
    let ahead = Int64.random(in: 0..<4_000_000_000_000, using: &generator)
    let clock = ReleaseClock(
      comb: ReleaseComb(ticksPerSecond: ticksPerSecond), aheadNanoseconds: ahead)
    let start = Double.random(in: 1000..<100_000, using: &generator)
    model = PortModel(capacity: capacity, clock: clock, at: start)
    history = PoolHistory(comb: clock.comb)
    self.stream = stream
    self.perSecond = perSecond
    self.hold = hold
    self.hasRandomHold = hasRandomHold
    self.countSeconds = countSeconds
    self.walkSeconds = walkSeconds
    next = start
    nextWalk = start
  }

  /// Plays until `seconds` have passed or, if so wanted, a connect failed.
  mutating func run(
    _ seconds: Double, untilFailure: Bool = true, _ generator: inout SeededGenerator
  ) {
    let end = model.seconds + seconds
    while model.seconds < end, !(untilFailure && model.failedAt != nil) {
      let watch = model.seconds + countSeconds * Double.random(in: 0.95..<1.05, using: &generator)
      while next < watch {
        model.advance(to: next)
        arrive(&generator)
      }
      model.advance(to: watch)
      look()
    }
  }

  /// Lets `seconds` pass without arrivals; counts go on.
  mutating func pause(_ seconds: Double, _ generator: inout SeededGenerator) {
    next = .infinity
    run(seconds, &generator)
  }

  private mutating func arrive(_ generator: inout SeededGenerator) {
    func exponential(_ mean: Double) -> Double {
      -mean * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator))
    }
    var several = 1, distance = 1 / perSecond
    switch stream {
    case .paced: break
    case .random: distance = exponential(distance)
    case .bursts:
      several = 1 + generator.small(9)
      distance = exponential(5 * distance)
    }
    for _ in 0..<several {
      model.connect(holding: hold.map { hasRandomHold && $0 > 0 ? exponential($0) : $0 })
    }
    next += distance
  }

  private mutating func look() {
    history.note(model.count)
    if model.seconds >= nextWalk, model.taken * 10 >= model.capacity, model.waiting > 0 {
      history.note(
        walkAt: model.seconds, model.schedule, timeWaitTooth: model.schedule.first?.seconds)
      nextWalk = model.seconds + walkSeconds
    }
    watched += 1
    let trend = history.trend(at: model.seconds)
    lastTrend = trend
    if model.failedAt == nil, model.taken < model.capacity,
      let left = trend?.secondsToExhaustion
    {
      forecasts.append((model.seconds, left))
    }
  }
}
