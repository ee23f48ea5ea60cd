internal import Frames
internal import Inet
internal import Pools

/// What is told of a pool that has a place.
struct PoolSeries: Hashable, Sendable {
  /// As it was listed last.
  let record: PoolRecord
  /// Failed connects since it has its place; nil where nobody counted them.
  let failures: UInt64?

  /// The record that a frame lists, after what was known; nothing is counted of the past.
  init(_ known: PoolSeries?, _ record: PoolRecord, isPast: Bool) {
    self.record = record
    let before = known?.failures
    failures =
      record.failures.map { count in
        let (sum, overflows) = (before ?? 0).addingReportingOverflow(
          isPast ? 0 : UInt64(clamping: count))
        return overflows ? .max : sum
      } ?? before
  }
}
