internal import Inet

/// The connects a second that a pool carries for ever, as it is and with more ports or a shorter wait.
///
/// With a collector it is known how long a connect holds its port, all in all. Without one, the ports that are
/// not in TIME_WAIT are taken to be held for good.
struct CarryingRate {
  /// How long TIME_WAIT holds a port, in seconds: until it may be taken over where it may, else until the tooth
  /// after its minute.
  let waitSeconds: Double
  private let capacity: Int
  private let kept: Int
  /// From connect() to the end of the wait; nil where nobody counts arrivals.
  private let cycleSeconds: Double?

  init(_ pool: Pool, _ input: DiagnosisInput) {
    let expiry = ReleaseComb.timeWaitSeconds + input.assumedComb.toothSeconds
    waitSeconds = max(0.001, input.reuseSeconds[pool.key] ?? expiry)
    capacity = pool.capacity
    kept = pool.states.map { $0.total - $0[.timeWait] } ?? 0
    let known = pool.trend?.sustainablePerSecond ?? 0
    cycleSeconds = known > 0 && capacity > 0 ? Double(capacity) / known : nil
  }

  /// As the pool is.
  var now: Double { rate(capacity: capacity) }

  /// With `capacity` ports, each waiting `seconds`; nil is as it is.
  func rate(capacity: Int, waiting seconds: Double? = nil) -> Double {
    let wait = max(0.001, seconds ?? waitSeconds)
    if let cycleSeconds {
      return Double(capacity) / max(wait, cycleSeconds - waitSeconds + wait)
    }
    return Double(max(0, capacity - kept)) / wait
  }
}
