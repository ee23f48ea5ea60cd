/// Follows one tier of a ring in order. What was overwritten before its turn is counted and left out.
///
/// A plain value beside the reader: several cursors can share one.
public struct RingCursor: Hashable, Sendable {
  /// The tier that is followed.
  public let tier: Int
  /// The number that comes next.
  public private(set) var number: UInt64
  /// How often the writer was a whole round ahead.
  public private(set) var lapCount: UInt64 = 0
  /// Numbers that were published, as far as one can know, and never seen: lapped, torn or corrupt.
  public private(set) var missedCount: UInt64 = 0

  /// A cursor that starts at `number`; 0 is as good as the oldest slot.
  public init(tier: Int, from number: UInt64) {
    self.tier = tier
    self.number = number
  }

  /// What a step found.
  public enum Step: Hashable, Sendable {
    /// The next slot that is whole: its number, and how many words of the buffer are its payload.
    case slot(number: UInt64, wordCount: Int)
    /// Nothing new yet.
    case end
  }

  /// Goes to the next slot that is whole and reads it into the start of `words`.
  ///
  /// Ends after at most two rounds of the tier on any bytes that do not change. No allocation once
  /// `words` is as long as a slot.
  public mutating func next(
    from reader: inout RingReader, into words: inout [UInt64]
  ) throws(RingError) -> Step {
    while true {
      let reading = try reader.read(tier: tier, number: number, into: &words)
      switch reading {
      case .published(let wordCount):
        defer { number += 1 }
        return .slot(number: number, wordCount: wordCount)
      case .notYet: return .end
      case .lapped, .torn, .corrupt:
        if reading == .lapped { lapCount += 1 }
        try skip(in: &reader)
      }
    }
  }

  /// Leaves a slot that is lost: to the next one, or to the oldest that will stay for a while.
  private mutating func skip(in reader: inout RingReader) throws(RingError) {
    let slotCount = UInt64(reader.geometry.tiers[tier].slotCount)
    let head = try reader.head(tier)
    var next = number + 1
    if slotCount > 0, head > slotCount, next < head - slotCount {
      // An eighth of a round ahead of the writer, or the next step would be lapped again.
      next = head - slotCount + slotCount / 8
    }
    missedCount += next - number
    number = next
  }
}
