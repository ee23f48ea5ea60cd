/// The highest value within each minute of the wall clock: it is there for a whole minute after that, so
/// that nobody who looks every fifteen seconds can miss it.
struct WindowPeak: Hashable, Sendable {
  private struct Minute: Hashable, Sendable {
    var number: UInt64
    var peak: Double
  }

  private var open: Minute?
  private var before: Minute?

  /// The length of the window, in nanoseconds.
  static let nanoseconds: UInt64 = 60_000_000_000

  /// Notes a value at a moment: CLOCK_REALTIME nanoseconds.
  mutating func note(_ value: Double, at moment: UInt64) {
    let number = moment / Self.nanoseconds
    if open?.number != number {
      // The clock may have been set back into the minute before.
      let again = before?.number == number ? before : nil
      before = open
      open = again
    }
    open = Minute(number: number, peak: max(open?.peak ?? value, value))
  }

  /// The peak of the last full minute at `now`; nil when nothing was noted in it.
  func lastFull(at now: UInt64) -> Double? {
    let number = now / Self.nanoseconds
    return [open, before].lazy.compactMap(\.self).first { $0.number &+ 1 == number }?.peak
  }
}
