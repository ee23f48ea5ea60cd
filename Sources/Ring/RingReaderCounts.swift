/// What a reader could not show, since it was opened. Each is expected now and then, and said.
public struct RingReaderCounts: Hashable, Sendable {
  /// Readings that found a later number in the slot.
  public var lapped: UInt64 = 0
  /// Readings of slots that were never finished, or that changed meanwhile.
  public var torn: UInt64 = 0
  /// Readings of slots that contradict themselves.
  public var corrupt: UInt64 = 0

  /// Nothing so far.
  public init() {}

  /// Counts one reading.
  mutating func count(_ reading: SlotReading) {
    switch reading {
    case .published, .notYet: break
    case .lapped: lapped += 1
    case .torn: torn += 1
    case .corrupt: corrupt += 1
    }
  }
}
