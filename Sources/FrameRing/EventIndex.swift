internal import Frames

/// The events of a ring, decoded: each slot is read once, as it comes.
struct EventIndex {
  /// The events that can be read, in the order in which they were written.
  private(set) var entries: [(number: UInt64, event: Event)] = []
  /// The number that comes next.
  private var next: UInt64 = 0

  /// The most events that are kept, however large the ring is.
  static var limit: UInt64 { 1 << 14 }

  /// Drops what is no longer among `kept` and returns the numbers to be read.
  mutating func numbersToRead(of kept: Range<UInt64>) -> Range<UInt64> {
    // Numbers never fall, unless the header was damaged.
    if kept.upperBound < next { self = EventIndex() }
    let count = UInt64(kept.count)
    let first = kept.upperBound - min(count, Self.limit)
    entries.removeFirst(entries.prefix { $0.number < first }.count)
    let start = max(next, first)
    next = kept.upperBound
    return start..<kept.upperBound
  }

  /// Notes an event that could be read.
  mutating func append(_ number: UInt64, _ event: Event) {
    entries.append((number, event))
  }
}
