internal import CKernel

/// Signals that are waited for and never interrupt: signalfd(2).
///
/// The signals are blocked for the thread that makes the value and for all that it starts afterwards, so
/// make it first of all.
public struct SignalDescriptor: ~Copyable, Sendable {
  private let descriptor: Descriptor

  /// A descriptor for the signals with these numbers (SIGTERM, …).
  public init(_ signals: [Int32]) throws(SystemCallError) {
    let mask = signals.reduce(into: UInt64(0)) { $0 |= 1 << UInt64($1 - 1) }
    descriptor = Descriptor(
      owning: try retrying("wait for", "signals") { CKernel_signal_descriptor(mask) })
  }

  /// Waits for a signal until CLOCK_MONOTONIC reads `deadline`; nil when the time has come.
  public func next(untilMonotonicNanoseconds deadline: UInt64) throws(SystemCallError) -> Int32? {
    while true {
      let isReadable = try retrying("wait for", "a signal") {
        CKernel_wait_readable(descriptor.number, deadline)
      }
      if isReadable == 0 { return nil }
      let signal = try retrying("read", "a signal") { CKernel_next_signal(descriptor.number) }
      if signal > 0 { return signal }
    }
  }
}
