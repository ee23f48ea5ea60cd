/// Learns where the teeth of the comb stand from moments at which sockstat's `tw` fell: for hosts that do
/// not show their timers.
///
/// Each fall between two looks says that a tooth stood between them, anywhere in the comb's period. What all
/// falls agree on is kept; a fall that does not agree (a reuse, a socket that was destroyed) starts anew
/// unless others have agreed before.
public struct ToothWatch: Hashable, Sendable {
  private let tooth: Double
  /// The part of the period that all falls share: its beginning, and how long it is.
  private var start: Double = 0
  private var length: Double
  private var agreements = 0
  private var lastSeconds: Double?
  private var lastWaiting: Int?

  /// Knows nothing yet.
  public init(comb: ReleaseComb) {
    tooth = comb.toothSeconds
    length = tooth
  }

  /// A moment at which a tooth stands, once it is known to an eighth of the period; the latest that is
  /// possible.
  public var toothSeconds: Double? {
    agreements >= 3 && length <= tooth / 8 ? start + length : nil
  }

  /// Takes a reading of `tw` at `seconds` into account.
  public mutating func note(waiting: Int?, at seconds: Double) {
    defer {
      lastSeconds = seconds
      lastWaiting = waiting
    }
    guard let waiting, let lastWaiting, let lastSeconds, waiting < lastWaiting,
      seconds > lastSeconds, seconds - lastSeconds <= tooth / 8
    else { return }
    guard agreements > 0 else { return begin(lastSeconds, seconds) }
    // The looks before and after the fall, as seen from the beginning of what is known.
    var low = (lastSeconds - start).truncatingRemainder(dividingBy: tooth)
    if low > tooth / 2 { low -= tooth }
    let high = low + (seconds - lastSeconds)
    let first = max(0, low), last = min(length, high)
    if last > first {
      start += first
      length = last - first
      agreements += 1
    } else if agreements < 3 {
      begin(lastSeconds, seconds)
    }
  }

  private mutating func begin(_ low: Double, _ high: Double) {
    start = low
    length = high - low
    agreements = 1
  }
}
