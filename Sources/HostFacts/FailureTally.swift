/// Keeps the sum right: attributed + unattributed + lost is the counter's total, at every reading.
///
/// Counter and samples are two events, read one after the other while connects go on failing. What was
/// sampled is known to have been counted by the time the samples are drained; what was counted before and
/// was neither sampled nor reported as lost never will be (the kernel throttled the samples), or, where
/// old kernels report a loss late, was told as unattributed already.
struct FailureTally {
  /// What happened between two readings.
  struct Rise: Equatable {
    var total: UInt64
    var attributed: UInt64
    var unattributed: UInt64
    var lost: UInt64
  }

  /// What was told so far.
  private var told: UInt64 = 0

  /// The rise since the last time: the counter stood at `before` ahead of draining the samples and at `after`
  /// behind; `sampled` samples came, of which `attributed` were attributed, and `lost` were lost.
  mutating func settle(
    before: UInt64, after: UInt64, sampled: UInt64, attributed: UInt64, lost: UInt64
  ) -> Rise {
    let seen = min(told &+ sampled &+ lost, after)
    let total = max(before, seen, told)
    let rise = total - told
    told = total
    let known = min(attributed, rise)
    let gone = min(lost, rise - known)
    return Rise(
      total: rise, attributed: known, unattributed: rise - known - gone, lost: gone)
  }
}
