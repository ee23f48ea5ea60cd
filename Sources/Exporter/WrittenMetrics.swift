internal import NIOCore

/// Metrics that were written, and who asks for them. All moments are CLOCK_REALTIME nanoseconds.
struct WrittenMetrics {
  private var body: ByteBuffer
  private var writtenAt: UInt64
  private var askedAt: UInt64?
  /// Whether they were asked for twice within the time in which there is a next frame.
  private var isAskedAgain = false

  /// How old they may be: minutes' peaks alone depend on the time, all else on frames.
  private static let ageLimit: UInt64 = 1_250_000_000
  /// How old they become where they are written before they are asked for.
  private static let renewalAge: UInt64 = 900_000_000
  /// Who asks again after so long is expected to do so.
  private static let frequentNanoseconds: UInt64 = 1_500_000_000

  /// Metrics that nobody has asked for yet.
  init(_ body: ByteBuffer, at now: UInt64) {
    self.body = body
    writtenAt = now
  }

  /// The metrics for somebody who asks, unless they are too old.
  mutating func asked(at now: UInt64) -> ByteBuffer? {
    guard Self.span(from: writtenAt, to: now) < Self.ageLimit else { return nil }
    isAskedAgain = askedAt.map { Self.span(from: $0, to: now) <= Self.frequentNanoseconds } ?? false
    askedAt = now
    return body
  }

  /// Whether they are soon too old.
  func isDue(at now: UInt64) -> Bool { Self.span(from: writtenAt, to: now) >= Self.renewalAge }

  /// Whether somebody asks for them all the time.
  func isFrequent(at now: UInt64) -> Bool {
    isAskedAgain
      && askedAt.map { Self.span(from: $0, to: now) <= Self.frequentNanoseconds } ?? false
  }

  /// Newer ones for whoever asks for these.
  func replaced(by body: ByteBuffer, at now: UInt64) -> WrittenMetrics {
    var other = WrittenMetrics(body, at: now)
    other.noteAsked(likeThatOf: self)
    return other
  }

  /// Takes over who asks.
  mutating func noteAsked(likeThatOf other: WrittenMetrics) {
    askedAt = other.askedAt
    isAskedAgain = other.isAskedAgain
  }

  /// The time between two moments of a clock that may be set: then it is long.
  private static func span(from start: UInt64, to end: UInt64) -> UInt64 {
    end >= start ? end - start : .max
  }
}
