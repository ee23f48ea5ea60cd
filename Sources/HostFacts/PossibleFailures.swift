internal import Kernel

/// A system call's failures with one errno, counted: ordinary ones and those for want of a port alike.
struct PossibleFailures: ~Copyable {
  private var counter: PerfCounter
  private var last: UInt64 = 0

  /// Counts from now on; nil where the kernel has no such tracepoint (CONFIG_FTRACE_SYSCALLS).
  init?(_ tracefs: borrowing Tracefs, _ name: String, errno: Int) {
    guard let tracepoint = try? tracefs.tracepoint("syscalls", name),
      let counter = try? PerfCounter(tracepoint: tracepoint.number, filter: "ret == -\(errno)")
    else { return nil }
    self.counter = counter
  }

  /// How many since the last time.
  mutating func rise() -> UInt64 {
    let now = counter.read()
    defer { last = now }
    return now - last
  }

  mutating func follow(_ processors: OnlineProcessors) { try? counter.follow(processors) }
}
