internal import Kernel
internal import WebConfiguration

/// A bucket of tokens: one comes back each interval, `burst` at most.
struct RateLimiter {
  private var limit: WebConfiguration.RateLimit?
  /// The moment at which the bucket is full again: CLOCK_MONOTONIC.
  private var fullAtNanoseconds: UInt64 = 0

  /// Takes a token for a request at `now`; false when there is none.
  mutating func take(
    _ limit: WebConfiguration.RateLimit?, now: UInt64 = Clock.monotonicNanoseconds()
  ) -> Bool {
    if self.limit != limit {
      self.limit = limit
      fullAtNanoseconds = 0
    }
    guard let limit else { return true }
    let fullAt = max(fullAtNanoseconds, now) + limit.intervalNanoseconds
    guard fullAt - now <= limit.intervalNanoseconds * UInt64(limit.burst) else { return false }
    fullAtNanoseconds = fullAt
    return true
  }
}
