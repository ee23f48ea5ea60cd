internal import HostFacts

/// When bound-inactive and UDP sockets are walked for again, each at its own pace: when the guard's
/// counters say that there may be others, and every now and then without that.
struct SideWalkPace {
  /// A walk, and the guard's counters before it.
  struct Walk {
    var reading: GuardReading
    var at: UInt64
  }

  /// The longest time between two walks.
  let longestNanoseconds: UInt64
  /// The last walk of bound-inactive sockets; nil before the first.
  var idleBinds: Walk?
  /// The last walk of UDP sockets; nil before the first.
  var udp: Walk?

  /// Whether bound-inactive sockets are due. By the counters at most every twelfth of the longest time:
  /// the sockets of all namespaces are in `alloc`, and the walk is one of all namespaces' binds.
  func idleBindsAreDue(at now: UInt64, _ reading: GuardReading) -> Bool {
    guard let idleBinds else { return true }
    let age = now - idleBinds.at
    return age >= longestNanoseconds
      || age >= longestNanoseconds / 12 && reading.mayHaveIdleBinds(since: idleBinds.reading)
  }

  /// Whether UDP sockets are due.
  func udpIsDue(at now: UInt64, _ reading: GuardReading) -> Bool {
    guard let udp else { return true }
    return now - udp.at >= longestNanoseconds || reading.udpInUse != udp.reading.udpInUse
  }
}
