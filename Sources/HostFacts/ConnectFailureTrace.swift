internal import Inet
internal import Kernel

/// Counts connects that fail for want of a port on the whole host by a trace buffer of our own, for hosts that
/// allow tracefs and forbid perf events (seccomp profiles of containers do).
///
/// As exact as `ConnectFailureCounter`, by the same event and the same filter, and attributed in the same way,
/// but for the cgroup, which the event does not tell. Not counted: possible failures of bind() and UDP.
public struct ConnectFailureTrace: ~Copyable {
  private let layout: ConnectFailureLayout
  private let home: ThreadOrigin.Home?
  private let instance: TraceInstance
  private var tally = FailureTally()
  private var told: (events: UInt64, lost: UInt64) = (0, 0)

  /// Whether failures can be attributed: the event tells threads by their numbers in the host's PID namespace.
  public let isAttributing: Bool

  /// Begins to count. `condition` is one more, in the kernel's language for event filters.
  public init(
    _ tracefs: borrowing Tracefs, condition: String? = nil
  ) throws(ConnectFailureError) {
    let layout = try ConnectFailureLayout(tracefs)
    let instance: TraceInstance
    do throws(SystemCallError) {
      instance = try TraceInstance(
        tracefs, event: "sock/inet_sock_set_state",
        filter: ConnectFailureCounter.filter(condition))
    } catch {
      throw .instance(error)
    }
    self.layout = layout
    self.instance = instance
    home = ThreadOrigin.Home()
    isAttributing = layout.tellsThread && home != nil && PIDNamespace.isInitial
  }

  /// What happened since the last time, or since the beginning. Where nothing failed, a system call a
  /// processor; else some more, and about 15 µs for each thread whose connects failed.
  public mutating func read() -> ConnectFailureCounter.Reading {
    let before = instance.count()
    var attribution = FailureAttribution(layout, isAttributing ? home : nil)
    var after = before
    if before.events != told.events {
      instance.drain { attribution.add($0) }
      after = instance.count()
    }
    let rise = tally.settle(
      before: before.events, after: after.events, sampled: attribution.sampled,
      attributed: UInt64(attribution.failures.count),
      lost: after.lost &- min(told.lost, after.lost))
    told = after
    return ConnectFailureCounter.Reading(
      total: rise.total, attributed: rise.attributed, unattributed: rise.unattributed,
      lost: rise.lost, possibleBind: nil, possibleUDP: nil, failures: attribution.failures)
  }
}
