/// What came of reading a slot. Only `published` lets anything be shown.
public enum SlotReading: Hashable, Sendable {
  /// The payload is whole, unchanged and of the number asked for: this many words of the buffer.
  case published(wordCount: Int)
  /// The number has not been published yet. Ask again later.
  case notYet
  /// A later number stands in the slot. What was asked for is gone.
  case lapped
  /// The writer began the slot and did not finish, or overwrote it while it was read.
  case torn
  /// The slot's bytes contradict each other: a checksum is wrong, or the file was cut.
  case corrupt
}
