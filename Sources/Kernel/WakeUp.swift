internal import CKernel
import Glibc

/// Wakes a thread that waits for a moment: eventfd(2). Shared between the waiting and the waking thread.
public final class WakeUp: Sendable {
  private let descriptor: Descriptor

  /// Not woken yet.
  public init() throws(SystemCallError) {
    descriptor = Descriptor(
      owning: try retrying("make", "an event descriptor") { CKernel_event_descriptor() })
  }

  /// Wakes the waiting thread, and every one that waits later.
  public func wake() {
    var one: UInt64 = 1
    // SAFETY: eight bytes of our own; a counter at its end only means that it was woken before.
    _ = unsafe write(descriptor.number, &one, 8)
  }

  /// Waits until woken, or until CLOCK_MONOTONIC reads `deadline`; whether it was woken.
  public func wait(untilMonotonicNanoseconds deadline: UInt64) -> Bool {
    CKernel_wait_readable(descriptor.number, deadline) == 1
  }
}
