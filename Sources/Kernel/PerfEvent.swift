internal import CKernel
import Glibc

/// A tracepoint on one processor, opened for all processes: perf_event_open(2) with pid -1.
///
/// Needs CAP_PERFMON (5.8) or CAP_SYS_ADMIN. Source: kernel/events/core.c.
struct PerfEvent: ~Copyable {
  /// What a read returns.
  struct Count: Equatable {
    /// Occurrences that the filter let through since it was opened.
    var value: UInt64
    /// Of those, samples for which the ring had no room; nil where the kernel does not say (before 6.0).
    var lost: UInt64?
  }

  /// Whether and how occurrences are sampled.
  enum Sampling {
    case none
    /// With cgroups, and lost samples counted.
    case full
    /// As kernels before 6.0 take it.
    case plain
  }

  /// The processor's number.
  let processor: Int32
  let descriptor: Descriptor

  /// Opens tracepoint number `tracepoint` on `processor`.
  init(
    _ tracepoint: UInt64, on processor: Int32, filter: String, sampling: Sampling
  ) throws(SystemCallError) {
    let subject = "tracepoint \(tracepoint) on processor \(processor)"
    let descriptor = Descriptor(
      owning: try retrying("open", subject) {
        CKernel_perf_open(
          tracepoint, processor, sampling == .none ? 0 : 1, sampling == .plain ? 1 : 0)
      })
    let number = descriptor.number
    try retrying("set", "the filter \"\(filter)\" of \(subject)") {
      // SAFETY: the string lives, terminated, for the length of the call.
      unsafe CKernel_perf_set_filter(number, filter)
    }
    self.processor = processor
    self.descriptor = descriptor
  }

  /// The count now; nil when it cannot be read. One system call, below a microsecond.
  func read() -> Count? {
    var words: (UInt64, UInt64) = (0, 0)
    // SAFETY: the kernel writes at most the 16 bytes of our two words.
    let count = unsafe withUnsafeMutableBytes(of: &words) { bytes in
      unsafe Glibc.read(descriptor.number, bytes.baseAddress, 16)
    }
    guard count >= 8 else { return nil }
    return Count(value: words.0, lost: count >= 16 ? words.1 : nil)
  }
}
